import type { Graph } from '../src-main/engine/heads/graph.ts'
import { dot, matrix, row, type Matrix } from '../src-main/engine/heads/matrix.ts'
import type { Pictures } from '../src-main/engine/training/augment.ts'
import type { Network } from '../src-main/engine/training/network.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import { CLASSES, type Digits } from './mnist.ts'
import { embed, graphOf } from './mnist100-teacher.ts'
import { drawViews, everyPlace, type Views } from './mnist100-views.ts'

/** Small changes: an average over them is steadier than one look. */
const GENTLE: Views = {
  movement: { rotation: 0.1, scale: 0.06, shear: 0.08, shift: 1, elastic: { spacing: 6, strength: 0.25 } },
  stroke: 0.1,
  erase: 0,
}

/** Views averaged for a test digit, beside the digit as it is. */
export const TEST_VIEWS = 6

/** Share of test digits that are recognised wrongly, in percent, by votes among the nearest labelled ones. */
export interface Errors {
  readonly one: number
  readonly three: number
  readonly five: number
}

/** By the digits as they are. The nearer voter breaks a tie. */
export function errors(
  network: Network,
  train: Digits,
  labelled: readonly (readonly number[])[],
  test: Digits,
): Errors {
  const classes = classesOf(labelled)
  const references = embed(network, train.pictures, Int32Array.from(labelled.flat()))
  const probes = embed(network, test.pictures)
  const of = (k: number) => wrong(judge(probes, references, classes, k), test.labels)
  return { one: of(1), three: of(3), five: of(5) }
}

/** Share of digits whose judged class is not the true one, in percent. */
export const wrong = (judged: Uint8Array, labels: Uint8Array): number =>
  (100 * judged.filter((label, i) => label !== labels[i]).length) / judged.length

/** Embeddings of all pictures, each the mean over the picture as it is and `views` gentle changes of it. */
export function look(
  network: Network,
  pictures: Pictures,
  views: number,
  places: Int32Array = everyPlace(pictures),
): Matrix {
  const sum = embed(network, pictures, places)
  const random = createRandom(1)
  for (let i = 0; i < views; i++) {
    const more = embed(network, pictures, places, (some) => drawViews(pictures, some, GENTLE, random))
    for (let at = 0; at < sum.values.length; at++) sum.values[at]! += more.values[at]!
  }
  for (let at = 0; at < sum.values.length; at++) sum.values[at]! /= views + 1
  return sum
}

/** Views averaged for the embeddings that labels are carried over. */
export const GRAPH_VIEWS = 3

/** The digits as they are and in the mean of a few views: the graphs err apart, and their mean errs less than either. */
export const graphsOf = (network: Network, pictures: Pictures): [Graph, Graph] => [
  graphOf(look(network, pictures, 0)),
  graphOf(look(network, pictures, GRAPH_VIEWS)),
]

/** Embeddings of probes, and of the labelled digits, seen alike. */
export interface Sight {
  readonly probes: Matrix
  readonly references: Matrix
}

/** The class whose mean is nearest to each probe. */
export function nearestMean({ probes, references }: Sight, classes: Uint8Array): Uint8Array {
  const means = classMeans(references, classes)
  const ofMeans = Uint8Array.from({ length: CLASSES }, (_, k) => k)
  return judge(probes, means, ofMeans, 1)
}

export const classesOf = (labelled: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from(labelled.flatMap((own, label) => own.map(() => label)))

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
