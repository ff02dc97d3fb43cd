import type { TrainAnswers } from '../../contract/trainer-api.ts'
import { multiply, row, type Matrix } from '../heads/matrix.ts'
import { nearestOthers } from '../heads/neighbours.ts'

/** Of the distance distribution: P = softmax(−SHARPNESS · d²), the temperature of soft k-means. */
const SHARPNESS = 10
/** Photos that a photo's label is taken to hang on. */
const NEIGHBOURS = 5

/** What stands for classes in a space of embeddings: some rows, and the class of each. */
export interface Stand {
  /** K × D, unit rows */
  readonly rows: Matrix
  /** K */
  readonly labels: ArrayLike<number>
}

export interface Asked {
  /** N × 2: best and second class, −1 where there is none. */
  readonly classes: Int32Array
  /** N × 2 */
  readonly probabilities: Float32Array
  /** N: entropy of the distribution over all classes, nats. */
  readonly entropy: Float32Array
  /** N: ‖a − b‖ to the nearest row of the best class. */
  readonly distance: Float32Array
}

/**
 * Asks for each row which class it is of: by the nearest row of each class.
 * @param cannotLink pairs of a row and the class that it is not, by turns
 */
export function ask(
  probes: Matrix,
  { rows, labels }: Stand,
  classes: number,
  cannotLink: Int32Array = new Int32Array(),
): Asked {
  const cosines = multiply(probes, rows, { transposed: true })
  const not = new Map<number, Set<number>>()
  for (let i = 0; i < cannotLink.length; i += 2)
    not.set(cannotLink[i]!, (not.get(cannotLink[i]!) ?? new Set<number>()).add(cannotLink[i + 1]!))
  const asked: Asked = {
    classes: new Int32Array(2 * probes.rows).fill(-1),
    probabilities: new Float32Array(2 * probes.rows),
    entropy: new Float32Array(probes.rows),
    distance: new Float32Array(probes.rows).fill(2),
  }
  const best = new Float32Array(classes)
  for (let n = 0; n < probes.rows; n++) {
    best.fill(-2)
    row(cosines, n).forEach((cosine, k) => (best[labels[k]!] = Math.max(best[labels[k]!]!, cosine)))
    for (const label of not.get(n) ?? []) best[label] = -2
    answer(asked, n, best)
  }
  return asked
}

function answer(asked: Asked, n: number, best: Float32Array): void {
  let [first, second] = [-1, -1]
  best.forEach((cosine, label) => {
    if (cosine <= -2) return
    if (first < 0 || cosine > best[first]!) [first, second] = [label, first]
    else if (second < 0 || cosine > best[second]!) second = label
  })
  if (first < 0) return
  const squared = (label: number) => Math.max(0, 2 - 2 * best[label]!)
  // Relative to the nearest, so that nothing underflows.
  const weight = (label: number) => Math.exp(SHARPNESS * (squared(first) - squared(label)))
  let sum = 0
  best.forEach((cosine, label) => (sum += cosine <= -2 ? 0 : weight(label)))
  let entropy = 0
  best.forEach((cosine, label) => {
    const p = cosine <= -2 ? 0 : weight(label) / sum
    if (p > 0) entropy -= p * Math.log(p)
  })
  asked.classes.set([first, second], 2 * n)
  asked.probabilities.set([1 / sum, second < 0 ? 0 : weight(second) / sum], 2 * n)
  asked.entropy[n] = entropy
  asked.distance[n] = Math.sqrt(squared(first))
}

/** How a run answers each photo, beside how it was answered before. */
export function answersOf(
  photos: { readonly before: Matrix; readonly after: Matrix },
  stands: { readonly before: Stand; readonly after: Stand },
  classes: number,
  cannotLink: Int32Array,
): TrainAnswers & { readonly nats: Float32Array } {
  const before = ask(photos.before, stands.before, classes, cannotLink)
  const after = ask(photos.after, stands.after, classes, cannotLink)
  const hangs = new Int32Array(photos.after.rows)
  for (const other of nearestOthers(photos.after, Math.min(NEIGHBOURS, Math.max(1, photos.after.rows - 1))).index)
    if (other >= 0) hangs[other]!++
  return {
    classes: after.classes,
    probabilities: after.probabilities,
    entropy: after.entropy.map((value) => value / Math.log(Math.max(2, classes))),
    nats: after.entropy,
    hangs,
    before: before.classes.filter((_, i) => i % 2 === 0),
    distanceBefore: before.distance,
    distanceAfter: after.distance,
  }
}

/** ‖a − b‖ between probes and what stands for classes: the nearest of the own class, and the nearest of each other one. */
export function pairDistances(
  probes: Matrix,
  truth: ArrayLike<number>,
  { rows, labels }: Stand,
  classes: number,
): { genuine: Float32Array; impostor: Float32Array } {
  const cosines = multiply(probes, rows, { transposed: true })
  const genuine: number[] = []
  const impostor: number[] = []
  const best = new Float32Array(classes)
  for (let n = 0; n < probes.rows; n++) {
    best.fill(-2)
    row(cosines, n).forEach((cosine, k) => (best[labels[k]!] = Math.max(best[labels[k]!]!, cosine)))
    best.forEach((cosine, label) => {
      if (cosine <= -2) return
      const distance = Math.sqrt(Math.max(0, 2 - 2 * cosine))
      if (label === truth[n]) genuine.push(distance)
      else impostor.push(distance)
    })
  }
  return { genuine: Float32Array.from(genuine), impostor: Float32Array.from(impostor) }
}
