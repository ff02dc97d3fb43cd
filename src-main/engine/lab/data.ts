import type { Pictures } from '../training/augment.ts'
import type { TrainData } from '../training/train-network.ts'

/** A labelled set in memory, and which of it is learned from and asked. */
export interface TrialData {
  /** All of them, side by side. */
  readonly pictures: Pictures
  /** The class of each picture, 0 … classes − 1; those of `unlabelled` are never read. */
  readonly labels: ArrayLike<number>
  readonly classes: number
  /** Places of the pictures that are learned from with their class; every class has one. */
  readonly labelled: Int32Array
  /** Places of those that are learned from without it. */
  readonly unlabelled: Int32Array
  /** Places of the test. */
  readonly asked: Int32Array
}

/** What training sees of it: nothing of the test. */
export function learnedFrom({ pictures, labels, classes, labelled, unlabelled }: TrialData): TrainData {
  return {
    labelled: some(pictures, labelled),
    labels: labelled.map((place) => labels[place]!),
    classes,
    ...(unlabelled.length > 0 && { unlabelled: some(pictures, unlabelled) }),
  }
}

function some(pictures: Pictures, places: Int32Array): Pictures {
  const size = pictures.height * pictures.width * pictures.channels
  const values = new Uint8Array(places.length * size)
  places.forEach((place, i) => values.set(pictures.values.subarray(place * size, (place + 1) * size), i * size))
  return { ...pictures, values }
}
