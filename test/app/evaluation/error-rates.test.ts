import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  countUpTo,
  distanceAtFmr,
  distanceAtFnmr,
  equalErrorRate,
  rateCurve,
  ratesAt,
  scoresOf,
  tarAtFar,
  type ScoredPair,
} from '../../../src-main/app/evaluation/error-rates.ts'

/** Ten pairs worked by hand: genuine 0.2 0.4 0.6 0.9 and one not found, impostors 0.5 0.8 1.0 1.2 1.3. */
const pairs: ScoredPair[] = [
  ...[0.6, 0.2, Infinity, 0.4, 0.9].map((distance) => ({ same: true, distance })),
  ...[1.2, 0.5, 1.0, 1.3, 0.8].map((distance) => ({ same: false, distance })),
]
const scores = scoresOf(pairs)

const arbitraryPairs = fc
  .array(
    fc.record({
      same: fc.boolean(),
      distance: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => n / 20) },
        { weight: 1, arbitrary: fc.constant(Infinity) },
      ),
    }),
    { minLength: 2, maxLength: 60 },
  )
  .filter((list) => list.some((pair) => pair.same) && list.some((pair) => !pair.same))

describe('error rates', () => {
  it('gives the rates of the worked table', () => {
    expect(ratesAt(scores, 0.6)).toEqual({ distance: 0.6, fmr: 0.2, fnmr: 0.4 })
    expect(ratesAt(scores, 0.1)).toEqual({ distance: 0.1, fmr: 0, fnmr: 1 })
    expect(ratesAt(scores, 2)).toEqual({ distance: 2, fmr: 1, fnmr: expect.closeTo(0.2, 12) })
  })

  it('accepts at most the allowed share of impostors', () => {
    expect(tarAtFar(scores, 0.01)).toBe(0.4)
    expect(tarAtFar(scores, 0.2)).toBe(0.6)
    expect(tarAtFar(scores, 0.4)).toBe(0.8)
    expect(tarAtFar(scores, 0.9)).toBe(0.8)
  })

  it('counts a pair that is not found as rejected, never as absent', () => {
    const found = scoresOf(pairs.filter((pair) => Number.isFinite(pair.distance)))
    expect(tarAtFar(scores, 0.4)).toBe(0.8)
    expect(tarAtFar(found, 0.4)).toBe(1)
  })

  it('finds the equal error rate where the two rates cross', () => {
    // At 0.6: 1 of 5 impostors and 2 of 5 genuine; at 0.8: 2 of 5 and 2 of 5.
    expect(equalErrorRate(scores)).toBeCloseTo(0.4, 12)
  })

  it('places thresholds half-way to the next pair', () => {
    expect(distanceAtFmr(scores, 0.2)).toBeCloseTo(0.65, 12)
    expect(distanceAtFmr(scores, 0.001)).toBeCloseTo(0.25, 12)
    expect(distanceAtFnmr(scores, 0.4)).toBeCloseTo(0.75, 12)
    expect(distanceAtFnmr(scores, 0.2)).toBe(0.9)
    expect(distanceAtFnmr(scores, 0.1)).toBe(Infinity)
  })

  it('counts as a loop counts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), fc.integer({ min: -1, max: 10 }), (values, limit) => {
        let count = 0
        for (const value of values) if (value <= limit) count++
        expect(countUpTo(Float64Array.from(values).sort(), limit)).toBe(count)
      }),
    )
  })

  it('agrees with nested loops over every pair', () => {
    fc.assert(
      fc.property(arbitraryPairs, fc.constantFrom(0.001, 0.01, 0.1, 0.3, 0.5), (list, far) => {
        const impostors = list.filter((pair) => !pair.same)
        const genuine = list.filter((pair) => pair.same)
        // The nearest impostor pair that may not pass any more.
        let stop = Infinity
        for (const one of impostors) {
          let upTo = 0
          for (const other of impostors) if (other.distance <= one.distance) upTo++
          if (upTo > far * impostors.length + 1e-9) stop = Math.min(stop, one.distance)
        }
        let passing = 0
        for (const pair of genuine) if (pair.distance < stop) passing++
        expect(tarAtFar(scoresOf(list), far)).toBeCloseTo(passing / genuine.length, 12)
      }),
    )
  })

  it('never passes more impostors than stated, and keeps the curve rising', () => {
    fc.assert(
      fc.property(arbitraryPairs, fc.double({ min: 0, max: 0.9, noNaN: true }), (list, rate) => {
        const of = scoresOf(list)
        expect(ratesAt(of, distanceAtFmr(of, rate)).fmr).toBeLessThanOrEqual(rate + 1e-9)
        const lenient = distanceAtFnmr(of, rate)
        if (Number.isFinite(lenient)) expect(ratesAt(of, lenient).fnmr).toBeLessThanOrEqual(rate + 1e-9)
        const curve = rateCurve(of)
        for (const [at, point] of curve.entries()) {
          const before = curve[at - 1]
          if (before) expect(point.fmr >= before.fmr && point.fnmr <= before.fnmr).toBe(true)
        }
        expect(equalErrorRate(of)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
