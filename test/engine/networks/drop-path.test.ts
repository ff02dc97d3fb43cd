import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { pathWeights } from '../../../src-main/engine/networks/drop-path.ts'
import { fractal, type Fractal } from '../../../src-main/engine/networks/fractal.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { createNetwork } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from '../training/fixture.ts'

const JOINS = [2, 3, 2, 3]

beforeAll(() => chooseBackend(resources, backends[0]))

/** The weights of each batch's joins. */
function drawn(local: number, global: number, batches = 2000): number[][][] {
  const random = createRandom(1)
  return Array.from({ length: batches }, () => {
    const weights = pathWeights(random, JOINS, { local, global })
    expect(weights.length).toBe(10)
    let at = 0
    return JOINS.map((inputs) => Array.from(weights.subarray(at, (at += inputs))))
  })
}

describe('drop-path', () => {
  it('drops each input of a join with its probability, never all, and keeps the mean of what is left', () => {
    const joins = drawn(0.3, 0).flat()
    for (const join of joins) {
      expect(join.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6)
      const kept = join.filter((weight) => weight > 0)
      for (const weight of kept) expect(weight).toBeCloseTo(1 / kept.length, 6)
    }
    // A join of two loses one with 2 · 0.3 · 0.7, and both with 0.09, of which one is then kept.
    const pairs = joins.filter(({ length }) => length === 2)
    const single = pairs.filter((join) => join.includes(0)).length / pairs.length
    expect(single).toBeCloseTo(0.51, 1)
  })

  it('keeps one column through the whole network where a batch passes one alone', () => {
    const seen = new Set<number>()
    for (const joins of drawn(0, 1)) {
      // Inputs are the columns 3, 2, 1 or 2, 1.
      const column = 3 - joins[1]!.indexOf(1)
      seen.add(column)
      for (const join of joins)
        if (column <= join.length)
          expect(join.map((weight, i) => (weight === 1 ? join.length - i : 0)).filter(Boolean)).toEqual([column])
    }
    expect([...seen].sort()).toEqual([1, 2, 3])
  })

  it('gives half of the batches one column and the others what they draw, from one stream', () => {
    const alone = drawn(0, 0.5).filter((joins) => joins[1]!.includes(1)).length
    expect(alone / 2000).toBeCloseTo(0.5, 1)
    expect(drawn(0.2, 0.5, 20)).toEqual(drawn(0.2, 0.5, 20))
  })

  const dropPath = { local: 0.15, global: 0.5 }
  const inTraining = (options: Fractal, seed: number) => {
    const network = createNetwork('fractal', fractal({ columns: 3, widths: [4, 8], ...options }), [8, 8, 1], 1)
    const x = tf.tensor(draws(6 * 64, 2), [6, 8, 8, 1]) as Tensor4D
    const embedded = tf.tidy(() => network.forward(x, { training: true, random: createRandom(seed) }).dataSync())
    const averages = [...network.averages.values()].flatMap((average) => [...average.dataSync()])
    network.dispose()
    return { embedded, averages }
  }

  it('observes in training the whole network, which is what is asked afterwards', () => {
    const whole = inTraining({}, 1)
    const seeds = [1, 2, 3].map((seed) => inTraining({ dropPath }, seed))
    for (const { averages } of seeds) expect(averages).toEqual(whole.averages)
    expect(Math.max(...seeds.map(({ embedded }) => farthest(embedded, whole.embedded)))).toBeGreaterThan(1e-2)
  })

  it('gives all pictures of a batch the same subnetwork', () => {
    // One of three columns; a draw for each picture would give a mixture with nearly every seed.
    const columns = [1, 2, 3, 4, 5].map((seed) => inTraining({ dropPath: { local: 0, global: 1 } }, seed))
    const kinds = new Set(columns.map(({ embedded }) => [...embedded].map((one) => one.toFixed(4)).join()))
    expect(kinds.size).toBeLessThanOrEqual(3)
    expect(kinds.size).toBeGreaterThan(1)
  })
})
