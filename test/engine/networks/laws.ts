import { rmSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Tensors } from '../../../src-main/engine/backends/trace.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { FAMILIES, NETWORKS, type NetworkName } from '../../../src-main/contract/networks.ts'
import { makeNetwork } from '../../../src-main/engine/networks/table.ts'
import { tf, type Scalar, type Tensor, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { newestCheckpoint, writeCheckpoint } from '../../../src-main/engine/training/checkpoint.ts'
import { costOf } from '../../../src-main/engine/training/cost.ts'
import { backward, recordedBackward } from '../../../src-main/engine/training/gradients.ts'
import type { Network } from '../../../src-main/engine/training/network.ts'
import { adam } from '../../../src-main/engine/training/optimizers.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, hasTensorflow, resources } from '../fixture.ts'
import { draws, farthest } from '../training/fixture.ts'

const CLASSES = 4
const PICTURES = 32
/** Steps within which each weight of a network that drops some of them takes part. */
const DROPPING = 12
/** Of Adam, until all pictures are learnt. */
const [STEPS, RATE, LOOK] = [200, 0.003, 10]

/** Σ of the sizes of all trained tensors, as one counts them by hand from the figure, for B × side × side × 1. */
export type Counts = Readonly<Record<string, number>>

/**
 * What holds for every network of a family of the table.
 * @param title of the family, as in contract/networks.ts
 * @param counts parameters of each network on grey pictures of its own side, counted by hand
 */
export function laws(title: (typeof FAMILIES)[number]['title'], counts: Counts): void {
  const made: Network[] = []
  afterEach(() => made.splice(0).forEach((network) => network.dispose()))
  beforeAll(() => chooseBackend(resources, backends[0]))
  const names: readonly string[] = FAMILIES.find((family) => family.title === title)!.networks.map(({ name }) => name)
  const networks = NETWORKS.filter(({ name }) => names.includes(name))
  const make = (name: NetworkName, side: number, channels = 1) => {
    const network = makeNetwork(name, 1, [side, side, channels])
    made.push(network)
    return network
  }

  it('has a count by hand for each of its networks', () => {
    expect(Object.keys(counts)).toEqual(names)
  })

  describe.each(networks)('$name', ({ name, side, least }) => {
    it('embeds grey pictures of its side, and of the least side in colour', () => {
      for (const [one, channels] of [
        [side, 1],
        [least, 3],
      ] as const) {
        const network = make(name, one, channels)
        const embedded = embeddings(network, picturesOf(network, 2))
        expect(embedded.length).toBe(2 * network.dimensions)
        expect(embedded.every(Number.isFinite)).toBe(true)
      }
    })

    it('has as many parameters as one counts by hand', async () => {
      const { parameters, macs } = await costOf(make(name, side))
      expect(parameters).toBe(counts[name])
      expect(macs).toBeGreaterThan(parameters)
    })

    it('has a gradient by every variable, all of them numbers and none of them 0 everywhere', () => {
      const network = make(name, least)
      const of = [...network.variables.keys()]
      const step = stepsOf(network, false)
      const moved = new Set<string>()
      // What a step drops has a gradient in another one.
      for (let at = 0; at < DROPPING && moved.size < of.length; at++) {
        const { numbers } = step(16)
        expect([...numbers.keys()].filter((key) => of.includes(key)).sort()).toEqual([...of].sort())
        for (const path of of) {
          const values = numbers.get(path)!
          expect(values.every(Number.isFinite), path).toBe(true)
          if (values.some((value) => value !== 0)) moved.add(path)
        }
      }
      expect(of.filter((path) => !moved.has(path))).toEqual([])
    })

    it.skipIf(!hasTensorflow)('gives the same numbers in a recorded step as in a plain one', () => {
      const refused: string[] = []
      const [plain, graph] = [stepsOf(make(name, least), false), stepsOf(make(name, least), true, refused)]
      for (let step = 0; step < 3; step++) {
        const [expected, actual] = [plain(8).numbers, graph(8).numbers]
        expect([...actual.keys()]).toEqual([...expected.keys()])
        for (const [key, values] of expected) expect(farthest(actual.get(key)!, values), key).toBeLessThan(1e-4)
      }
      graph.dispose()
      expect(refused).toEqual([])
    })

    it(`learns ${PICTURES} pictures by heart`, () => {
      const network = make(name, least)
      expect(overfitted(network)).toBe(PICTURES)
    })

    it('comes back from its file with the same bits', () => {
      const [one, other] = [make(name, least), makeNetwork(name, 2, [least, least, 1])]
      made.push(other)
      stepsOf(one, false)(8)
      const folder = mkdtempSync(join(tmpdir(), 'semblance-network-'))
      writeCheckpoint(folder, { step: 1, tensors: one.read(), numbers: {} })
      const x = picturesOf(one, 2)
      expect(farthest(embeddings(other, x), embeddings(one, x))).toBeGreaterThan(0)
      other.write(newestCheckpoint(folder)!.checkpoint.tensors)
      rmSync(folder, { recursive: true })
      expect(embeddings(other, x)).toEqual(embeddings(one, x))
      expect(other.read()).toEqual(one.read())
    })
  })

  it.skipIf(!hasTensorflow)('gives the same embeddings on TensorFlow and on WebAssembly', async () => {
    const results = []
    for (const backend of ['tfjs-node', 'wasm']) {
      await chooseBackend(resources, backend)
      results.push(
        networks.map(({ name, least }) => {
          const network = makeNetwork(name, 1, [least, least, 1])
          const x = picturesOf(network, 4)
          const asked = embeddings(network, x)
          const trained = embeddings(network, x, true)
          network.dispose()
          return { name, asked, trained }
        }),
      )
    }
    const [ours, wasm] = results
    ours!.forEach(({ name, asked, trained }, i) => {
      expect(farthest(wasm![i]!.asked, asked), name).toBeLessThan(1e-4)
      expect(farthest(wasm![i]!.trained, trained), `${name} in training`).toBeLessThan(1e-4)
    })
    await chooseBackend(resources, backends[0])
  })
}

const picturesOf = ({ input: [side, , channels] }: Network, rows: number, seed = 3) =>
  draws(rows * side * side * channels, seed)

function embeddings(network: Network, x: Float32Array, training = false): Float32Array {
  return tf.tidy(() => {
    const rows = x.length / network.input.reduce((a, b) => a * b, 1)
    const given = tf.tensor(x, [rows, ...network.input]) as Tensor4D
    const pass = training ? { training, random: createRandom(1) } : { training }
    return Float32Array.from(network.forward(given, pass).dataSync()) as never
  })
}

/** Steps of a training that changes nothing but running averages; what a step gives or leaves, by its name. */
function stepsOf(network: Network, asGraph: boolean, refused: string[] = []) {
  const random = createRandom(5)
  const forward = ({ x, weight }: Tensors) => {
    const y = network.forward(x as Tensor4D, { training: true, random })
    return { loss: tf.sum(tf.mul(y, weight!)) as Scalar, seen: { embeddings: y as Tensor } }
  }
  const graph = recordedBackward(network.variables, forward, (reason) => refused.push(reason))
  const step = asGraph ? graph : (inputs: Tensors) => backward(network.variables, () => forward(inputs))
  const run = (rows: number) => {
    const numbers = new Map<string, Float32Array>()
    tf.tidy(() => {
      const { loss, gradients, seen, dispose } = step({
        x: tf.tensor(picturesOf(network, rows), [rows, ...network.input]),
        weight: tf.tensor(draws(rows * network.dimensions, 9), [rows, network.dimensions]),
      })
      numbers.set('the loss', Float32Array.of(loss))
      for (const [key, tensor] of [...gradients, ...Object.entries(seen), ...network.averages])
        numbers.set(key, Float32Array.from(tensor.dataSync()))
      dispose()
    })
    return { numbers }
  }
  return Object.assign(run, { dispose: () => graph.dispose() })
}

/** Noise with labels, by softmax cross-entropy over the first numbers of its embedding. @returns how many it has right at the end */
function overfitted(network: Network): number {
  const classes = Math.min(CLASSES, network.dimensions)
  const labels = Array.from({ length: PICTURES }, (_, i) => i % classes)
  const x = picturesOf(network, PICTURES)
  const random = createRandom(2)
  const forward = ({ x, target }: Tensors) => {
    const embedded = network.forward(x as Tensor4D, { training: true, random })
    // Sigmoid units are at most 1 apart.
    const y = tf.mul(tf.slice(embedded, [0, 0], [PICTURES, classes]), 4)
    return { loss: tf.losses.softmaxCrossEntropy(target!, y) as Scalar, seen: { y: y as Tensor } }
  }
  const step = recordedBackward(network.variables, forward)
  const optimizer = adam(network.variables, {})
  /** @param width numbers a picture */
  const right = (all: Float32Array, width: number) => {
    const first = (i: number) => Array.from(all.slice(i * width, i * width + classes))
    return labels.filter((label, i) => first(i)[label] === Math.max(...first(i))).length
  }
  let found = 0
  for (let at = 1; at <= STEPS && found < PICTURES; at++) {
    tf.tidy(() => {
      const target = tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat()
      const { gradients, seen, dispose } = step({ x: tf.tensor(x, [PICTURES, ...network.input]), target })
      found = right(seen['y']!.dataSync() as Float32Array, classes)
      optimizer.step(gradients, RATE)
      dispose()
    })
    // What is drawn at random in training is not at rest until it is asked.
    if (at % LOOK === 0) found = Math.max(found, right(embeddings(network, x), network.dimensions))
  }
  step.dispose()
  optimizer.dispose()
  return found
}
