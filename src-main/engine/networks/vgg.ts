import { tf } from '../tf.ts'
import { dense, dropout, maxPool } from '../training/layers.ts'
import type { Figure } from '../training/network.ts'
import { convBlock, flat, plainBlock, type Embedding } from './blocks.ts'

export interface Vgg extends Embedding {
  /** 3 × 3 convolutions of each stage, which ends with a pool. */
  readonly layers?: readonly number[]
  /** Channels of each stage. */
  readonly widths?: readonly number[]
  /** False gives the paper's, whose deep ones do not begin to learn from a random start at high rates. */
  readonly norm?: boolean
  /** Share of the hidden layer dropped in training; the paper's is 0.5. */
  readonly dropout?: number
}

/**
 * VGG (Simonyan & Zisserman, 2014, arXiv:1409.1556) in small: nothing but 3 × 3 convolutions and pools, then dense layers.
 *
 *   B × 28 × 28 × 1
 *   3 × 3, 16 twice; pool       B × 14 × 14 × 16
 *   3 × 3, 32 twice; pool       B × 7 × 7 × 32
 *   3 × 3, 64 three times; pool B × 3 × 3 × 64
 *   dense 256; ReLU; dropout    B × 256
 *   linear                      B × 128
 */
export function vgg(options: Vgg = {}): Figure {
  const { layers = [2, 2, 3], widths = [16, 32, 64], norm = true, dropout: share = 0, embedding = 128 } = options
  const block = norm ? convBlock : plainBlock
  return (l, x) => {
    let y = x
    layers.forEach((count, stage) => {
      for (let i = 1; i <= count; i++) y = block(l, `${stage + 1}.${i}`, y, { filters: widths[stage]!, size: 3 })
      y = maxPool(y, 2)
    })
    const hidden = tf.relu(dense(l, 'dense', flat(y), 256, { start: 'he' }))
    return dense(l, 'embedding', dropout(l, hidden, share), embedding)
  }
}
