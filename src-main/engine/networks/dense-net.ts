import { tf, type Tensor4D } from '../tf.ts'
import { averagePool, conv, dropout, norm } from '../training/layers.ts'
import type { Figure } from '../training/network.ts'
import { embed, preBlock, stemStride, type Embedding } from './blocks.ts'

export interface DenseNet extends Embedding {
  /** Channels that each layer adds: the paper's k. */
  readonly growth?: number
  /** Layers of each dense block. */
  readonly layers?: readonly number[]
  /** Share of channels that a transition keeps: the paper's θ. */
  readonly kept?: number
  /** Share of values dropped behind each convolution of a layer in training; the paper's is 0.2 where pictures are not augmented. */
  readonly dropped?: number
}

/**
 * DenseNet-BC (Huang et al., 2016, arXiv:1608.06993): each layer sees all channels of all layers before it.
 *
 *   layer:       x ─ BN ─ ReLU ─ 1 × 1, 4k ─ BN ─ ReLU ─ 3 × 3, k ─ beside x
 *   transition:  BN ─ ReLU ─ 1 × 1, half of the channels ─ average pool 2
 *
 *   B × 28 × 28 × 1
 *   3 × 3, 2k                B × 28 × 28 × 16    at a side of 56 or more with stride 2
 *   4 layers; transition     B × 14 × 14 × 24
 *   4 layers; transition     B × 7 × 7 × 28
 *   4 layers; BN; ReLU       B × 7 × 7 × 60
 *   mean, linear             B × 128
 */
export function denseNet(options: DenseNet = {}): Figure {
  const { growth = 8, layers = [4, 4, 4], kept = 0.5, dropped = 0 } = options
  return (l, x) => {
    let y = conv(l, 'stem', x, { filters: 2 * growth, size: 3, stride: stemStride(x), bias: false })
    layers.forEach((count, stage) => {
      if (stage > 0) {
        const filters = Math.floor(kept * y.shape[3])
        y = averagePool(preBlock(l, `transition${stage}`, y, { filters, size: 1 }), 2)
      }
      for (let i = 1; i <= count; i++) {
        const path = `${stage + 1}.${i}`
        const few = dropout(l, preBlock(l, `${path}/1`, y, { filters: 4 * growth, size: 1 }), dropped)
        const own = dropout(l, preBlock(l, `${path}/2`, few, { filters: growth, size: 3 }), dropped)
        y = tf.concat([y, own], 3) as Tensor4D
      }
    })
    return embed(l, tf.relu(norm(l, 'end/norm', y)), options)
  }
}
