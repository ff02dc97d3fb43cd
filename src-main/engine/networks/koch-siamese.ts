import { tf } from '../tf.ts'
import { dense, maxPool } from '../training/layers.ts'
import type { Figure } from '../training/network.ts'
import { flat, plainBlock, type Embedding } from './blocks.ts'

/**
 * One of the twins of Koch, Zemel & Salakhutdinov, "Siamese neural networks for one-shot image recognition" (2015), at a
 * quarter of its channels and with windows for 28 pixels; the paper's are 10, 7, 4 and 4 for 105. The embedding is sigmoid
 * units, whose weighted L1 distance says whether two pictures show the same: losses/verification.ts.
 *
 *   B × 28 × 28 × 1
 *   5 × 5, 16; ReLU; pool    B × 14 × 14 × 16
 *   5 × 5, 32; ReLU; pool    B × 7 × 7 × 32
 *   3 × 3, 32; ReLU; pool    B × 3 × 3 × 32
 *   3 × 3, 64; ReLU          B × 3 × 3 × 64
 *   dense; sigmoid           B × 256
 */
export function kochSiamese({ embedding = 256 }: Embedding = {}): Figure {
  return (l, x) => {
    let y = maxPool(plainBlock(l, '1', x, { filters: 16, size: 5 }), 2)
    y = maxPool(plainBlock(l, '2', y, { filters: 32, size: 5 }), 2)
    y = maxPool(plainBlock(l, '3', y, { filters: 32, size: 3 }), 2)
    y = plainBlock(l, '4', y, { filters: 64, size: 3 })
    return tf.sigmoid(dense(l, 'embedding', flat(y), embedding))
  }
}
