import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { randomlyWired, type Graph } from '../../../src-main/engine/networks/randomly-wired.ts'
import { barabasiAlbert, erdosRenyi, type Wiring } from '../../../src-main/engine/networks/wiring.ts'
import { tf, type Scalar, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { backward } from '../../../src-main/engine/training/gradients.ts'
import { createNetwork, type Network } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from '../training/fixture.ts'
import { kernel, linear, norms, sum } from './counts.ts'

const made: Network[] = []
afterEach(() => made.splice(0).forEach((network) => network.dispose()))
beforeAll(() => chooseBackend(resources, backends[0]))

const edges = ({ sources }: Wiring) => sources.reduce((total, { length }) => total + length, 0)
const degrees = ({ sources }: Wiring) =>
  sources.map((from, node) => from.length + sources.filter((others) => others.includes(node)).length)

/** None twice, none backwards, and the ends are those that nothing takes from. */
function expectWired({ sources, ends }: Wiring) {
  sources.forEach((from, node) => {
    expect(new Set(from).size).toBe(from.length)
    expect(from.every((source) => source < node)).toBe(true)
  })
  expect(ends).toEqual(sources.flatMap((_, node) => (sources.flat().includes(node) ? [] : [node])))
}

describe('a graph of Erdős and Rényi', () => {
  it('joins each two nodes with the same probability', () => {
    const graphs = Array.from({ length: 200 }, (_, seed) => erdosRenyi(10, 0.2, createRandom(seed)))
    graphs.forEach(expectWired)
    // 45 pairs of ten nodes.
    expect(graphs.reduce((total, graph) => total + edges(graph), 0) / 200).toBeCloseTo(9, 0)
    expect(edges(erdosRenyi(6, 1, createRandom(1)))).toBe(15)
    expect(erdosRenyi(3, 0, createRandom(1))).toEqual({ sources: [[], [], []], ends: [0, 1, 2] })
  })
})

describe('a graph of Barabási and Albert', () => {
  it('joins each new node to as many earlier ones, first of all to those that have no edge', () => {
    for (let seed = 0; seed < 20; seed++) {
      const graph = barabasiAlbert(8, 3, createRandom(seed))
      expectWired(graph)
      expect(edges(graph)).toBe(5 * 3)
      expect(graph.sources.map(({ length }) => length)).toEqual([0, 0, 0, 3, 3, 3, 3, 3])
      expect(graph.sources[3]).toEqual([0, 1, 2])
    }
  })

  it('joins rather to nodes with many edges: its largest node has more of them than by even chances', () => {
    const largest = (graph: Wiring) => Math.max(...degrees(graph))
    const graphs = Array.from({ length: 40 }, (_, seed) => barabasiAlbert(64, 1, createRandom(seed)))
    const mean = graphs.reduce((total, graph) => total + largest(graph), 0) / 40
    // By even chances the largest of such a tree of 64 nodes has about 6.
    expect(mean).toBeGreaterThan(9)
  })
})

describe('a randomly wired network', () => {
  const network = (graph: Graph, wiring = 1, nodes = 8) => {
    const one = createNetwork('wired', randomlyWired({ graph, wiring, nodes, widths: [8] }), [8, 8, 1], 1)
    made.push(one)
    return one
  }
  const pictures = () => tf.tensor(draws(4 * 64, 2), [4, 8, 8, 1]) as Tensor4D
  const embedded = (one: Network) => tf.tidy(() => one.forward(pictures(), { training: false }).dataSync())
  const count = ({ variables }: Network) => sum([...variables.values()].map(({ size }) => size))

  it('has as many parameters as its graph has nodes and edges', () => {
    const node = (x: number) => 9 * x + kernel(1, x, 8) + norms(8)
    const around = kernel(9, 1, 16) + norms(16) + linear(8, 128)
    // Five nodes take the picture, three have five edges each.
    expect(count(network({ model: 'barabasi-albert' }))).toBe(around + 5 * node(16) + 3 * node(8) + 15)
    // All pairs: one root, one node with a single edge, the others with 2 … 7.
    expect(count(network({ model: 'erdos-renyi', probability: 1 }))).toBe(around + node(16) + 7 * node(8) + 27)
  })

  it.each([{ model: 'erdos-renyi' }, { model: 'barabasi-albert' }, { model: 'watts-strogatz' }] as const)(
    'learns by every weight, and is another network by another wiring: $model',
    (graph) => {
      const one = network(graph)
      const { gradients, dispose } = backward(one.variables, () => {
        const y = one.forward(pictures(), { training: true, random: createRandom(1) })
        return { loss: tf.sum(tf.mul(y, tf.tensor(draws(4 * 128, 3), [4, 128]))) as Scalar, seen: {} }
      })
      expect(gradients.size).toBe(one.variables.size)
      for (const [path, gradient] of gradients)
        expect(
          gradient.dataSync().some((value) => value !== 0),
          path,
        ).toBe(true)
      dispose()
      expect(farthest(embedded(network(graph, 2)), embedded(network(graph)))).toBeGreaterThan(1e-3)
      expect(farthest(embedded(network(graph)), embedded(network(graph)))).toBe(0)
    },
  )
})
