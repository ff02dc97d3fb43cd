import { tf, type Tensor2D } from '../tf.ts'
import { distances } from './distances.ts'

export interface DistanceOptions {
  /** d² in the exponent, as the paper prints (1); d, as its authors' public code has it, otherwise. */
  readonly squared: boolean
  /** s, the inverse of a temperature; 1 in the paper. */
  readonly scale?: number
}

/**
 *   P(x; z_1…z_c)_i = exp(−s·d²(x, z_i)) / Σ_j exp(−s·d²(x, z_j))                                                  (1)
 *
 * How alike x is to the reference z_i of each class. d may stand in place of d².
 * Hoffer & Ailon, "Semi-supervised deep learning by metric embedding", 2016, eq. 1.
 * @param x B × D, embeddings
 * @param z c × D, one reference of each class
 * @returns log P, B × c: the losses need the logarithm, and it stays finite where P is 0 in float32
 */
export function logDistribution(x: Tensor2D, z: Tensor2D, { squared, scale = 1 }: DistanceOptions): Tensor2D {
  return tf.tidy(() => {
    const d = distances(x, z, { squared }) // B × c
    return tf.logSoftmax(tf.mul(d, -scale)) as Tensor2D // B × c
  })
}
