import { dense, maxPool } from '../training/layers.ts'
import type { Figure } from '../training/network.ts'
import { convBlock, flat } from './blocks.ts'

/** Pixels on a side of its input: one channel, ink 1 on 0. */
export const OMNIGLOT_SIDE = 48

/** Embeds a drawn character: seven layers, for one-shot recognition by the distance of embeddings. */
export const omniglotNet: Figure = (l, x) => {
  let y = convBlock(l, '1', x, { filters: 32, size: 5, stride: 2 }) //                     B × 24 × 24 × 32
  y = maxPool(convBlock(l, '2', y, { filters: 64, size: 3 }), 2) //                   B × 12 × 12 × 64
  y = convBlock(l, '3', y, { filters: 96, size: 3 })
  y = maxPool(convBlock(l, '4', y, { filters: 96, size: 3 }), 2) //                   B × 6 × 6 × 96
  y = convBlock(l, '5', y, { filters: 128, size: 3 })
  y = maxPool(convBlock(l, '6', y, { filters: 128, size: 3 }), 2) //                  B × 3 × 3 × 128
  return dense(l, 'embedding', flat(y), 128) // B × 128
}
