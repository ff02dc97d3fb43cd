import { afterAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { tf, type Tensor1D, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { batchNorm } from '../../../src-main/engine/training/batch-norm.ts'
import { backends, hasTensorflow, resources } from '../fixture.ts'
import { draws, farthest } from './fixture.ts'

const SHAPE: [number, number, number, number] = [5, 4, 3, 6]
const EPSILON = 1e-5

/** The definition, in float64. */
function byDefinition(x: Float32Array, gamma: Float32Array, beta: Float32Array) {
  const channels = gamma.length
  const count = x.length / channels
  const y = new Float64Array(x.length)
  const [mean, variance] = [new Float64Array(channels), new Float64Array(channels)]
  for (let c = 0; c < channels; c++) {
    for (let i = c; i < x.length; i += channels) mean[c]! += x[i]! / count
    let squares = 0
    for (let i = c; i < x.length; i += channels) squares += (x[i]! - mean[c]!) ** 2
    for (let i = c; i < x.length; i += channels)
      y[i] = (gamma[c]! * (x[i]! - mean[c]!)) / Math.sqrt(squares / count + EPSILON) + beta[c]!
    variance[c] = squares / (count - 1)
  }
  return { y, mean, variance }
}

const values = {
  x: draws(360, 1).map((value) => 3 * value + 1),
  gamma: draws(6, 2),
  beta: draws(6, 3),
  weight: draws(360, 4),
}

/** y, what was observed, and the gradients of Σ weight · y by x, γ and β. */
function run() {
  return tf.tidy(() => {
    const x = tf.tensor4d(values.x.slice(), SHAPE)
    const gamma = tf.tensor1d(values.gamma.slice())
    const beta = tf.tensor1d(values.beta.slice())
    const weight = tf.tensor4d(values.weight.slice(), SHAPE)
    const observed: Float32Array[] = []
    const y = batchNorm(x, gamma, beta, EPSILON, (mean, variance) => {
      observed.push(mean.dataSync() as Float32Array, variance.dataSync() as Float32Array)
    })
    const loss = (...[a, b, c]: [Tensor4D, Tensor1D, Tensor1D]) => tf.sum(tf.mul(batchNorm(a, b, c, EPSILON), weight))
    const gradients = tf.grads(loss as never)([x, gamma, beta])
    return { y: y.dataSync(), observed, gradients: gradients.map((gradient) => gradient.dataSync()) }
  })
}

afterAll(() => tf.setBackend('wasm'))

describe.each(backends)('batch norm on %s', (backend) => {
  it('equals its definition, and observes mean and unbiased variance', async () => {
    await chooseBackend(resources, backend)
    const { y, observed } = run()
    const defined = byDefinition(values.x, values.gamma, values.beta)
    expect(farthest(y, defined.y)).toBeLessThan(1e-5)
    expect(farthest(observed[0]!, defined.mean)).toBeLessThan(1e-5)
    expect(farthest(observed[1]!, defined.variance)).toBeLessThan(1e-4)
  })

  it('has the gradients of central differences', async () => {
    await chooseBackend(resources, backend)
    const { gradients } = run()
    const loss = (x: Float32Array, gamma: Float32Array, beta: Float32Array) =>
      byDefinition(x, gamma, beta).y.reduce((sum, y, i) => sum + y * values.weight[i]!, 0)
    const step = 2 ** -7
    const inputs = [values.x, values.gamma, values.beta] as const
    inputs.forEach((_, which) => {
      for (const place of [0, 1, 5]) {
        const [more, less] = [step, -step].map((by) => {
          const moved = inputs.map((input) => input.slice()) as [Float32Array, Float32Array, Float32Array]
          moved[which]![place]! += by
          return loss(...moved)
        })
        expect(gradients[which]![place]).toBeCloseTo((more! - less!) / (2 * step), 3)
      }
    })
  })

  it('keeps no tensor', async () => {
    await chooseBackend(resources, backend)
    run()
    const before = tf.memory().numTensors
    for (let i = 0; i < 5; i++) run()
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe.skipIf(!hasTensorflow)('the fused and the plain form', () => {
  it('agree to 1e-5, gradients included', async () => {
    await chooseBackend(resources, 'tfjs-node')
    const fused = run()
    await chooseBackend(resources, 'wasm')
    const plain = run()
    expect(farthest(fused.y, plain.y)).toBeLessThan(1e-5)
    fused.gradients.forEach((gradient, i) => expect(farthest(gradient, plain.gradients[i]!)).toBeLessThan(1e-5))
    fused.observed.forEach((seen, i) => expect(farthest(seen, plain.observed[i]!)).toBeLessThan(1e-5))
  })
})
