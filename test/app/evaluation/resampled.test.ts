import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { equalErrorRate, scoresOf, tarAtFar } from '../../../src-main/app/evaluation/error-rates.ts'
import {
  estimate,
  passing,
  resampledIntervals,
  weightedEqualErrorRate,
  weightedTarAtFar,
  type WeightedScores,
} from '../../../src-main/app/evaluation/resampled.ts'

const distance = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -5, max: 20 }).map((n) => n / 10) },
  { weight: 1, arbitrary: fc.constant(Infinity) },
)
const weightedList = fc.array(fc.tuple(distance, fc.integer({ min: 0, max: 3 })), { minLength: 1, maxLength: 25 })
const filled = weightedList.filter((list) => list.some(([, weight]) => weight > 0))
const ascending = (list: readonly [number, number][]): WeightedScores => {
  const ordered = [...list].sort((a, b) => (a[0] === b[0] ? 0 : a[0] - b[0]))
  return { distances: Float64Array.from(ordered, ([d]) => d), weights: Float64Array.from(ordered, ([, w]) => w) }
}
/** The same comparisons, each written down as often as it counts. */
const repeated = (genuine: readonly [number, number][], impostor: readonly [number, number][]) =>
  scoresOf(
    [true, false].flatMap((same) =>
      (same ? genuine : impostor).flatMap(([d, w]) => Array.from({ length: w }, () => ({ same, distance: d }))),
    ),
  )

describe('rates of comparisons that count by weight', () => {
  it('are those of comparisons written down as often', () => {
    fc.assert(
      fc.property(filled, filled, fc.constantFrom(0.001, 0.01, 0.1, 0.4), (genuine, impostor, far) => {
        const scores = repeated(genuine, impostor)
        const [g, i] = [ascending(genuine), ascending(impostor)]
        expect(weightedTarAtFar(g, i, far)).toBeCloseTo(tarAtFar(scores, far), 12)
        expect(weightedEqualErrorRate(g, i)).toBeCloseTo(equalErrorRate(scores), 12)
        const near = scores.genuine.filter((d) => d <= 0.5).length
        expect(passing(g, 0.5)).toBeCloseTo(near / scores.genuine.length, 12)
      }),
    )
  })
})

describe('intervals from drawing identities again', () => {
  const share = (g: WeightedScores) => [passing(g, 0.5)]
  const one = [{ distance: 1, owners: ['x', 'y'] }]

  it('are as wide as the binomial law says when each identity has one comparison', () => {
    const genuine = Array.from({ length: 400 }, (_, i) => ({ distance: i < 100 ? 0 : 1, owners: [`p${i}`] }))
    const impostor = genuine.map(({ owners }) => ({ distance: 1, owners }))
    const [interval] = resampledIntervals(genuine, impostor, share, { seed: 1 })
    const half = 1.96 * Math.sqrt((0.25 * 0.75) / 400)
    expect(interval!.low).toBeCloseTo(0.25 - half, 1.7)
    expect(interval!.high).toBeCloseTo(0.25 + half, 1.7)
  })

  it('are wider when few identities made as many comparisons', () => {
    const of = (identities: number) => {
      const genuine = Array.from({ length: 400 }, (_, i) => ({
        distance: i % identities < identities / 4 ? 0 : 1,
        owners: [`p${i % identities}`],
      }))
      const [interval] = resampledIntervals(genuine, genuine, share, { seed: 1 })
      return interval!.high - interval!.low
    }
    expect(of(20)).toBeGreaterThan(3 * of(400))
  })

  it('count an impostor comparison as often as both of its identities were drawn', () => {
    const seen: number[][] = []
    const impostor = [
      { distance: 1, owners: ['a', 'b'] },
      { distance: 2, owners: ['a', 'c'] },
    ]
    const genuine = ['a', 'b', 'c'].map((name, i) => ({ distance: i, owners: [name, name] }))
    resampledIntervals(
      genuine,
      impostor,
      (g, i) => {
        seen.push([...g.weights, ...i.weights])
        return [0]
      },
      { seed: 1, resamples: 50 },
    )
    for (const [a, b, c, ab, ac] of seen) {
      expect(a! + b! + c!).toBe(3)
      expect([ab, ac]).toEqual([a! * b!, a! * c!])
    }
  })

  it('do not depend on the order of the comparisons, and know nothing of one identity', () => {
    const genuine = Array.from({ length: 30 }, (_, i) => ({ distance: i / 30, owners: [`p${i % 7}`] }))
    expect(resampledIntervals([...genuine].reverse(), one, share, { seed: 1 })).toEqual(
      resampledIntervals(genuine, one, share, { seed: 1 }),
    )
    const alone = [{ distance: 0, owners: ['a'] }]
    expect(resampledIntervals(alone, alone, share, { seed: 1 })).toEqual([{ low: 0, high: 1 }])
  })

  it('are bounded by 3/N where no error was seen, or nothing but errors', () => {
    expect(estimate(0, { low: 0, high: 0 }, 300)).toEqual({ value: 0, low: 0, high: 0.01 })
    expect(estimate(1, { low: 1, high: 1 }, 300)).toEqual({ value: 1, low: 0.99, high: 1 })
    expect(estimate(0.2, { low: 0.1, high: 0.3 }, 300)).toEqual({ value: 0.2, low: 0.1, high: 0.3 })
  })
})
