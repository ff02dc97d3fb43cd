import { describe, expect, it } from 'vitest'
import { evaluatePairs, judgeFolds } from '../../../src-main/app/evaluation/pairs-protocol.ts'
import { DISTANCES, type FitDistance } from '../../../src-main/app/evaluation/pair-distance.ts'
import { distanceOf } from '../../../src-main/app/evaluation/distance.ts'
import { ratesAt, scoresOf } from '../../../src-main/app/evaluation/error-rates.ts'
import { verify } from '../../../src-main/app/evaluation/verification.ts'
import { people } from './people.ts'

const pairs = people({ identities: 50, dimensions: 8, seed: 3 })

describe('verification by folds', () => {
  it('never fits on the fold that it judges', () => {
    const seen: { fold: number; learned: Set<number> }[] = []
    judgeFolds(pairs, (others) => {
      const at = seen.push({ fold: NaN, learned: new Set(others.map(({ fold }) => fold)) }) - 1
      return (pair) => {
        // The last pairs that a distance is asked about are those it judges.
        seen[at]!.fold = pair.fold
        return 1
      }
    })
    expect(seen.map(({ fold }) => fold)).toEqual([1, 2, 3, 4, 5])
    for (const { fold, learned } of seen) {
      expect(learned.has(fold)).toBe(false)
      expect(learned.size).toBe(4)
    }
  })

  it('judges a fold alike whatever its own labels and pictures of other kinds say', () => {
    for (const fit of Object.values(DISTANCES)) {
      const of = (list: typeof pairs) => judgeFolds(list, fit).find(({ fold }) => fold === 2)!
      const before = of(pairs)
      const turned = of(pairs.map((pair) => (pair.fold === 2 ? { ...pair, same: !pair.same } : pair)))
      expect(turned.threshold).toBe(before.threshold)
      expect(turned.pairs.map(({ distance }) => distance)).toEqual(before.pairs.map(({ distance }) => distance))
      // Without the fold's other pairs the ones that stay are judged the same.
      const kept = pairs.filter((pair, i) => pair.fold !== 2 || i % 4 < 2)
      expect(of(kept).threshold).toBe(before.threshold)
    }
  })

  it('is the pairs protocol when nothing is learned', () => {
    const plain = pairs.map(({ same, fold, left, right }) => ({ same, fold, distance: distanceOf(left, right) }))
    expect(verify(pairs, DISTANCES.euclidean)).toMatchObject(evaluatePairs(plain))
  })

  it('states FMR and FNMR at the thresholds of the folds, each inside its interval', () => {
    for (const fit of Object.values(DISTANCES)) {
      const { estimates, folds, accuracy } = verify(pairs, fit)
      let [accepted, rejected] = [0, 0]
      for (const { fold, threshold, pairs: own } of judgeFolds(pairs, fit)) {
        expect(threshold).toBe(folds.find((one) => one.fold === fold)!.threshold)
        for (const { same, distance } of own) {
          if (same && distance > threshold) rejected++
          if (!same && distance <= threshold) accepted++
        }
      }
      expect(estimates.fmr.value).toBeCloseTo(accepted / 50, 12)
      expect(estimates.fnmr.value).toBeCloseTo(rejected / 50, 12)
      expect(estimates.accuracy.value).toBeCloseTo(accuracy, 12)
      for (const { value, low, high } of [estimates.accuracy, estimates.fmr, estimates.fnmr, estimates.eer]) {
        expect(low).toBeLessThanOrEqual(value)
        expect(high).toBeGreaterThanOrEqual(value)
        expect(high - low).toBeGreaterThan(0)
      }
    }
  })

  it('draws a curve that falls, of rates that this many pairs can tell', () => {
    const { det } = verify(pairs, DISTANCES.euclidean)
    const scores = scoresOf(pairs.map(({ same, left, right }) => ({ same, distance: distanceOf(left, right) })))
    expect(det).toHaveLength(3) // 0.03, 0.1, 0.3 of 50 impostor pairs
    for (const [at, point] of det.entries()) {
      expect(point).toMatchObject({ fmr: ratesAt(scores, point.threshold).fmr })
      if (at > 0) expect(point.fnmr).toBeLessThanOrEqual(det[at - 1]!.fnmr)
    }
  })

  it('counts what is not found against the genuine pairs, for every distance', () => {
    const lost = pairs.map((pair, i) => (i % 10 === 0 ? { ...pair, left: null } : pair))
    for (const fit of Object.values(DISTANCES) as FitDistance[]) {
      const { undetected, estimates } = verify(lost, fit)
      expect(undetected).toBe(10)
      expect(estimates.fnmr.value).toBeGreaterThanOrEqual(10 / 50)
      expect(estimates.tarAtFar['0.01'].value).toBeLessThanOrEqual(40 / 50)
    }
  })
})
