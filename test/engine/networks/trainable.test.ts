import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { neighborCifar } from '../../../src-main/engine/networks/neighbor-cifar.ts'
import { neighborMnist } from '../../../src-main/engine/networks/neighbor-mnist.ts'
import { FAMILIES, NETWORKS } from '../../../src-main/contract/networks.ts'
import { networkNamed } from '../../../src-main/engine/networks/table.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { backward } from '../../../src-main/engine/training/gradients.ts'
import type { Network } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, hasTensorflow, resources } from '../fixture.ts'
import { draws, farthest } from '../training/fixture.ts'

const made: Network[] = []
const keep = (network: Network) => (made.push(network), network)
afterEach(() => made.splice(0).forEach((network) => network.dispose()))
beforeAll(async () => {
  await chooseBackend(resources, backends[0])
})

const count = (network: Network) => [...network.variables.values()].reduce((sum, { size }) => sum + size, 0)
const shapes = (network: Network) =>
  [...network.variables].filter(([path]) => path.endsWith('/kernel')).map(([, { shape }]) => shape.join(' '))

describe('the networks of the paper', () => {
  it('MNIST: feature maps and kernels of table 3, embedding 128', () => {
    const network = keep(neighborMnist(1))
    expect(network.dimensions).toBe(128)
    expect(shapes(network)).toEqual(['5 5 1 16', '3 3 16 32', '3 3 32 64', '3 3 64 64', '3 3 64 128'])
    // Σ kernels + a bias, a scale and a shift for each feature map
    expect(count(network)).toBe(400 + 4608 + 18432 + 36864 + 73728 + 3 * (16 + 32 + 64 + 64 + 128))
  })

  it('MNIST in the plane: the same, then two numbers', () => {
    const network = keep(neighborMnist(1, { dimensions: 2 }))
    expect(network.dimensions).toBe(2)
    expect(shapes(network).at(-1)).toBe('128 2')
  })

  it('CIFAR-10: feature maps and kernels of table 3, embedding 192', () => {
    const network = keep(neighborCifar(1))
    expect(network.dimensions).toBe(192)
    expect(shapes(network)).toEqual([
      ...['5 5 3 192', '1 1 192 160', '1 1 160 96', '5 5 96 96', '1 1 96 192', '1 1 192 192'],
      ...['3 3 192 192', '1 1 192 192'],
    ])
  })

  it('the same seed gives the same weights, another seed others', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => keep(neighborMnist(seed)).read().get('block3/kernel')!.values)
    expect(a).toEqual(b)
    expect(farthest(a!, c!)).toBeGreaterThan(0.01)
    const bound = 1 / Math.sqrt(9 * 32)
    expect(Math.max(...a!)).toBeLessThanOrEqual(bound)
    expect(Math.max(...a!)).toBeGreaterThan(0.99 * bound)
  })
})

interface Passed {
  readonly embeddings: Float32Array
  readonly gradients: ReadonlyMap<string, Float32Array>
}

/** Embeddings, and the gradients of Σ w·e in training. */
function pass(network: Network, x: Float32Array, rows: number): Passed {
  const passed = tf.tidy(() => {
    const weight = tf.tensor(draws(rows * network.dimensions, 9), [rows, network.dimensions])
    const input = tf.tensor(x, [rows, ...network.input]) as Tensor4D
    const { gradients, seen, dispose } = backward(network.variables, () => {
      const embeddings = network.forward(input, { training: true, random: createRandom(1) })
      return { loss: tf.sum(tf.mul(embeddings, weight)), seen: { embeddings } }
    })
    const read = { embeddings: seen['embeddings']!.dataSync(), gradients: new Map<string, unknown>() }
    for (const [path, gradient] of gradients) read.gradients.set(path, gradient.dataSync())
    dispose()
    return read as never
  })
  return passed as unknown as Passed
}

describe.skipIf(!hasTensorflow)('a training pass on TensorFlow and on WebAssembly', () => {
  // In the order pool, ReLU, batch norm: in the other, values of a pool's window may differ by less than float32 tells.
  it('gives the same embeddings and gradients', async () => {
    const x = draws(12 * 784, 3)
    const results = []
    for (const backend of ['tfjs-node', 'wasm']) {
      await chooseBackend(resources, backend)
      const network = neighborMnist(1, { order: 'pool-norm', dropout: [0.1, 0.2, 0.3] })
      results.push({ ...pass(network, x, 12), averages: network.read().get('block4/variance')!.values })
      network.dispose()
    }
    const [ours, wasm] = results
    expect(farthest(ours!.embeddings, wasm!.embeddings)).toBeLessThan(1e-4)
    expect(farthest(ours!.averages, wasm!.averages)).toBeLessThan(1e-5)
    expect(ours!.gradients.size).toBe(20)
    for (const [path, gradient] of ours!.gradients)
      expect(farthest(gradient, wasm!.gradients.get(path)!), path).toBeLessThan(1e-4)
  })
})

describe('a trained network', () => {
  it('looks at each picture alone when it is asked, and at the batch in training', () => {
    const network = keep(neighborMnist(1))
    const x = draws(6 * 784, 3)
    pass(network, x, 6)
    const alone = (rows: number) =>
      tf.tidy(() =>
        network.forward(tf.tensor(x.slice(0, rows * 784), [rows, 28, 28, 1]), { training: false }).dataSync(),
      )
    expect(farthest(alone(1), alone(6).slice(0, 128))).toBeLessThan(1e-5)
    expect(
      farthest(pass(network, x.slice(0, 3 * 784), 3).embeddings, pass(network, x, 6).embeddings.slice(0, 384)),
    ).toBeGreaterThan(0.01)
  })

  it('comes back from its stored weights, and refuses those of another network', () => {
    const [one, two] = [keep(neighborMnist(1)), keep(neighborMnist(2))]
    const x = draws(2 * 784, 3)
    pass(one, x, 2)
    two.write(one.read())
    const embed = (network: Network) =>
      tf.tidy(() => network.forward(tf.tensor(x, [2, 28, 28, 1]), { training: false }).dataSync())
    expect(farthest(embed(one), embed(two))).toBe(0)
    expect(() => two.write(keep(neighborCifar(1)).read())).toThrow('is not among the stored tensors')
  })
})

describe('the table of networks', () => {
  it('has each network under one name, and laws for each family', () => {
    expect(new Set(NETWORKS.map(({ name }) => name)).size).toBe(NETWORKS.length)
    const tests = readdirSync(import.meta.dirname).map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
    for (const { title } of FAMILIES) expect(tests.filter((text) => text.includes(`laws('${title}'`)).length).toBe(1)
  })

  it('says which networks there are when asked for another', () => {
    expect(() => networkNamed('resnet')).toThrow('There is no network "resnet". Networks are neighbor-mnist, ')
  })
})
