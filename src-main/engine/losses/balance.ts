import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'

/**
 *   −H(p̄) = Σ_i p̄_i · log p̄_i,  p̄ = Σ_b w_b P(x_b; z) / Σ_b w_b,  −log c … 0
 *
 * Least when the batch as a whole is spread evenly over the classes; without it minimum entropy empties classes.
 * The mutual information of sample and class is H(p̄) − mean H(P): Bridle, Heading & MacKay, "Unsupervised classifiers,
 * mutual information and phantom targets", 1991; Krause, Perona & Gomes, "Discriminative clustering by regularized
 * information maximization", 2010.
 * @param logP B × c, of `logDistribution`
 * @param weight B, each ≥ 0; a batch that weighs nothing gives 0
 */
export function balance(logP: Tensor2D, weight?: Tensor1D): Scalar {
  return tf.tidy(() => {
    const logMean = logMeanPrediction(weight ? weigh(logP, weight) : logP) // c
    return tf.sum(tf.mul(tf.exp(logMean), logMean)) as Scalar
  })
}

/** log P + log(B · w / Σ w), so that the plain mean over it is the weighted one. */
function weigh(logP: Tensor2D, weight: Tensor1D): Tensor2D {
  const shares = tf.log(tf.maximum(tf.div(weight, tf.maximum(tf.mean(weight), SMALLEST)), SMALLEST)) // B
  return tf.add(logP, tf.expandDims(shares, 1))
}

/** Of float32; a weight of 0 has no logarithm. */
const SMALLEST = 1e-37

/** log (1/B) Σ_b exp(logP_b). Its gradient is each sample's part of the mean: exp(logP_b − it) / B. */
function logMeanPrediction(logP: Tensor2D): Tensor1D {
  return tf.customGrad((...args) => {
    const [logP, save] = args as unknown as [Tensor2D, (tensors: Tensor[]) => void]
    const value = tf.sub(tf.logSumExp(logP, 0), Math.log(logP.shape[0])) // c
    save([logP, value])
    return {
      value,
      gradFunc: (dy, saved) => {
        const [logP, value] = saved as [Tensor2D, Tensor1D]
        return tf.mul(dy, tf.div(tf.exp(tf.sub(logP, value)), logP.shape[0]))
      },
    }
  })(logP) as Tensor1D
}
