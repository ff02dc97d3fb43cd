import { beforeAll, describe, expect, it } from 'vitest'
import { createTraining, RECIPE } from '../../bench/omniglot-training.ts'
import { chooseBackend } from '../../src-main/engine/backends/choose.ts'
import { OMNIGLOT_SIDE, omniglotNet } from '../../src-main/engine/networks/omniglot-net.ts'
import { tf } from '../../src-main/engine/tf.ts'
import { weightHash } from '../../src-main/engine/training/checkpoint.ts'
import { conv, globalMean, norm } from '../../src-main/engine/training/layers.ts'
import { createNetwork, type Figure } from '../../src-main/engine/training/network.ts'
import { backends, resources } from '../engine/fixture.ts'

const SIDE = 12
const DRAWERS = 4
/** Sixteen characters, each a dot of its own place; drawers differ in a speck. */
const drawings = {
  glyphs: {
    values: Uint8Array.from({ length: 16 * DRAWERS * SIDE * SIDE }, (_, at) => {
      const glyph = Math.floor(at / (SIDE * SIDE))
      const [row, column] = [Math.floor((at % (SIDE * SIDE)) / SIDE), at % SIDE]
      const character = Math.floor(glyph / DRAWERS)
      const away = Math.hypot(row - 2.5 * Math.floor(character / 4) - 2, column - 2.5 * (character % 4) - 2)
      return Math.min(255, 32 * away, 32 * Math.hypot(row - SIDE + 1, column - (glyph % DRAWERS)))
    }),
    height: SIDE,
    width: SIDE,
    channels: 1,
  },
  alphabets: [
    {
      name: 'dots',
      characters: Array.from({ length: 16 }, (_, c) => Array.from({ length: DRAWERS }, (_, d) => DRAWERS * c + d)),
    },
  ],
}
const recipe = {
  ...RECIPE,
  steps: 40,
  classes: 16,
  rate: 0.02,
  distortion: { movement: {}, thicken: [0.5, 1] as const },
}
const small: Figure = (l, x) => {
  const y = tf.relu(norm(l, 'norm', conv(l, 'conv', x, { filters: 16, size: 5, stride: 2, bias: false })))
  return globalMean(conv(l, 'last', y, { filters: 16, size: 6, pad: 0 }))
}

describe.each(backends)('training on %s', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))
  const begin = () => {
    const network = createNetwork('small', small, [SIDE, SIDE, 1], 3)
    return { network, training: createTraining(network, drawings, recipe, 5) }
  }

  it('learns to tell characters by distance, and keeps no tensor of a step', () => {
    const { network, training } = begin()
    const first = training.step()
    const held = tf.memory().numTensors
    let last = first
    while (training.done() < recipe.steps) last = training.step()
    expect(tf.memory().numTensors).toBe(held)
    expect(last.loss).toBeLessThan(0.5 * first.loss)
    expect(last.right).toBeGreaterThan(0.8)
    training.dispose()
    network.dispose()
  })

  it('ends with the same weights when it goes on from a checkpoint', () => {
    const whole = begin()
    for (let i = 0; i < 10; i++) whole.training.step()
    const cut = begin()
    for (let i = 0; i < 4; i++) cut.training.step()
    const rest = begin()
    rest.training.restore(cut.training.checkpoint())
    while (rest.training.done() < 10) rest.training.step()
    expect(weightHash(rest.network.read())).toBe(weightHash(whole.network.read()))
    const other = createTraining(whole.network, drawings, { ...recipe, rate: 1 }, 5)
    expect(() => other.restore(cut.training.checkpoint())).toThrow('another recipe')
  })
})

describe('the network for drawn characters', () => {
  it('embeds a picture in 128 numbers', async () => {
    await chooseBackend(resources)
    const network = createNetwork('omniglot', omniglotNet, [OMNIGLOT_SIDE, OMNIGLOT_SIDE, 1], 1)
    expect(network.dimensions).toBe(128)
    const kernels = [...network.variables].filter(([path]) => path.endsWith('kernel')).map(([, { shape }]) => shape)
    expect(kernels).toEqual([
      [5, 5, 1, 32],
      [3, 3, 32, 64],
      [3, 3, 64, 96],
      [3, 3, 96, 96],
      [3, 3, 96, 128],
      [3, 3, 128, 128],
      [1152, 128],
    ])
  })
})
