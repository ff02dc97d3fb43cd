import { dot, row, type Matrix } from './matrix.ts'
import { nearest } from './neighbours.ts'

const K = 5
/** Added before the logarithm: a photo that no label reaches counts as one that almost none reaches. */
const FLOOR = 1e-6

/**
 * How well a photo is known: the propagated labels that arrive at its 5 nearest photos of the folder, before classes are made
 * to weigh the same, as a mean of logarithms weighed by cosine³. Small for what is none of the identities. The largest
 * similarity after training must not be used for this: entropy and prototypes make every photo look certain.
 * @param mass N, of `propagate`
 * @returns a score for each probe, larger for what is known
 */
export function knownness(probes: Matrix, photos: Matrix, mass: Float32Array): Float32Array {
  const found = nearest(probes, photos, K)
  return Float32Array.from({ length: probes.rows }, (_, i) => {
    let [sum, weights] = [0, 0]
    for (let at = i * K; at < (i + 1) * K; at++) {
      const other = found.index[at]!
      const weight = Math.max(0, found.cosine[at]!) ** 3
      if (other < 0) continue
      sum += weight * Math.log(mass[other]! + FLOOR)
      weights += weight
    }
    return weights > 0 ? sum / weights : Math.log(FLOOR)
  })
}

/** The rule of `weightsOf`, for whoever asks. */
export const WEIGHT_RULE =
  'A photo weighs as much as the labels that reach it over its neighbours, divided by what reaches the middle one of all photos; never more than 1.'

/**
 * The weight of each photo in the entropy term: mass over the median of all masses, at most 1.
 * @param mass N, of `propagate`
 */
export function weightsOf(mass: Float32Array): Float32Array {
  const middle = median(mass)
  return mass.map((value) => (middle > 0 ? Math.min(1, value / middle) : 1))
}

export function median(values: ArrayLike<number>): number {
  const ordered = Float64Array.from(values).sort()
  return ordered.length === 0 ? 0 : ordered[ordered.length >> 1]!
}

/** Best and second class of each photo by cosine to what stands for a class. */
export interface Ranked {
  /** N × 2: class, −1 where there is none. */
  readonly classes: Int32Array
  /** N × 2 */
  readonly cosine: Float32Array
}

/**
 * @param stands rows that stand for classes: prototypes, or references
 * @param labels class of each row
 * @param excluded whether photo i is known not to be of a class
 */
export function ranked(
  photos: Matrix,
  stands: Matrix,
  labels: ArrayLike<number>,
  excluded: (photo: number, label: number) => boolean = () => false,
): Ranked {
  const classes = new Int32Array(photos.rows * 2).fill(-1)
  const cosine = new Float32Array(photos.rows * 2).fill(-2)
  for (let i = 0; i < photos.rows; i++) {
    const photo = row(photos, i)
    const at = 2 * i
    for (let r = 0; r < stands.rows; r++) {
      const label = labels[r]!
      if (excluded(i, label)) continue
      const value = dot(photo, row(stands, r))
      if (label === classes[at]) cosine[at] = Math.max(cosine[at]!, value)
      else if (value > cosine[at]!) {
        classes.copyWithin(at + 1, at, at + 1)
        cosine.copyWithin(at + 1, at, at + 1)
        classes[at] = label
        cosine[at] = value
      } else if (value > cosine[at + 1]!) {
        classes[at + 1] = label
        cosine[at + 1] = value
      }
    }
  }
  return { classes, cosine }
}
