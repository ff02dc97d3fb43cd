import { tf } from '../tf.ts'
import { dense, dropout, maxPool } from '../training/layers.ts'
import type { Figure } from '../training/network.ts'
import { flat, plainBlock, responseNorm, type Embedding } from './blocks.ts'

export interface AlexNet extends Embedding {
  /** Share of the hidden layer dropped in training; the paper's is 0.5. */
  readonly dropout?: number
}

/**
 * AlexNet (Krizhevsky, Sutskever & Hinton, 2012) in small: five convolutions, overlapping pools, local response
 * normalisation after the first two, and a dense layer before the embedding.
 *
 *   B × 28 × 28 × 1
 *   5 × 5, 24; ReLU; normalise; pool 3/2     B × 13 × 13 × 24
 *   5 × 5, 64; ReLU; normalise; pool 3/2     B × 6 × 6 × 64
 *   3 × 3, 96; ReLU                          B × 6 × 6 × 96
 *   3 × 3, 96; ReLU                          B × 6 × 6 × 96
 *   3 × 3, 64; ReLU; pool 3/2                B × 2 × 2 × 64
 *   dense 256; ReLU; dropout                 B × 256
 *   linear                                   B × 128
 */
export function alexNet(options: AlexNet = {}): Figure {
  const { dropout: share = 0, embedding = 128 } = options
  return (l, x) => {
    let y = maxPool(responseNorm(plainBlock(l, '1', x, { filters: 24, size: 5 })), 3, 2)
    y = maxPool(responseNorm(plainBlock(l, '2', y, { filters: 64, size: 5 })), 3, 2)
    y = plainBlock(l, '3', y, { filters: 96, size: 3 })
    y = plainBlock(l, '4', y, { filters: 96, size: 3 })
    y = maxPool(plainBlock(l, '5', y, { filters: 64, size: 3 }), 3, 2)
    const hidden = tf.relu(dense(l, '6', flat(y), 256, { start: 'he' }))
    return dense(l, 'embedding', dropout(l, hidden, share), embedding)
  }
}
