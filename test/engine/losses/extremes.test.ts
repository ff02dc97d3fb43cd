import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { balance } from '../../../src-main/engine/losses/balance.ts'
import { distanceRatio } from '../../../src-main/engine/losses/distance-ratio.ts'
import { crossEntropyTo, minimumEntropy } from '../../../src-main/engine/losses/minimum-entropy.ts'
import { objective } from '../../../src-main/engine/losses/objective.ts'
import { symmetricCrossEntropy } from '../../../src-main/engine/losses/symmetric-cross-entropy.ts'
import type { Loss } from '../../../src-main/engine/losses/loss.ts'
import { LOSSES, type LossName } from '../../../src-main/engine/losses/table.ts'
import { triplet } from '../../../src-main/engine/losses/triplet.ts'
import { backends, resources } from '../fixture.ts'
import type { Scene } from './definitions.ts'
import { evaluate, near, withOwn, type LossOf } from './laws.ts'

const RUNS = { numRuns: 30, seed: 1 }

/** Few values and large ones, so that points coincide, lie on a line, or lie 10,000 apart. */
const coordinate = fc.oneof(
  fc.constantFrom(0, 1, -1, 1e4, -1e4, 1e-4),
  fc.float({ min: -1e4, max: 1e4, noNaN: true }),
  fc.float({ min: -2, max: 2, noNaN: true }),
)

function scenes(values: fc.Arbitrary<number>): fc.Arbitrary<Scene> {
  const sizes = fc.record({
    batch: fc.integer({ min: 1, max: 6 }),
    classes: fc.integer({ min: 1, max: 5 }),
    width: fc.integer({ min: 1, max: 5 }),
  })
  return sizes.chain(({ batch, classes, width }) => {
    const rows = <T>(count: number, row: fc.Arbitrary<T>) => fc.array(row, { minLength: count, maxLength: count })
    const points = (count: number) => rows(count, rows(width, values))
    const shares = rows(classes, fc.integer({ min: 0, max: 9 })).map((counts) => {
      const sum = counts.reduce((total, count) => total + count, 0)
      return counts.map((count) => (sum === 0 ? 1 / classes : count / sum))
    })
    return fc.record({
      x: points(batch),
      second: points(batch),
      z: points(classes),
      labels: rows(batch, fc.integer({ min: 0, max: classes - 1 })),
      target: rows(batch, shares),
      weight: rows(batch, fc.constantFrom(0, 0.25, 1, 3)),
      own: fc.constant({}),
    })
  })
}

const names = Object.keys(LOSSES) as LossName[]

/** A loss of the table as a run has it, every term weighed. */
function evaluated(name: LossName, scene: Scene) {
  const { parameters, terms } = LOSSES[name] as Loss
  const loss: LossOf = ({ x, second, z, labels, weight, own }) => {
    const unlabelled = { unlabelled: x, second, unlabelledWeight: weight }
    const step = { references: z, queries: x, labels, weight, parameters: own, ...unlabelled }
    return objective(terms(step), { labelled: 1, unlabelled: 1, balance: 1 })
  }
  return evaluate(loss, withOwn(scene, parameters))
}

const form = { squared: true }

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))

  it.each(names)('%s and its gradient are finite wherever the points lie', (name) => {
    fc.assert(
      fc.property(scenes(coordinate), (scene) => {
        const { value, gradients } = evaluated(name, scene)
        expect([value, ...gradients.flat(2)].filter((one) => !Number.isFinite(one))).toEqual([])
      }),
      { ...RUNS, numRuns: 15 },
    )
  })

  it.each(names)('%s never hides an embedding that is not a number', (name) => {
    fc.assert(
      fc.property(scenes(fc.float({ min: -2, max: 2, noNaN: true })), fc.constantFrom(NaN, Infinity), (scene, bad) => {
        const first = scene.x[0]!.map((value, k) => (k === 0 ? bad : value))
        const { value, gradients } = evaluated(name, { ...scene, x: [first, ...scene.x.slice(1)] })
        // A run looks at both: an output that is squashed shows it in the gradient of its weights.
        expect([value, ...gradients.flat(2)].every(Number.isFinite)).toBe(false)
      }),
      { ...RUNS, numRuns: 5 },
    )
  })

  it('each term lies in its range', () => {
    const within = (loss: LossOf, scene: Scene, low: number, high: number) => {
      const { value } = evaluate(loss, scene)
      expect(value).toBeGreaterThanOrEqual(low - 1e-5)
      expect(value).toBeLessThanOrEqual(high + 1e-5)
    }
    fc.assert(
      fc.property(scenes(coordinate), (scene) => {
        const most = Math.log(scene.z.length)
        within((t) => distanceRatio(t.p(form), t.target), scene, 0, Infinity)
        within((t) => minimumEntropy(t.p(form)), scene, 0, most)
        within((t) => balance(t.p(form)), scene, -most, 0)
        within((t) => symmetricCrossEntropy(t.p(form), t.q(form)), scene, 0, Infinity)
        within((t) => triplet(t.x, t.labels, { mining: 'all' }), scene, 0, Infinity)
      }),
      RUNS,
    )
  })

  it('a cross-entropy is at least the entropy of its target, and that of two like views is their entropy', () => {
    fc.assert(
      fc.property(scenes(fc.float({ min: -2, max: 2, noNaN: true })), (scene) => {
        const plain = { squared: false }
        const own = scene.target.map((row) => row.reduce((sum, q) => sum - (q === 0 ? 0 : q * Math.log(q)), 0))
        const least = own.reduce((sum, one) => sum + one, 0) / own.length
        expect(evaluate((t) => crossEntropyTo(t.p(plain), t.target), scene).value).toBeGreaterThan(least - 1e-5)
        const entropy = evaluate((t) => minimumEntropy(t.p(plain)), scene).value
        near(evaluate((t) => symmetricCrossEntropy(t.p(plain), t.p(plain)), scene).value, entropy)
      }),
      RUNS,
    )
  })

  it('a sample of weight 0 has no gradient, and twice the weight is twice the loss', () => {
    fc.assert(
      fc.property(scenes(fc.float({ min: -2, max: 2, noNaN: true })), (scene) => {
        const loss: LossOf = (t) => minimumEntropy(t.p(form), t.weight)
        const { value, gradients } = evaluate(loss, scene)
        scene.weight.forEach((weight, b) => {
          if (weight === 0) for (const slope of gradients[0]![b]!) near(slope, 0)
        })
        near(evaluate(loss, { ...scene, weight: scene.weight.map((weight) => 2 * weight) }).value, 2 * value)
      }),
      RUNS,
    )
  })
})
