import { tf, type Tensor4D } from '../tf.ts'
import { conv, depthwise, norm } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'
import { convBlock, embed, stemStride, type Embedding } from './blocks.ts'
import { wattsStrogatz, type Wiring } from './watts-strogatz.ts'

export interface RandomlyWired extends Embedding {
  /** Of the wiring, apart from that of the weights: the same number wires the same network. */
  readonly wiring?: number
  /** Of each stage. */
  readonly nodes?: number
  /** Nodes of the ring that each is joined to, and the probability that an edge is moved; the paper's are 4 and 0.75. */
  readonly near?: number
  readonly rewired?: number
  /** Channels of each stage. */
  readonly widths?: readonly number[]
}

/**
 * A randomly wired network (Xie et al., 2019, arXiv:1904.01569): each stage is a graph of Watts & Strogatz.
 *
 *   node:   Σ σ(wᵢ) · input i ─ ReLU ─ 3 × 3 depthwise, 1 × 1 ─ BN ─ to all nodes behind it
 *   stage:  its input goes to all nodes without a source, with stride 2; its output is the mean of the nodes that end
 *
 *   B × 28 × 28 × 1
 *   3 × 3, 16             B × 28 × 28 × 16    at a side of 56 or more with stride 2
 *   8 nodes of 32         B × 14 × 14 × 32
 *   8 nodes of 64         B × 7 × 7 × 64
 *   8 nodes of 128        B × 4 × 4 × 128
 *   mean, linear          B × 128
 */
export function randomlyWired(options: RandomlyWired = {}): Figure {
  const { wiring = 1, nodes = 8, near = 4, rewired = 0.75, widths = [32, 64, 128] } = options
  const graphs = widths.map((_, stage) => wattsStrogatz(nodes, near, rewired, wiring * widths.length + stage))
  return (l, x) => {
    let y = convBlock(l, 'stem', x, { filters: 16, size: 3, stride: stemStride(x) })
    graphs.forEach((graph, i) => (y = stage(l, `${i + 1}`, y, widths[i]!, graph)))
    return embed(l, tf.relu(y), options)
  }
}

function stage(l: Layers, path: string, x: Tensor4D, filters: number, { sources, ends }: Wiring): Tensor4D {
  const outputs: Tensor4D[] = []
  sources.forEach((from, node) => {
    const own = `${path}.${node + 1}`
    const input = from.length === 0 ? x : gathered(l, own, from.map((source) => outputs[source]!)) // prettier-ignore
    const seen = depthwise(l, `${own}/depthwise`, tf.relu(input), { size: 3, stride: from.length === 0 ? 2 : 1 })
    outputs.push(norm(l, `${own}/norm`, conv(l, own, seen, { filters, size: 1, bias: false })))
  })
  return mean(ends.map((end) => outputs[end]!))
}

/** Inputs by weights between 0 and 1, which are learnt. */
function gathered(l: Layers, path: string, inputs: readonly Tensor4D[]): Tensor4D {
  if (inputs.length === 1) return inputs[0]!
  const weights = tf.split(tf.sigmoid(l.weight(`${path}/weights`, [inputs.length], 0)), inputs.length)
  return tf.addN(inputs.map((input, i) => tf.mul(input, weights[i]!))) as Tensor4D
}

const mean = (all: readonly Tensor4D[]): Tensor4D => tf.div(tf.addN([...all]), all.length)
