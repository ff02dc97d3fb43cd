import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { tf, type Tensor2D, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { conv, dense, depthwise, dropout, globalMean, norm } from '../../../src-main/engine/training/layers.ts'
import { createNetwork, type Figure } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { createWeightAverage } from '../../../src-main/engine/training/weight-average.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from './fixture.ts'

const INPUT: readonly [number, number, number] = [6, 6, 2]
const pictures = (rows: number, seed = 1) => tf.tensor(draws(rows * 72, seed), [rows, ...INPUT]) as Tensor4D

/** The output of a figure, all of it as one row a picture. */
const flat =
  (layer: (l: Parameters<Figure>[0], x: Tensor4D) => Tensor4D): Figure =>
  (l, x) =>
    tf.reshape(layer(l, x), [x.shape[0], -1]) as Tensor2D

describe.each(backends)('layers on %s', (backend) => {
  beforeAll(async () => {
    await chooseBackend(resources, backend)
  })

  it('a convolution pads with zeros on each side, adds its bias and has its gradients', () => {
    const network = createNetwork(
      'c',
      flat((l, x) => conv(l, 'c', x, { filters: 1, size: 5, pad: 1 })),
      INPUT,
      1,
    )
    // 6 + 2 − 4 on a side.
    expect(network.dimensions).toBe(16)
    const { kernel, bias } = {
      kernel: network.read().get('c/kernel')!.values,
      bias: network.read().get('c/bias')!.values,
    }
    const x = draws(72, 1)
    tf.tidy(() => {
      const y = network.forward(pictures(1), { training: false }).dataSync()
      let expected = bias[0]!
      for (let i = 0; i < 5; i++)
        for (let j = 0; j < 5; j++)
          for (let c = 0; c < 2; c++)
            if (i > 0 && j > 0) expected += kernel[(i * 5 + j) * 2 + c]! * x[((i - 1) * 6 + j - 1) * 2 + c]!
      expect(y[0]).toBeCloseTo(expected, 5)
      const gradients = tf.variableGrads(() => tf.sum(network.forward(pictures(2), { training: true })))
      expect(gradients.grads[network.variables.get('c/bias')!.name]!.dataSync()[0]).toBeCloseTo(32, 3)
    })
    network.dispose()
  })

  it('a depthwise convolution keeps channels apart, and its stride halves the sides', () => {
    const network = createNetwork(
      'd',
      flat((l, x) => depthwise(l, 'd', x, { size: 3, stride: 2 })),
      INPUT,
      1,
    )
    expect(network.dimensions).toBe(3 * 3 * 2)
    tf.tidy(() => {
      const silent = tf.mul(pictures(1), tf.tensor1d([1, 0])) as Tensor4D
      const y = network.forward(silent, { training: true }).dataSync()
      expect(y.filter((_, i) => i % 2 === 1).every((value) => value === 0)).toBe(true)
      expect(y.some((value) => value !== 0)).toBe(true)
    })
    network.dispose()
  })

  it('batch norm moves its running averages by a tenth in training and not otherwise, and uses them then', () => {
    const network = createNetwork(
      'n',
      flat((l, x) => norm(l, 'n', x)),
      INPUT,
      1,
    )
    const values = draws(3 * 72, 5).map((value) => 4 + 2 * value)
    const x = tf.tensor(values, [3, ...INPUT]) as Tensor4D
    const channel = values.filter((_, i) => i % 2 === 0)
    const mean = channel.reduce((sum, value) => sum + value, 0) / channel.length
    const variance = channel.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (channel.length - 1)
    const averages = () => [network.read().get('n/mean')!.values[0]!, network.read().get('n/variance')!.values[0]!]
    tf.tidy(() => network.forward(x, { training: false }))
    expect(averages()).toEqual([0, 1])
    tf.tidy(() => network.forward(x, { training: true }))
    expect(averages()[0]).toBeCloseTo(0.1 * mean, 4)
    expect(averages()[1]).toBeCloseTo(0.9 + 0.1 * variance, 4)
    for (let i = 0; i < 150; i++) tf.tidy(() => network.forward(x, { training: true }))
    const alone = tf.tidy(() => network.forward(x, { training: false }).dataSync()[0]!)
    expect(alone).toBeCloseTo((values[0]! - mean) / Math.sqrt(variance + 1e-5), 3)
    x.dispose()
    network.dispose()
  })

  it('dropout zeroes its share, keeps the mean, draws from the stream, and rests outside training', () => {
    const network = createNetwork(
      'o',
      flat((l, x) => dropout(l, x, 0.3)),
      INPUT,
      1,
    )
    const run = (seed: number, training = true) =>
      tf.tidy(() =>
        network
          .forward(tf.ones([200, ...INPUT]), training ? { training, random: createRandom(seed) } : { training })
          .dataSync(),
      )
    const dropped = Float32Array.from(run(1))
    const share = dropped.filter((value) => value === 0).length / dropped.length
    expect(share).toBeCloseTo(0.3, 1)
    expect(dropped.reduce((sum, value) => sum + value, 0) / dropped.length).toBeCloseTo(1, 1)
    expect(farthest(run(1), dropped)).toBe(0)
    expect(farthest(run(2), dropped)).toBeGreaterThan(0.5)
    expect(run(1, false).every((value) => value === 1)).toBe(true)
    expect(() => tf.tidy(() => network.forward(pictures(1), { training: true }))).toThrow('is given none')
    network.dispose()
  })

  it('a dense layer is x·W + b', () => {
    const network = createNetwork('l', (l, x) => dense(l, 'l', globalMean(x), 3), INPUT, 1)
    const [kernel, bias] = ['l/kernel', 'l/bias'].map((path) => network.read().get(path)!.values)
    tf.tidy(() => {
      const x = pictures(1)
      const means = tf.mean(x, [1, 2]).dataSync()
      const y = network.forward(x, { training: true }).dataSync()
      y.forEach((value, unit) =>
        expect(value).toBeCloseTo(means[0]! * kernel![unit]! + means[1]! * kernel![3 + unit]! + bias![unit]!, 5),
      )
    })
    network.dispose()
  })
})

describe('the moving mean of weights', () => {
  it('follows its definition and goes on from what is stored', () => {
    const weight = tf.variable(tf.scalar(0))
    const weights = new Map([['w', weight]])
    const average = createWeightAverage(weights, 0.5)
    const [values, means] = [[4, 8, 2, 6, 1, 9, 3, 7, 5, 0, 4, 8, 2, 6, 1, 9, 3, 7, 5, 0, 3, 2], [] as number[]]
    let expected = 0
    values.forEach((value, step) => {
      tf.tidy(() => weight.assign(tf.scalar(value)))
      average.update(step)
      const d = Math.min(0.5, (step + 1) / (step + 20))
      expected = d * expected + (1 - d) * value
      means.push(average.read().get('w')!.values[0]!)
      expect(means.at(-1)).toBeCloseTo(expected, 5)
    })
    const other = createWeightAverage(weights, 0.5)
    other.write(average.read())
    for (const one of [average, other]) one.update(30)
    expect(other.read()).toEqual(average.read())
    tf.dispose([weight])
    average.dispose()
    other.dispose()
  })
})
