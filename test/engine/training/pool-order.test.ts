import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { maxPool } from '../../../src-main/engine/training/layers.ts'
import { backends, resources } from '../fixture.ts'
import { draws } from './fixture.ts'

describe.each(backends)('ReLU and a max-pool on %s', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))

  it('give the same in either order, because both are monotonic', () => {
    const x = tf.tensor(draws(2 * 8 * 8 * 3, 1), [2, 8, 8, 3]) as Tensor4D
    const [before, after] = [maxPool(tf.relu(x), 2), tf.relu(maxPool(x, 2))]
    expect(before.dataSync()).toEqual(after.dataSync())
    expect(before.dataSync()).not.toEqual(maxPool(x, 2).dataSync())
  })
})
