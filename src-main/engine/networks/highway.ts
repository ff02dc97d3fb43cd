import { maxPool } from '../training/layers.ts'
import type { Figure } from '../training/network.ts'
import { embed, plainBlock, stemStride, type Embedding } from './blocks.ts'
import { joined } from './shortcuts.ts'

export interface Highway extends Embedding {
  /** Highway layers of each stage. */
  readonly layers?: readonly number[]
  /** Channels of each stage. */
  readonly widths?: readonly number[]
  /** Where the biases of the transfer gates start; below 0 a layer begins by carrying. */
  readonly bias?: number
}

/**
 * Convolutional highway network (Srivastava, Greff & Schmidhuber, 2015, arXiv:1505.00387 and 1507.06228):
 *
 *   y = H(x) · T(x) + x · (1 − T(x)),   H = ReLU(3 × 3 convolution),   T = σ(3 × 3 convolution + b), b from −2
 *
 *   B × 28 × 28 × 1
 *   3 × 3, 16;  2 highway layers    B × 28 × 28 × 16    at a side of 56 or more the first has stride 2
 *   pool; 3 × 3, 32;  2 layers      B × 14 × 14 × 32
 *   pool; 3 × 3, 64;  2 layers      B × 7 × 7 × 64
 *   mean, linear                    B × 128
 */
export function highway(options: Highway = {}): Figure {
  const { layers = [2, 2, 2], widths = [16, 32, 64], bias = -2 } = options
  return (l, x) => {
    let y = x
    layers.forEach((count, stage) => {
      const layer = { filters: widths[stage]!, size: 3 }
      if (stage > 0) y = maxPool(y, 2)
      y = plainBlock(l, `${stage + 1}.0`, y, { ...layer, stride: stage === 0 ? stemStride(x) : 1 })
      for (let i = 1; i <= count; i++) {
        const path = `${stage + 1}.${i}`
        const f = plainBlock(l, path, y, layer)
        y = joined(l, path, { x: y, f, shortcut: 'exclusive-gating', gate: { size: 3, bias } })
      }
    })
    return embed(l, y, options)
  }
}
