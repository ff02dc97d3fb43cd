import { dense } from '../training/layers.ts'
import type { Figure } from '../training/network.ts'
import { convBlock, flat, stemStride, type Embedding } from './blocks.ts'

/** Filters, window and stride of each convolution: All-CNN-C's at a quarter of its channels. */
const LAYERS = [
  [24, 3, 1], [24, 3, 1], [24, 3, 2],
  [48, 3, 1], [48, 3, 1], [48, 3, 2],
  [48, 3, 1], [48, 1, 1], [48, 1, 1],
] as const // prettier-ignore

/**
 * All-convolutional network (Springenberg et al., 2014, arXiv:1412.6806), ten layers as in Øland et al., 2017, section 3: with batch
 * norm, and a dense layer in place of the last pool. Strides stand for all other pools.
 *
 *   B × 28 × 28 × 1
 *   3 × 3, 24 three times, the last /2    B × 14 × 14 × 24    at a side of 56 or more the first has stride 2, too
 *   3 × 3, 48 three times, the last /2    B × 7 × 7 × 48
 *   3 × 3, 1 × 1, 1 × 1, 48               B × 7 × 7 × 48
 *   linear                                B × 128
 */
export function allConvolutional({ embedding = 128 }: Embedding = {}): Figure {
  return (l, x) => {
    let y = x
    LAYERS.forEach(([filters, size, stride], i) => {
      y = convBlock(l, `${i + 1}`, y, { filters, size, stride: i === 0 ? stemStride(x) : stride })
    })
    return dense(l, 'embedding', flat(y), embedding)
  }
}
