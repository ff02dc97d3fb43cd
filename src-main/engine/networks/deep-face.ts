import { tf } from '../tf.ts'
import { dense, locallyConnected, maxPool } from '../training/layers.ts'
import type { Figure } from '../training/network.ts'
import { flat, plainBlock, stemStride, type Embedding } from './blocks.ts'

/**
 * DeepFace's network (Taigman, Yang, Ranzato & Wolf, 2014) in small: behind the first three layers each place has windows of its own,
 * because in an aligned face each place shows something else. Its features are ReLU units, as the weighted χ² distance wants them.
 *
 *   B × 28 × 28 × 1
 *   C1  5 × 5, 32; ReLU                   B × 28 × 28 × 32    at a side of 56 or more with stride 2
 *   M2  pool 3/2                          B × 13 × 13 × 32
 *   C3  3 × 3, 16; ReLU                   B × 13 × 13 × 16
 *   L4  3 × 3 of each place, 16; ReLU     B × 11 × 11 × 16
 *   L5  3 × 3 of each place /2, 16; ReLU  B × 5 × 5 × 16
 *   L6  3 × 3 of each place, 16; ReLU     B × 3 × 3 × 16
 *   F7  dense; ReLU                       B × 128
 */
export function deepFace({ embedding = 128 }: Embedding = {}): Figure {
  return (l, x) => {
    let y = maxPool(plainBlock(l, 'c1', x, { filters: 32, size: 5, stride: stemStride(x) }), 3, 2)
    y = plainBlock(l, 'c3', y, { filters: 16, size: 3 })
    for (const [path, stride] of [
      ['l4', 1],
      ['l5', 2],
      ['l6', 1],
    ] as const)
      // prettier-ignore
      y = tf.relu(locallyConnected(l, path, y, { filters: 16, size: 3, stride }))
    return tf.relu(dense(l, 'embedding', flat(y), embedding, { start: 'he' }))
  }
}
