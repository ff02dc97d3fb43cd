import { tf, type Tensor4D } from '../tf.ts'
import { maxPool } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'
import { convBlock, embed, stemStride, type Embedding } from './blocks.ts'

/** Windows that stand for 5 × 5, and for 3 × 3, one after the other. */
const WINDOWS = {
  /** Szegedy et al., 2014, arXiv:1409.4842. */
  v1: { five: [5], three: [3] },
  /** 5 × 5 as two 3 × 3 (Szegedy et al., 2015, arXiv:1512.00567, figure 5). */
  '3x3': { five: [3, 3], three: [3] },
  /** And each 3 × 3 as 1 × 3 and 3 × 1 (figure 6). */
  '1x3': { five: [[1, 3], [3, 1], [1, 3], [3, 1]], three: [[1, 3], [3, 1]] }, // prettier-ignore
} as const

export interface Inception extends Embedding {
  readonly windows?: keyof typeof WINDOWS
}

/** Channels of a module's branches: 1 × 1; before and after 3 × 3; before and after 5 × 5; after the pool. */
type Widths = readonly [number, readonly [number, number], readonly [number, number], number]

/**
 * GoogLeNet's modules for small pictures:
 *
 *        ┌─ 1 × 1 ──────────────┐
 *   x ───┼─ 1 × 1 ─── 3 × 3 ────┼── side by side
 *        ├─ 1 × 1 ─── 5 × 5 ────┤
 *        └─ pool 3/1 ─ 1 × 1 ───┘
 *
 *   B × 28 × 28 × 1
 *   3 × 3, 32; pool       B × 14 × 14 × 32    at a side of 56 or more with stride 2
 *   module, module        B × 14 × 14 × 64, 96
 *   pool; module, module  B × 7 × 7 × 128, 160
 *   mean, linear          B × 128
 */
export function inception(options: Inception = {}): Figure {
  const windows = options.windows ?? 'v1'
  return (l, x) => {
    let y = convBlock(l, 'stem', x, { filters: 32, size: 3, stride: stemStride(x) })
    y = maxPool(y, 2)
    y = module(l, '1', y, [16, [16, 24], [8, 12], 12], windows)
    y = module(l, '2', y, [24, [24, 40], [8, 16], 16], windows)
    y = maxPool(y, 2)
    y = module(l, '3', y, [32, [32, 56], [12, 20], 20], windows)
    y = module(l, '4', y, [40, [40, 72], [16, 24], 24], windows)
    return embed(l, y, options)
  }
}

function module(l: Layers, path: string, x: Tensor4D, widths: Widths, windows: keyof typeof WINDOWS): Tensor4D {
  const [one, three, five, pooled] = widths
  const branch = (name: 'three' | 'five', [few, filters]: readonly [number, number]) =>
    WINDOWS[windows][name].reduce<Tensor4D>(
      (y, size, i) => convBlock(l, `${path}/${name}/${i + 1}`, y, { filters, size }),
      convBlock(l, `${path}/${name}/0`, x, { filters: few, size: 1 }),
    )
  return tf.concat(
    [
      convBlock(l, `${path}/one`, x, { filters: one, size: 1 }),
      branch('three', three),
      branch('five', five),
      convBlock(l, `${path}/pool`, maxPool(x, 3, 1, 'same'), { filters: pooled, size: 1 }),
    ],
    3,
  )
}
