import { tf, type Tensor4D } from '../tf.ts'
import { conv, norm } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'
import { convBlock, embed, stemStride, type Embedding } from './blocks.ts'
import { joined, padded } from './shortcuts.ts'

export interface ResnetInResnet extends Embedding {
  /** Blocks of two layers in each stage. */
  readonly blocks?: readonly number[]
  /** Channels of both streams together in each stage. */
  readonly widths?: readonly number[]
}

/**
 * ResNet in ResNet (Targ, Almeida & Lyman, 2016, arXiv:1603.08029). A layer has a residual stream r and a transient one t:
 *
 *   r′ = ReLU(BN(r ∗ W_rr + t ∗ W_tr + r))        t′ = ReLU(BN(r ∗ W_rt + t ∗ W_tt))
 *
 * Both streams lie in one tensor, r first, so that the four kernels are one. A block is two such layers, and r over both:
 *
 *   r ─┬───────────────────────────────(+)─ r
 *      └─┬── r r ──(+)──┬── r r ──(+)───┘
 *        ╳              ╳
 *   t ───┴── t t ───────┴── t t ─────────── t
 *
 *   B × 28 × 28 × 1;  stem B × 28 × 28 × (8 + 8);  2 blocks B × 28 × 28 × (8 + 8), B × 14 × 14 × (16 + 16), B × 7 × 7 × (32 + 32);  B × 128
 */
export function resnetInResnet(options: ResnetInResnet = {}): Figure {
  const { blocks = [2, 2, 2], widths = [16, 32, 64] } = options
  return (l, x) => {
    let y = convBlock(l, 'stem', x, { filters: widths[0]!, size: 3, stride: stemStride(x) })
    blocks.forEach((count, stage) => {
      for (let i = 0; i < count; i++) {
        const [path, filters, stride] = [`${stage + 1}.${i + 1}`, widths[stage]!, stage > 0 && i === 0 ? 2 : 1]
        const first = layer(l, `${path}/1`, y, filters, stride)
        const second = layer(l, `${path}/2`, first, filters, 1)
        y = joined(l, path, { x: residualStream(y, filters, stride), f: second })
      }
    })
    return embed(l, y, options)
  }
}

/** Both streams through all four kernels; r is added to what comes in its place. */
function layer(l: Layers, path: string, x: Tensor4D, filters: number, stride: number): Tensor4D {
  const f = conv(l, path, x, { filters, size: 3, stride, bias: false })
  return tf.relu(norm(l, `${path}/norm`, joined(l, path, { x: residualStream(x, filters, stride), f })))
}

/** r alone, in the size of the next layer, with zeros where t is. */
function residualStream(x: Tensor4D, filters: number, stride: number): Tensor4D {
  const [rows, height, width, channels] = x.shape
  return padded(tf.slice(x, [0, 0, 0, 0], [rows, height, width, channels / 2]), filters, stride)
}
