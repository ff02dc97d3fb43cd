import { tf, type Scalar, type Tensor1D, type Tensor2D } from '../tf.ts'
import { crossEntropies, weightedMean } from './cross-entropy.ts'

/**
 *   I(x)_i = 1 if class(x) = i else 0                                                                              (2)
 *
 * @param labels B, the class of each sample, 0 … c − 1
 * @param classes c
 * @returns B × c
 */
export function classIndicator(labels: ArrayLike<number> | Tensor1D, classes: number): Tensor2D {
  // Not tf.oneHot: it refuses a single class, and as float32 it gives wrong numbers on WebAssembly.
  if (labels instanceof tf.Tensor)
    return tf.tidy(() => tf.cast(tf.equal(tf.expandDims(labels, 1), tf.range(0, classes)), 'float32') as Tensor2D)
  const values = new Float32Array(labels.length * classes)
  Array.from(labels).forEach((label, b) => (values[b * classes + label] = 1))
  return tf.tensor2d(values, [labels.length, classes])
}

/**
 *   L_L = H(I(x), P(x; z)) = −log P(x; z)_k,  k = class(x);  mean over the batch                                   (3)
 *
 * I(x) may be any distribution over the classes, and each sample may weigh w (5.3).
 * Hoffer & Ailon, "Semi-supervised deep learning by metric embedding", 2016, eq. 3 and section 5.3.
 * @param logP B × c, of `logDistribution`
 * @param target B × c, of `classIndicator` or any rows that sum to 1
 * @param weight B, each ≥ 0
 */
export function distanceRatio(logP: Tensor2D, target: Tensor2D, weight?: Tensor1D): Scalar {
  return tf.tidy(() => weightedMean(crossEntropies(target, logP), weight))
}
