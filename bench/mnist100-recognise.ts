import { dot, matrix, row, type Matrix } from '../src-main/engine/heads/matrix.ts'
import type { Network } from '../src-main/engine/training/network.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import { CLASSES, type Digits } from './mnist.ts'
import { embed } from './mnist100-teacher.ts'
import { drawViews, everyPlace, type Views } from './mnist100-views.ts'

/** Small changes: an average over them is steadier than one look. */
const GENTLE: Views = {
  movement: { rotation: 0.1, scale: 0.06, shear: 0.08, shift: 1, elastic: { spacing: 6, strength: 0.25 } },
  stroke: 0.1,
  erase: 0,
}

/** Share of test digits that are recognised wrongly, in percent, by each way to judge. */
export interface Errors {
  /** The nearest of the ten means of the labelled embeddings. */
  readonly mean: number
  /** The nearest labelled one; most votes among 3 and among 5, the nearer voter breaking a tie. */
  readonly one: number
  readonly three: number
  readonly five: number
}

/** @param views averaged for each digit, beside the digit as it is */
export function errors(
  network: Network,
  train: Digits,
  labelled: readonly (readonly number[])[],
  test: Digits,
  views = 0,
): Errors {
  const places = Int32Array.from(labelled.flat())
  const classes = Uint8Array.from(labelled.flatMap((own, label) => own.map(() => label)))
  const references = look(network, train, places, views)
  const probes = look(network, test, everyPlace(test.pictures), views)
  const means = classMeans(references, classes)
  const nearestMean = judge(
    probes,
    means,
    Uint8Array.from({ length: CLASSES }, (_, k) => k),
    1,
  )
  const share = (judged: Uint8Array) =>
    (100 * judged.filter((label, i) => label !== test.labels[i]).length) / judged.length
  const [one, three, five] = [1, 3, 5].map((k) => share(judge(probes, references, classes, k))) as [
    number,
    number,
    number,
  ]
  return { mean: share(nearestMean), one, three, five }
}

function look(network: Network, { pictures }: Digits, places: Int32Array, views: number): Matrix {
  const sum = embed(network, pictures, places)
  const random = createRandom(1)
  for (let i = 0; i < views; i++) {
    const more = embed(network, pictures, places, (some) => drawViews(pictures, some, GENTLE, random))
    for (let at = 0; at < sum.values.length; at++) sum.values[at]! += more.values[at]!
  }
  for (let at = 0; at < sum.values.length; at++) sum.values[at]! /= views + 1
  return sum
}

function classMeans(references: Matrix, classes: Uint8Array): Matrix {
  const means = matrix(CLASSES, references.columns)
  const counts = new Array<number>(CLASSES).fill(0)
  for (const label of classes) counts[label]!++
  for (let i = 0; i < references.rows; i++)
    row(references, i).forEach((value, j) => (row(means, classes[i]!)[j]! += value / counts[classes[i]!]!))
  return means
}

/** By the k nearest references, plain distance; a nearer voter breaks a tie. */
export function judge(probes: Matrix, references: Matrix, classes: Uint8Array, k: number): Uint8Array {
  const squares = Array.from({ length: references.rows }, (_, j) => dot(row(references, j), row(references, j)))
  return Uint8Array.from({ length: probes.rows }, (_, i) => {
    const probe = row(probes, i)
    // ‖p‖² is the same for all references, so the order is that of ‖r‖² − 2⟨p, r⟩.
    const far = squares.map((square, j) => square - 2 * dot(probe, row(references, j)))
    const nearest = far.map((_, j) => j).sort((a, b) => far[a]! - far[b]!)
    const votes = new Map<number, number>()
    for (const j of nearest.slice(0, k)) votes.set(classes[j]!, (votes.get(classes[j]!) ?? 0) + 1)
    // A map keeps the order of its first entries: the nearest voter's class comes first.
    return [...votes].reduce((best, next) => (next[1] > best[1] ? next : best))[0]
  })
}
