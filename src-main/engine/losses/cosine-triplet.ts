import { tf, type Scalar, type Tensor1D, type Tensor2D } from '../tf.ts'
import { withClass, type Loss } from './loss.ts'
import type { Terms } from './objective.ts'
import { hinged, type Mining, type TripletOptions } from './triplet.ts'
import { unitLength } from './unit-length.ts'

/**
 *   L = mean over the triplets (a, p, n) of max(0, cos(a, n) − cos(a, p) + α),  class(a) = class(p) ≠ class(n), a ≠ p
 *
 * mined as those of triplet.ts with −cos in place of d². On embeddings of length 1 it is half the triplet loss of a margin of
 * 2α, because d² = 2 − 2·cos.
 * Li et al., "Deep Speaker: an end-to-end neural speaker embedding system", 2017.
 * @param x B × D, embeddings of any length
 * @param labels B, the class of each
 */
export function cosineTriplet(x: Tensor2D, labels: ArrayLike<number> | Tensor1D, options: TripletOptions): Scalar {
  return tf.tidy(() => {
    const directions = unitLength(x) // B × D
    const cosines = tf.matMul<Tensor2D>(directions, directions, false, true) // B × B
    return hinged(tf.neg<Tensor2D>(cosines), labels, options)
  })
}

/** Triplets of references and queries together. Options: `margin` α, 0.2 without it (that of Deep Speaker is not in the texts). */
export function cosineTriplets(title: string, mining: Mining): Loss {
  return {
    title,
    words: 'As the triplets, by the angle between embeddings.',
    views: 0,
    unit: true,
    terms: (step, { margin = 0.2 } = {}) =>
      tf.tidy((): Terms => {
        const { x, labels } = withClass(step)
        return { labelled: cosineTriplet(x, labels, { mining, margin }) }
      }),
  }
}
