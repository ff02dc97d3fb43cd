import { matrix, slice, tensorOf, type Matrix } from '../heads/matrix.ts'
import { outputs } from '../learned/network-file.ts'
import { distances } from '../losses/distances.ts'
import { tf } from '../tf.ts'
import type { Pictures } from '../training/augment.ts'
import { lossOf, placed, predictions, type Trained } from '../training/predictions.ts'
import type { Random } from '../training/random.ts'

const ROWS_AT_ONCE = 256

/** Pictures whose class is known. */
export interface Known {
  readonly pictures: Pictures
  readonly labels: ArrayLike<number>
  readonly classes: number
  /** Places among the pictures. */
  readonly labelled: Int32Array
}

/** Embeddings as the loss sees them. @returns rows × D */
export function embed(trained: Trained, pictures: Pictures, places: Int32Array): Matrix {
  const raw = outputs(trained.network, pictures, places)
  return matrix(
    raw.rows,
    raw.columns,
    tf.tidy(() => Float32Array.from(placed(trained, tensorOf(raw)).dataSync())),
  )
}

/** At most so many labelled pictures of each class, in random order of each. @returns places */
export function someOfEach({ labels, labelled, classes }: Known, most: number, random: Random): Int32Array {
  const counts = new Int32Array(classes)
  const order = random.permutation(labelled.length)
  return Int32Array.from(
    order.filter((at) => counts[labels[labelled[at]!]!]!++ < most),
    (at) => labelled[at]!,
  )
}

/** One labelled picture of each class, in the order of the classes. @returns places */
export function oneOfEach(known: Known, random: Random): Int32Array {
  const { labels } = known
  return someOfEach(known, 1, random).sort((a, b) => labels[a]! - labels[b]!)
}

/**
 * Share of the probes whose nearest reference is of another class, by the distance of embeddings. A probe that is itself among
 * the references is compared with the others, and counts as right where no other of its class is there.
 * @param at places of the rows; the same place is the same picture
 */
export function nearestErrors(
  probes: Matrix,
  references: Matrix,
  at: { readonly probes: Int32Array; readonly references: Int32Array },
  labels: ArrayLike<number>,
): number {
  const ofClass = new Map<number, number>()
  for (const place of at.references) ofClass.set(labels[place]!, (ofClass.get(labels[place]!) ?? 0) + 1)
  const known = new Set(at.references)
  let wrong = 0
  inBlocks(probes, (some, from) => {
    const d = tf.tidy(() => distances(tensorOf(some), tensorOf(references), { squared: true }).dataSync())
    for (let i = 0; i < some.rows; i++) {
      const place = at.probes[from + i]!
      if (known.has(place) && ofClass.get(labels[place]!) === 1) continue
      let [nearest, least] = [-1, Infinity]
      for (let j = 0; j < references.rows; j++) {
        const distance = d[i * references.rows + j]!
        if (at.references[j] === place || !(distance < least)) continue
        nearest = j
        least = distance
      }
      if (nearest < 0 || labels[at.references[nearest]!] !== labels[place]) wrong++
    }
  })
  return wrong / Math.max(1, probes.rows)
}

/**
 * The probability of each class as the trained network and its loss give it, by one reference of each class.
 * @param stands c × D, in the order of the classes
 * @returns rows × c
 */
export function distributions(trained: Trained, probes: Matrix, stands: Matrix): Matrix {
  const out = matrix(probes.rows, stands.rows)
  inBlocks(probes, (some, from) => {
    const p = tf.tidy(() => tf.exp(predictions(trained, tensorOf(some), tensorOf(stands))).dataSync())
    out.values.set(p, from * out.columns)
  })
  return out
}

/**
 * Share of the probes for which the loss's own scores are largest for another class.
 * @param draws one reference of each class each, c × D; their mean is taken
 * @returns undefined for a loss without scores
 */
export function scoredErrors(
  trained: Trained,
  probes: Matrix,
  draws: readonly Matrix[],
  truth: ArrayLike<number>,
): number | undefined {
  if (!lossOf(trained).scores || draws.length === 0) return undefined
  let wrong = 0
  for (const stands of draws) {
    const { values, columns } = distributions(trained, probes, stands)
    for (let i = 0; i < probes.rows; i++) {
      let best = 0
      for (let k = 1; k < columns; k++) if (!(values[i * columns + k]! <= values[i * columns + best]!)) best = k
      if (best !== truth[i]) wrong++
    }
  }
  return wrong / Math.max(1, probes.rows * draws.length)
}

function inBlocks(rows: Matrix, work: (some: Matrix, from: number) => void): void {
  for (let from = 0; from < rows.rows; from += ROWS_AT_ONCE)
    work(slice(rows, from, Math.min(ROWS_AT_ONCE, rows.rows - from)), from)
}
