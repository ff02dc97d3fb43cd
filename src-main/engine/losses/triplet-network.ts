import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'
import { distances } from './distances.ts'
import { withClass, type Loss } from './loss.ts'
import type { Terms } from './objective.ts'
import { meanOf, pairsOf, tripletsOf } from './pairs.ts'

/**
 *   p = softmax(d₊, d₋),  L = ‖(p₊, p₋ − 1)‖² = 2·p₊²;  mean over the triplets (x, x⁺, x⁻) of the batch
 *
 * d₊ = d(x, x⁺) and d₋ = d(x, x⁻) are plain distances. p₊ = 1/(1 + exp(d₋ − d₊)), so that neither exponential is taken by itself.
 * Hoffer & Ailon, "Deep metric learning using triplet network", 2015: the ancestor of the distance ratio (3).
 * Takes B³ numbers of memory a few times over. Where there is no triplet the loss is 0.
 * @param x B × D, embeddings
 * @param labels B, the class of each
 */
export function tripletNetworkLoss(x: Tensor2D, labels: ArrayLike<number> | Tensor1D): Scalar {
  return tf.tidy(() => {
    const d = distances(x, x, { squared: false }) // B × B
    const farther = tf.sigmoid<Tensor>(tf.sub(tf.expandDims(d, 2), tf.expandDims(d, 1))) // a × p × n, p₊
    return meanOf(tf.mul<Tensor>(tf.square(farther), 2), tripletsOf(pairsOf(labels)))
  })
}

/** Triplets of references and queries together. */
export const tripletNetwork: Loss = {
  title: 'triplet network: ratio of two distances',
  words:
    'Draws each sample closer to its own class than to another, by the ratio of both distances and without a margin.',
  views: 0,
  terms: (step) =>
    tf.tidy((): Terms => {
      const { x, labels } = withClass(step)
      return { labelled: tripletNetworkLoss(x, labels) }
    }),
}
