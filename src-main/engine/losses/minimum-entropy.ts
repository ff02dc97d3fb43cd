import { tf, type Scalar, type Tensor1D, type Tensor2D } from '../tf.ts'
import { crossEntropies, weightedMean } from './cross-entropy.ts'

/**
 *   H(P) = −Σ_i P_i · log P_i,  0 … log c
 *
 * @param logP B × c, of `logDistribution`
 * @returns B, the entropy of each sample's neighbours
 */
export function entropies(logP: Tensor2D): Tensor1D {
  return tf.tidy(() => crossEntropies(tf.exp(logP) as Tensor2D, logP))
}

/**
 *   L_U = H(P(x; z)) = −Σ_i P(x; z)_i · log P(x; z)_i;  mean over the batch                                      (4, 5)
 *
 * A sample without a label is drawn to one reference, whichever it is. What may belong to none weighs less (5.3).
 * Alone it puts all samples at one reference; `balance` holds against that.
 * Hoffer & Ailon, "Semi-supervised deep learning by metric embedding", 2016, eq. 4 and 5.
 * @param logP B × c, of `logDistribution`
 * @param weight B, each ≥ 0
 */
export function minimumEntropy(logP: Tensor2D, weight?: Tensor1D): Scalar {
  return tf.tidy(() => weightedMean(entropies(logP), weight))
}

/**
 *   L_U = H(Q, P(x; z)) = −Σ_i Q_i · log P(x; z)_i;  mean over the batch                                          (5.3)
 *
 * The minimum entropy relaxed: how much each sample may overlap with the classes is known.
 * @param logP B × c, of `logDistribution`
 * @param overlap Q, B × c, rows that sum to 1
 * @param weight B, each ≥ 0
 */
export function crossEntropyTo(logP: Tensor2D, overlap: Tensor2D, weight?: Tensor1D): Scalar {
  return tf.tidy(() => weightedMean(crossEntropies(overlap, logP), weight))
}
