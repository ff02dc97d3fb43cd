import type { Tensor2D, Tensor4D } from '../tf.ts'
import { maxPool } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'
import { convBlock, embed, stemStride, type Embedding } from './blocks.ts'
import { joinsOf, type DropPath } from './drop-path.ts'

export interface Fractal extends Embedding {
  /** The longest of them has 2^(columns − 1) convolutions a block. */
  readonly columns?: number
  /** Channels of each block, which ends with a pool. */
  readonly widths?: readonly number[]
  readonly dropPath?: DropPath
}

/**
 * FractalNet (Larsson, Maire & Shakhnarovich, 2016, arXiv:1605.07648): depth without a residual.
 *
 *   f₁(z) = conv(z)        f_{C+1}(z) = [f_C ∘ f_C](z) ⊕ conv(z)        ⊕ the mean
 *
 *   z ─┬─ conv ─────────────────────────┬─
 *      ├─ conv ───────┬─ conv ──────────⊕─   a block of three columns, each convolution with batch norm and ReLU
 *      └─ conv ─ conv ⊕─ conv ─ conv ───┴─
 *
 * At a side of 56 or more the convolutions that see the picture have stride 2. With drop-path a training pass is two: batch norm
 * observes the whole network, which is what is asked later, and a subnetwork of it is what learns. Averages over subnetworks would
 * not fit the whole, whose joins vary less: its answers were those of chance.
 *
 *   B × 28 × 28 × 1;  block of 16; pool  B × 14 × 14 × 16;  of 32; pool  B × 7 × 7 × 32;  of 64  B × 7 × 7 × 64;  B × 128
 */
export function fractal(options: Fractal = {}): Figure {
  const { columns = 3, widths = [16, 32, 64], dropPath } = options
  const ofBlock = [...innerJoins(columns), columns]
  const pass = (l: Layers, x: Tensor4D, drop?: DropPath): Tensor2D => {
    const join = joinsOf(l, widths.flatMap(() => ofBlock), drop) // prettier-ignore
    let y = x
    widths.forEach((filters, block) => {
      if (block > 0) y = maxPool(y, 2)
      let at = 0
      const convolution = (z: Tensor4D) =>
        convBlock(l, `${block + 1}.${++at}`, z, { filters, size: 3, stride: z === x ? stemStride(x) : 1 })
      /** What the block of so many columns would join at its end, its shortest column first. */
      const expanded = (count: number, z: Tensor4D): Tensor4D[] => {
        const short = convolution(z)
        if (count === 1) return [short]
        const half = expanded(count - 1, z)
        return [short, ...expanded(count - 1, count === 2 ? half[0]! : join(half))]
      }
      y = join(expanded(columns, y))
    })
    return embed(l, y, options)
  }
  return (l, x) => {
    const whole = pass(l, x)
    return dropPath && l.training ? pass({ ...l, unobserved: true }, x, dropPath) : whole
  }
}

/** How many inputs the joins within a block of so many columns have, in the order in which they are computed. */
function innerJoins(columns: number): number[] {
  if (columns < 3) return []
  const half = innerJoins(columns - 1)
  return [...half, columns - 1, ...half]
}
