import { tf, type Tensor2D } from '../tf.ts'
import { dense, maxPool } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'
import { flat, plainBlock, responseNorm, stemStride, type Embedding } from './blocks.ts'

/**
 * FaceNet's NN1 (Schroff, Kalenichenko & Philbin, 2015, table 1) at a quarter of its channels and of its side: Zeiler & Fergus's
 * network with 1 × 1 convolutions between the others, and maxout units. Its embedding has length 1 by the loss.
 *
 *   B × 28 × 28 × 1
 *   conv1        5 × 5, 16; pool; normalise     B × 14 × 14 × 16    at a side of 56 or more with stride 2
 *   conv2a, 2    1 × 1, 16; 3 × 3, 48           B × 14 × 14 × 48
 *                normalise; pool                B × 7 × 7 × 48
 *   conv3a, 3    1 × 1, 48; 3 × 3, 96; pool     B × 3 × 3 × 96
 *   conv4a, 4    1 × 1, 96; 3 × 3, 64           B × 3 × 3 × 64
 *   conv5a … 6   1 × 1, 64; 3 × 3, 64; twice    B × 3 × 3 × 64
 *   fc1, fc2     maxout of 2, 256; twice        B × 256
 *   fc7128       linear                         B × 128
 */
export function faceNet({ embedding = 128 }: Embedding = {}): Figure {
  return (l, x) => {
    const pair = (number: number, from: Parameters<typeof plainBlock>[2], few: number, filters: number) =>
      plainBlock(l, `${number}`, plainBlock(l, `${number}a`, from, { filters: few, size: 1 }), { filters, size: 3 })
    let y = responseNorm(maxPool(plainBlock(l, '1', x, { filters: 16, size: 5, stride: stemStride(x) }), 2))
    y = maxPool(responseNorm(pair(2, y, 16, 48)), 2)
    y = maxPool(pair(3, y, 48, 96), 2)
    y = pair(6, pair(5, pair(4, y, 96, 64), 64, 64), 64, 64)
    return dense(l, 'embedding', maxout(l, 'fc2', maxout(l, 'fc1', flat(y), 256), 256), embedding)
  }
}

/** The larger of two linear units (Goodfellow et al., 2013, arXiv:1302.4389). B × N in, B × units out. */
function maxout(l: Layers, path: string, x: Tensor2D, units: number): Tensor2D {
  const [one, other] = tf.split(dense(l, path, x, 2 * units, { start: 'he' }), 2, 1) as [Tensor2D, Tensor2D]
  return tf.maximum(one, other)
}
