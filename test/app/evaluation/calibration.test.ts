import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrate, calibrationRule, thresholdsOf } from '../../../src-main/app/evaluation/calibration.ts'
import { distanceOf } from '../../../src-main/app/evaluation/distance.ts'
import { histogramOf } from '../../../src-main/app/evaluation/histogram.ts'
import {
  genuineDistances,
  impostorDistances,
  strangerDistances,
} from '../../../src-main/app/evaluation/pair-sampling.ts'
import { seededRandom } from '../../../src-main/app/evaluation/random.ts'

/** Unit vectors scattered around one centre an identity. */
function scattered(identities: number, pictures: number, spread: number, seed = 1): Float32Array[][] {
  const random = seededRandom(seed)
  const unit = (values: number[]) => {
    const length = Math.hypot(...values)
    return Float32Array.from(values, (value) => value / length)
  }
  return Array.from({ length: identities }, () => {
    const centre = Array.from({ length: 8 }, () => random() - 0.5)
    return Array.from({ length: pictures }, () => unit(centre.map((value) => value + spread * (random() - 0.5))))
  })
}

const facts = (seed = 1) => ({
  profile: 'object' as const,
  model: 'm',
  seed,
  source: { data: 'scattered points', identities: 60, pictures: 240, command: 'none' },
})

describe('calibration', () => {
  it('orders the three thresholds, also where genuine and impostor pairs overlap strongly', () => {
    for (const spread of [0.05, 0.3, 0.8]) {
      const { thresholds, rates } = calibrate(scattered(60, 4, spread), facts())
      expect(thresholds.same).toBeLessThan(thresholds.different)
      expect(thresholds.known).toBeGreaterThanOrEqual(thresholds.same)
      expect(thresholds.known).toBeLessThanOrEqual(thresholds.different)
      expect(rates.same.fmr).toBeLessThanOrEqual(0.01)
      expect(rates.different.fnmr).toBeLessThanOrEqual(0.01)
    }
  })

  it('is stricter with people than with things, and says so in the rule', () => {
    const identities = scattered(60, 4, 0.5)
    const [face, object] = (['face', 'object'] as const).map((profile) =>
      calibrate(identities, { ...facts(), profile }),
    )
    expect(face!.thresholds.same).toBeLessThan(object!.thresholds.same)
    expect(face!.rates.same.fmr).toBeLessThanOrEqual(0.001)
    expect(calibrationRule('face')).toContain('1 in 1000 impostor pairs')
    expect(calibrationRule('object')).toContain('1 in 100 impostor pairs')
  })

  it('counts every pair in the histograms and gives the same answer again', () => {
    const identities = scattered(60, 4, 0.5)
    const result = calibrate(identities, facts())
    expect(calibrate(identities, facts())).toEqual(result)
    const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
    expect(sum(result.genuine.counts)).toBe(result.genuinePairs)
    expect(sum(result.impostor.counts)).toBe(result.impostorPairs)
    expect(result.genuinePairs).toBe(60 * 6)
    expect(result.impostor.counts.length).toBeGreaterThanOrEqual(80)
  })

  it('refuses scores that leave no band', () => {
    const scores = { genuine: Float64Array.of(0, 0, 0), impostor: Float64Array.of(0, 0, 0) }
    expect(() => thresholdsOf('face', scores, Float64Array.of(0))).toThrow('no band')
  })

  it('bins a distance where its definition says', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2000 })), (thousandths) => {
        const { low, width, counts } = histogramOf(Float64Array.from(thousandths, (value) => value / 1000))
        counts.forEach((count, bin) => {
          const from = Math.round((low + bin * width) * 1000)
          const inside = thousandths.filter(
            (value) => value >= from && (value < from + 20 || (bin === 99 && value === 2000)),
          )
          expect(count).toBe(inside.length)
        })
      }),
    )
  })

  it('draws genuine pairs within and impostor pairs across identities', () => {
    // One identity sits at one place, so a genuine distance is 0 and an impostor distance is not.
    const places = [0, 1, 2, 3].map((index) => {
      const one = new Float32Array(4)
      one[index] = 1
      return [one, one, one]
    })
    expect([...genuineDistances(places, 2, seededRandom(1))]).toEqual(new Array(8).fill(0))
    expect([...impostorDistances(places, 50, seededRandom(1))]).toEqual(new Array(50).fill(Math.SQRT2))
    const strangers = strangerDistances(places, { size: 2, draws: 3 }, seededRandom(1))
    expect([...strangers]).toEqual(new Array(6).fill(Math.SQRT2))
  })

  it('gives the strangers the nearest of the gallery, as a loop over it does', () => {
    const identities = scattered(6, 1, 0.5)
    const flat = identities.map(([one]) => one!)
    const expected: number[] = []
    for (const stranger of flat) {
      let least = Infinity
      for (const other of flat) if (other !== stranger) least = Math.min(least, distanceOf(stranger, other))
      expected.push(least)
    }
    // With five of six enrolled, each draw asks one stranger; many draws meet all of them.
    const seen = new Set(strangerDistances(identities, { size: 5, draws: 200 }, seededRandom(2)))
    expect([...seen].sort()).toEqual([...new Set(expected)].sort())
  })
})
