import { tf, type Tensor4D } from '../tf.ts'
import { conv, depthwise, norm } from '../training/layers.ts'
import type { Figure, Layers } from '../training/network.ts'
import { createRandom } from '../training/random.ts'
import { convBlock, embed, stemStride, type Embedding } from './blocks.ts'
import { wattsStrogatz } from './watts-strogatz.ts'
import { barabasiAlbert, erdosRenyi, type Wiring } from './wiring.ts'

/** One of the three classical models of random graphs, of which the paper's settings stand where none is given. */
export type Graph =
  /** A ring where each node is joined to so many, whose edges are moved with a probability: 4 and 0.75. */
  | { readonly model: 'watts-strogatz'; readonly near?: number; readonly rewired?: number }
  /** Each two nodes are joined with a probability: 0.2. */
  | { readonly model: 'erdos-renyi'; readonly probability?: number }
  /** Each node is joined to so many earlier ones, rather to those with many edges: 5. */
  | { readonly model: 'barabasi-albert'; readonly edges?: number }

export interface RandomlyWired extends Embedding {
  /** Of the wiring, apart from that of the weights: the same number wires the same network. */
  readonly wiring?: number
  /** Of each stage. */
  readonly nodes?: number
  readonly graph?: Graph
  /** Channels of each stage. */
  readonly widths?: readonly number[]
}

/**
 * A randomly wired network (Xie et al., 2019, arXiv:1904.01569): each stage is a random graph, of Watts & Strogatz unless told.
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
  const { wiring = 1, nodes = 8, graph = { model: 'watts-strogatz' }, widths = [32, 64, 128] } = options
  const graphs = widths.map((_, stage) => wired(graph, nodes, wiring * widths.length + stage))
  return (l, x) => {
    let y = convBlock(l, 'stem', x, { filters: 16, size: 3, stride: stemStride(x) })
    graphs.forEach((graph, i) => (y = stage(l, `${i + 1}`, y, widths[i]!, graph)))
    return embed(l, tf.relu(y), options)
  }
}

function wired(graph: Graph, nodes: number, seed: number): Wiring {
  if (graph.model === 'watts-strogatz') return wattsStrogatz(nodes, graph.near ?? 4, graph.rewired ?? 0.75, seed)
  const random = createRandom(seed)
  if (graph.model === 'erdos-renyi') return erdosRenyi(nodes, graph.probability ?? 0.2, random)
  return barabasiAlbert(nodes, graph.edges ?? 5, random)
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
