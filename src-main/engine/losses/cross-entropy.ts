import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'

/**
 *   H(t, P) = −Σ_i t_i · log P_i
 *
 * @param target B × c, rows that sum to 1
 * @param logP B × c, finite
 * @returns B
 */
export function crossEntropies(target: Tensor2D, logP: Tensor2D): Tensor1D {
  return tf.tidy(() => tf.neg(tf.sum(tf.mul(target, logP), 1)) as Tensor1D)
}

/**
 *   (1/B) Σ_b w_b · L_b
 *
 * Divided by the number of samples, not by Σ w: a sample of weight 0 takes its part of the term away instead of leaving
 * it to the others, and a batch that weighs nothing gives 0.
 * @param losses B
 * @param weight B, each ≥ 0; 1 each without it
 */
export function weightedMean(losses: Tensor1D, weight?: Tensor1D): Scalar {
  return tf.tidy(() => tf.mean(weight ? tf.mul<Tensor>(losses, weight) : losses) as Scalar)
}
