import { tf, type Tensor2D, type Tensor4D } from '../tf.ts'
import { conv, dense, maxPool, norm } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'

/** Pixels on a side of its input: one channel, ink 1 on 0. */
export const OMNIGLOT_SIDE = 48

/** 3 × 3 or larger convolution, batch norm, ReLU. */
function block(l: Layers, path: string, x: Tensor4D, filters: number, size = 3, stride = 1): Tensor4D {
  return tf.relu(norm(l, `${path}/norm`, conv(l, path, x, { filters, size, stride, bias: false })))
}

/** Embeds a drawn character: seven layers, for one-shot recognition by the distance of embeddings. */
export const omniglotNet: Figure = (l, x) => {
  let y = block(l, '1', x, 32, 5, 2) //                     B × 24 × 24 × 32
  y = maxPool(block(l, '2', y, 64), 2) //                   B × 12 × 12 × 64
  y = block(l, '3', y, 96)
  y = maxPool(block(l, '4', y, 96), 2) //                   B × 6 × 6 × 96
  y = block(l, '5', y, 128)
  y = maxPool(block(l, '6', y, 128), 2) //                  B × 3 × 3 × 128
  return dense(l, 'embedding', tf.reshape(y, [-1, 9 * 128]) as Tensor2D, 128) // B × 128
}
