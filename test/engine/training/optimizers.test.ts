import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { createOptimizer, type OptimizerConfig } from '../../../src-main/engine/training/optimizers.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from './fixture.ts'

beforeAll(async () => {
  await chooseBackend(resources, backends[0])
})

const SIZE = 6
const RATES = [0.1, 0.1, 0.05, 0.02, 0.2]
const gradient = (step: number) => draws(SIZE, 50 + step)

/** θ after each step of an optimiser, which is made anew from its state after step `cut`. */
function followed(config: OptimizerConfig, cut?: number) {
  const start = tf.tensor1d(draws(SIZE, 1))
  const theta = tf.variable(start)
  start.dispose()
  const variables = new Map([['theta', theta]])
  let optimizer = createOptimizer(config, variables)
  const seen = RATES.map((rate, step) => {
    tf.tidy(() => optimizer.step(new Map([['theta', tf.tensor1d(gradient(step))]]), rate))
    if (step === cut) {
      const state = optimizer.state()
      optimizer.dispose()
      optimizer = createOptimizer(config, variables)
      optimizer.restore(state)
    }
    return Float64Array.from(theta.dataSync())
  })
  theta.dispose()
  optimizer.dispose()
  return seen
}

/** Nesterov as PyTorch has it, in float64. */
function nesterovByDefinition(momentum: number, decay: number) {
  const theta = Float64Array.from(draws(SIZE, 1))
  const buffer = new Float64Array(SIZE)
  return RATES.map((rate, step) => {
    gradient(step).forEach((raw, i) => {
      const g = raw + decay * theta[i]!
      buffer[i] = momentum * buffer[i]! + g
      theta[i]! -= rate * (g + momentum * buffer[i]!)
    })
    return theta.slice()
  })
}

/** AdamW as PyTorch has it, in float64. */
function adamByDefinition(beta1: number, beta2: number, epsilon: number, decay: number) {
  const theta = Float64Array.from(draws(SIZE, 1))
  const [m, v] = [new Float64Array(SIZE), new Float64Array(SIZE)]
  return RATES.map((rate, step) => {
    gradient(step).forEach((g, i) => {
      theta[i]! *= 1 - rate * decay
      m[i] = beta1 * m[i]! + (1 - beta1) * g
      v[i] = beta2 * v[i]! + (1 - beta2) * g * g
      const [mean, square] = [m[i]! / (1 - beta1 ** (step + 1)), v[i]! / (1 - beta2 ** (step + 1))]
      theta[i]! -= (rate * mean) / (Math.sqrt(square) + epsilon)
    })
    return theta.slice()
  })
}

describe('an optimiser', () => {
  it.each([
    { momentum: 0.9, weightDecay: 1e-2 },
    { momentum: 0.5, weightDecay: 0 },
  ])('Nesterov follows its definition: %o', (options) => {
    const expected = nesterovByDefinition(options.momentum, options.weightDecay)
    followed({ kind: 'nesterov', ...options }).forEach((theta, i) =>
      expect(farthest(theta, expected[i]!)).toBeLessThan(1e-6),
    )
  })

  it.each([
    { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    { beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.1 },
  ])('Adam follows its definition: %o', (options) => {
    const expected = adamByDefinition(options.beta1, options.beta2, options.epsilon, options.weightDecay)
    followed({ kind: 'adam', ...options }).forEach((theta, i) =>
      expect(farthest(theta, expected[i]!)).toBeLessThan(1e-6),
    )
  })

  it.each<OptimizerConfig>([{ kind: 'nesterov' }, { kind: 'adam', weightDecay: 0.1 }])(
    'goes on from its state bit for bit: %o',
    (config) => expect(followed(config, 2)).toEqual(followed(config)),
  )

  it('keeps no tensor but its own averages, and disposes of those', () => {
    const before = tf.memory().numTensors
    followed({ kind: 'adam', weightDecay: 0.1 })
    followed({ kind: 'nesterov', weightDecay: 0.1 })
    expect(tf.memory().numTensors).toBe(before)
  })
})
