import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scoresOf } from '../../../src-main/app/evaluation/error-rates.ts'
import { bestThreshold, dealFolds, evaluatePairs } from '../../../src-main/app/evaluation/pairs-protocol.ts'

const pair = (fold: number, same: boolean, distance: number) => ({ fold, same, distance })

describe('the pairs protocol', () => {
  it('gives the figures of a table worked by hand', () => {
    const table = [
      pair(1, true, 0.4),
      pair(1, true, 1.1), // too far: wrong
      pair(1, false, 1.2),
      pair(1, false, 1.4),
      pair(2, true, 0.5),
      pair(2, true, 0.6),
      pair(2, false, 0.7), // under the threshold of fold 1: wrong
      pair(2, false, 1.3),
    ]
    const result = evaluatePairs(table)
    // Fold 2 alone is best cut between 0.6 and 0.7; fold 1 alone between 1.1 and 1.2.
    expect(result.folds.map((fold) => fold.threshold)).toEqual([expect.closeTo(0.65, 12), expect.closeTo(1.15, 12)])
    expect(result.folds.map((fold) => fold.accuracy)).toEqual([0.75, 0.75])
    expect(result).toMatchObject({ pairs: 8, accuracy: 0.75, accuracySd: 0, undetected: 0 })
    expect(result.tarAtFar).toEqual({ '0.01': 0.75, '0.001': 0.75 })
  })

  it('takes the middle of several equally good thresholds', () => {
    // Cutting after 0.1, 0.3 or 0.5 leaves one error each: the middle one is 0.3, half-way to 0.4.
    const scores = scoresOf(
      [pair(1, true, 0.1), pair(1, false, 0.2), pair(1, true, 0.3), pair(1, false, 0.4), pair(1, true, 0.5)].slice(
        0,
        5,
      ),
    )
    expect(bestThreshold(scores)).toBeCloseTo(0.35, 12)
  })

  it('counts a genuine pair that is not found as an error and an impostor one as right', () => {
    const table = [1, 2].flatMap((fold) => [
      pair(fold, true, 0.2),
      pair(fold, true, Infinity),
      pair(fold, false, 1),
      pair(fold, false, Infinity),
    ])
    expect(evaluatePairs(table)).toMatchObject({ accuracy: 0.75, undetected: 4, tarAtFar: { '0.01': 0.5 } })
  })

  it('agrees with a loop over every threshold', () => {
    const arbitrary = fc.array(
      fc.record({ same: fc.boolean(), distance: fc.integer({ min: 0, max: 30 }).map((n) => n / 15) }),
      { minLength: 1, maxLength: 40 },
    )
    fc.assert(
      fc.property(arbitrary, (list) => {
        const right = (cut: number) => list.filter((one) => one.distance <= cut === one.same).length
        let most = right(-1)
        for (const { distance } of list) most = Math.max(most, right(distance))
        expect(right(bestThreshold(scoresOf(list)))).toBe(most)
      }),
    )
  })

  it('does not depend on the order of the lines', () => {
    const arbitrary = fc.array(
      fc.record({
        same: fc.boolean(),
        distance: fc.integer({ min: 0, max: 30 }).map((n) => n / 15),
        fold: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: 8, maxLength: 40 },
    )
    const full = arbitrary.filter(
      (list) =>
        new Set(list.map((one) => one.fold)).size > 1 && list.some((one) => one.same) && list.some((one) => !one.same),
    )
    fc.assert(
      fc.property(full, (list) => {
        expect(evaluatePairs([...list].reverse())).toEqual(evaluatePairs(list))
      }),
    )
  })

  it('deals pairs without folds into ten, each with both kinds, the same way every time', () => {
    const list = Array.from({ length: 100 }, (_, index) => ({ same: index < 40, distance: index / 60 }))
    const dealt = dealFolds(list)
    expect(dealFolds(list)).toEqual(dealt)
    expect(dealt).toHaveLength(100)
    for (let fold = 1; fold <= 10; fold++) {
      const inFold = dealt.filter((one) => one.fold === fold)
      expect([inFold.filter((one) => one.same).length, inFold.filter((one) => !one.same).length]).toEqual([4, 6])
    }
  })

  it('refuses what cannot be judged', () => {
    expect(() => dealFolds([{ same: true, distance: 0 }])).toThrow('Two pairs of the same')
    expect(() => evaluatePairs([pair(1, true, 0), pair(1, false, 1)])).toThrow('two folds')
    expect(() => evaluatePairs([pair(1, true, 0), pair(2, true, 1)])).toThrow('pairs of different ones')
  })
})
