import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'
import { crossEntropies, weightedMean } from './cross-entropy.ts'

/**
 *   L = −½ Σ_i (P₁_i · log P₂_i + P₂_i · log P₁_i);  mean over the batch
 *
 * P₁ and P₂ are the distributions of two random views of one sample. Two alike views give their entropy, so this is
 * minimum entropy and agreement in one. After Sajjadi, Javanmardi & Tasdizen, "Regularization with stochastic
 * transformations and perturbations for deep semi-supervised learning", 2016.
 * @param first log P₁, B × c, of `logDistribution`
 * @param second log P₂, B × c
 * @param weight B, each ≥ 0
 */
export function symmetricCrossEntropy(first: Tensor2D, second: Tensor2D, weight?: Tensor1D): Scalar {
  return tf.tidy(() => {
    const one = crossEntropies(tf.exp(first) as Tensor2D, second) // B
    const other = crossEntropies(tf.exp(second) as Tensor2D, first) // B
    return weightedMean(tf.mul<Tensor>(tf.add(one, other), 0.5) as Tensor1D, weight)
  })
}
