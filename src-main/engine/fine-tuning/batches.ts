import { learnedViews } from '../heads/gate.ts'
import { row, type Matrix } from '../heads/matrix.ts'
import type { Random } from '../training/random.ts'
import { createShuffle, type ShuffleState } from '../training/shuffle.ts'
import { OWN_LOOKS, type Looks } from './looks.ts'

/** What fine-tuning may learn from; what a gate asks afterwards is not among it. */
export interface Learned {
  /** Places of photos, in the order of `overlap` and `weights`. */
  readonly photos: Int32Array
  /** Of each photo: what the closed form makes of it, n × classes, and its weight in the entropy term. */
  readonly overlap: Matrix
  readonly weights: Float32Array
  /** Numbers of references and the class of each. */
  readonly references: readonly number[]
  readonly labels: Int32Array
}

type At = readonly [place: number, look: number]

export interface Batch {
  /** Classes of this step; a reference and a query of each. */
  readonly classes: readonly number[]
  readonly references: readonly At[]
  readonly queries: readonly At[]
  readonly photos: readonly At[]
  readonly weights: Float32Array
  /** Rows of photos × classes of this step; each sums to 1. */
  readonly overlap: Float32Array
}

export interface Batches {
  next(size: number): Batch
  state(): ShuffleState
  restore(state: ShuffleState): void
}

/**
 * In each step `size` photos, and as many classes at most: those that the photos are likeliest of, so that hardly anything
 * of what is known of a photo falls outside the step, and others at random.
 */
export function createBatches(data: Learned, looks: Looks, random: Random): Batches {
  const some = Int32Array.from([...data.photos.keys()].filter((photo) => data.weights[photo]! > 0))
  const ofClass = new Map<number, number[]>()
  data.references.forEach((reference, i) => {
    const label = data.labels[i]!
    ofClass.set(label, [...(ofClass.get(label) ?? []), reference])
  })
  const every = [...ofClass.keys()].sort((a, b) => a - b)
  let shuffle = createShuffle(some.length, random)

  const one = <T>(of: readonly T[]): T => of[random.integer(of.length)]!
  const view = (most: number) => OWN_LOOKS + random.integer(Math.max(1, most))
  const reference = (label: number) => looks.photos + one(ofClass.get(label)!)

  function likeliest(photo: number): number {
    const shares = row(data.overlap, photo)
    return every.reduce((best, label) => (shares[label]! > shares[best]! ? label : best), every[0]!)
  }

  return {
    next(size) {
      const taken = [...shuffle.take(Math.min(size, some.length))].map((i) => some[i]!)
      const likely = [...new Set(taken.map(likeliest))]
      const others = [...random.permutation(every.length)].map((i) => every[i]!).filter((one) => !likely.includes(one))
      const classes = [...likely, ...others].slice(0, Math.min(size, every.length)).sort((a, b) => a - b)
      const overlap = new Float32Array(taken.length * classes.length)
      taken.forEach((photo, i) => {
        const shares = row(data.overlap, photo)
        const sum = classes.reduce((total, label) => total + shares[label]!, 0)
        classes.forEach((label, j) => {
          overlap[i * classes.length + j] = sum > 0 ? shares[label]! / sum : 1 / classes.length
        })
      })
      return {
        classes,
        references: classes.map((label): At => [reference(label), random.integer(OWN_LOOKS)]),
        queries: classes.map((label): At => [reference(label), view(learnedViews(looks.views))]),
        photos: taken.map((photo): At => [data.photos[photo]!, random.integer(OWN_LOOKS + looks.views)]),
        weights: Float32Array.from(taken, (photo) => data.weights[photo]!),
        overlap,
      }
    },
    state: () => shuffle.state(),
    restore(state) {
      shuffle = createShuffle(some.length, random, state)
    },
  }
}
