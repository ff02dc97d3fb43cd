import { beforeAll, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { denseNet } from '../../../src-main/engine/networks/dense-net.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { createNetwork } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from '../training/fixture.ts'

beforeAll(() => chooseBackend(resources, backends[0]))

it('a dense network drops values of its layers in training alone', () => {
  const embedded = (dropped: number, training: boolean, seed: number) => {
    const network = createNetwork('dense', denseNet({ layers: [2, 2], dropped }), [8, 8, 1], 1)
    const x = tf.tensor(draws(4 * 64, 2), [4, 8, 8, 1]) as Tensor4D
    const result = tf.tidy(() => network.forward(x, { training, random: createRandom(seed) }).dataSync())
    network.dispose()
    return result
  }
  expect(farthest(embedded(0.2, false, 1), embedded(0, false, 1))).toBe(0)
  expect(farthest(embedded(0, true, 1), embedded(0, true, 2))).toBe(0)
  expect(farthest(embedded(0.2, true, 1), embedded(0.2, true, 2))).toBeGreaterThan(1e-3)
})
