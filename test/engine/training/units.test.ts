import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { joined, padded, type Shortcut } from '../../../src-main/engine/networks/shortcuts.ts'
import { tf, type Tensor2D, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { conv, dropPictures, groupNorm, squeezeExcite } from '../../../src-main/engine/training/layers.ts'
import { createNetwork, type Figure, type Layers } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from './fixture.ts'

const INPUT: readonly [number, number, number] = [4, 4, 8]
const SIZE = 128

/** One layer, all of its output as one row a picture. */
const layer = (of: (l: Layers, x: Tensor4D) => Tensor4D) => {
  const figure: Figure = (l, x) => tf.reshape(of(l, x), [x.shape[0], -1]) as Tensor2D
  return createNetwork('layer', figure, INPUT, 1)
}
type Layer = ReturnType<typeof layer>

const run = (network: Layer, x: Float32Array, training = false): Float32Array =>
  tf.tidy(() => {
    const given = tf.tensor(x, [x.length / SIZE, ...INPUT]) as Tensor4D
    const y = network.forward(given, training ? { training, random: createRandom(4) } : { training })
    return Float32Array.from(y.dataSync()) as never
  })
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

describe.each(backends)('units of the literature on %s', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))

  it('group norm gives each group of a picture mean 0 and variance 1, whatever else is in the batch', () => {
    const network = layer((l, x) => groupNorm(l, 'g', x, 4))
    const x = draws(3 * SIZE, 1).map((value) => 5 + 3 * value)
    const y = run(network, x, true)
    for (let picture = 0; picture < 3; picture++)
      for (let group = 0; group < 4; group++) {
        const own = [...y.slice(picture * SIZE, (picture + 1) * SIZE)].filter((_, i) => (i % 8) >> 1 === group)
        expect(mean(own)).toBeCloseTo(0, 4)
        expect(mean(own.map((value) => value ** 2))).toBeCloseTo(1, 3)
      }
    expect(farthest(run(network, x.slice(0, SIZE), true), y.slice(0, SIZE))).toBeLessThan(1e-5)
    network.dispose()
  })

  it('a standardised kernel does not change with the size and the mean of its weights', () => {
    const network = layer((l, x) => conv(l, 'c', x, { filters: 2, size: 3, bias: false, standardised: true }))
    const x = draws(SIZE, 2)
    const before = run(network, x)
    const stored = network.read().get('c/kernel')!
    network.write(new Map([['c/kernel', { ...stored, values: stored.values.map((value) => 7 * value + 3) }]]))
    expect(farthest(run(network, x), before)).toBeLessThan(1e-4)
    const filter = [...stored.values].filter((_, i) => i % 2 === 0)
    const [middle, square] = [mean(filter), mean(filter.map((value) => value ** 2))]
    const places = [0, 1, 3, 4].map((at) => [at, [0, 1, 4, 5][[0, 1, 3, 4].indexOf(at)]!] as const)
    // The first position sees four of the window's nine places.
    const expected = places.reduce((sum, [place, at]) => {
      for (let c = 0; c < 8; c++)
        sum += ((filter[(place + 4) * 8 + c]! - middle) / Math.sqrt(square - middle ** 2)) * x[at * 8 + c]!
      return sum
    }, 0)
    expect(before[0]!).toBeCloseTo(expected, 3)
    network.dispose()
  })

  it('a window may be a row, weights may start by He, and biases at a number', () => {
    const layers = { filters: 512, size: [1, 3], bias: -2, start: 'he' } as const
    const network = layer((l, x) => conv(l, 'c', x, layers))
    const { shape, values } = network.read().get('c/kernel')!
    expect(shape).toEqual([1, 3, 8, 512])
    expect(mean([...values].map((value) => value ** 2))).toBeCloseTo(2 / 24, 2)
    expect(
      network
        .read()
        .get('c/bias')!
        .values.every((value) => value === -2),
    ).toBe(true)
    network.dispose()
  })

  it('pictures are dropped whole in training, with their share, the others made up for', () => {
    const network = layer((l, x) => dropPictures(l, x, 0.3))
    const ones = new Float32Array(400 * SIZE).fill(1)
    const y = run(network, ones, true)
    const firsts = Array.from({ length: 400 }, (_, i) => y[i * SIZE]!)
    firsts.forEach((first, i) => expect(y.slice(i * SIZE, (i + 1) * SIZE).every((value) => value === first)).toBe(true))
    expect(new Set(firsts)).toEqual(new Set([0, Math.fround(1 / 0.7)]))
    expect(mean(firsts)).toBeCloseTo(1, 0)
    expect(run(network, ones)).toEqual(ones)
    network.dispose()
  })

  it('squeeze and excite weighs channels by the means of all', () => {
    const network = layer((l, x) => squeezeExcite(l, 's', x, 2))
    const x = draws(SIZE, 3)
    const stored = network.read()
    const [w1, b1, w2, b2] = ['squeeze/kernel', 'squeeze/bias', 'excite/kernel', 'excite/bias'].map(
      (path) => stored.get(`s/${path}`)!.values,
    )
    const means = Array.from({ length: 8 }, (_, c) => mean([...x].filter((_, i) => i % 8 === c)))
    const few = [0, 1].map((unit) => {
      const sum = means.reduce((total, value, c) => total + value * w1![c * 2 + unit]!, b1![unit]!)
      return sum * sigmoid(sum)
    })
    const weights = means.map((_, c) => sigmoid(few[0]! * w2![c]! + few[1]! * w2![8 + c]! + b2![c]!))
    expect(
      farthest(
        run(network, x),
        x.map((value, i) => value * weights[i % 8]!),
      ),
    ).toBeLessThan(1e-5)
    network.dispose()
  })

  it('shortcuts join x and F as their formulas say', () => {
    const x = draws(SIZE, 5)
    const wanted: Readonly<Record<Shortcut, (x: number, f: number, g: number) => number>> = {
      identity: (a, f) => a + f,
      none: (_, f) => f,
      'constant-scaling': (a, f) => (a + f) / 2,
      'exclusive-gating': (a, f, g) => (1 - g) * a + g * f,
      'shortcut-gating': (a, f, g) => (1 - g) * a + f,
      convolution: (a, f) => a + f,
      dropout: (a, f) => a + f,
    }
    for (const [shortcut, formula] of Object.entries(wanted)) {
      const network = layer((l, y) => joined(l, 'j', { x: y, f: tf.square(y), shortcut: shortcut as Shortcut }))
      const kernel = network.read().get('j/gate/kernel')?.values
      const expected = x.map((value, i) => {
        const position = i - (i % 8)
        let gate = -6
        if (kernel) for (let c = 0; c < 8; c++) gate += kernel[c * 8 + (i % 8)]! * x[position + c]!
        return formula(value, value ** 2, sigmoid(gate))
      })
      expect(farthest(run(network, x), expected), shortcut).toBeLessThan(1e-5)
      network.dispose()
    }
  })

  it('half of the shortcut is dropped in training where it says so', () => {
    const network = layer((l, x) => joined(l, 'j', { x, f: tf.zerosLike(x), shortcut: 'dropout' }))
    const y = run(network, new Float32Array(20 * SIZE).fill(1), true)
    expect(new Set(y)).toEqual(new Set([0, 2]))
    expect(mean([...y])).toBeCloseTo(1, 1)
    network.dispose()
  })

  it('x comes to another size by every second position and zeros for new channels', () => {
    const network = layer((_, x) => padded(x, 10, 2))
    const x = draws(SIZE, 6)
    const positions = [0, 2, 8, 10]
    const expected = positions.flatMap((at) => [...x.slice(at * 8, at * 8 + 8), 0, 0])
    expect([...run(network, x)]).toEqual(expected)
    network.dispose()
  })
})
