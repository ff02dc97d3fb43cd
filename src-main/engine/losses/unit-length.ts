import { tf, type Tensor2D } from '../tf.ts'

/**
 *   x / √(‖x‖² + ε),  ε = 1e-12
 *
 * Each row divided by its length; a row of zeros stays what it is.
 * @param x B × D
 */
export function unitLength(x: Tensor2D): Tensor2D {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)))
}
