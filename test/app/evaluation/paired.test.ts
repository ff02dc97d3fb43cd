import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  boundWithoutErrors,
  comparedErrors,
  errorRate,
  mcnemar,
  wilson,
  type PairedTrial,
  type Trial,
} from '../../../src-main/app/evaluation/paired.ts'
import { seededRandom } from '../../../src-main/app/evaluation/random.ts'

/** C(n, i) as an exact integer. */
function choose(n: number, i: number): bigint {
  let result = 1n
  for (let k = 1; k <= i; k++) result = (result * BigInt(n - k + 1)) / BigInt(k)
  return result
}

describe("McNemar's exact test", () => {
  it.each([
    [0, 0, 1],
    [0, 1, 1],
    [0, 6, 2 / 64],
    [10, 0, 2 / 1024],
    [5, 15, 0.04138947], // binom.test(5, 20) in R
    [7, 7, 1],
  ])('gives for %i against %i the p of the binomial test', (b, c, p) => {
    expect(mcnemar(b, c)).toBeCloseTo(p, 8)
  })

  it('equals the sum in whole numbers, either way round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }), (b, c) => {
        let sum = 0n
        for (let i = 0; i <= Math.min(b, c); i++) sum += choose(b + c, i)
        const p = Math.min(1, Number((2n * sum * 10n ** 15n) / 2n ** BigInt(b + c)) / 1e15)
        expect(mcnemar(b, c)).toBeCloseTo(p, 10)
        expect(mcnemar(c, b)).toBe(mcnemar(b, c))
      }),
    )
  })

  it('holds for thousands of pictures, where 2^n is out of range', () => {
    expect(mcnemar(5000, 5000)).toBe(1)
    // In exact fractions
    expect(mcnemar(5000, 5200)).toBeCloseTo(0.04878796312682, 9)
    expect(mcnemar(0, 20000)).toBe(0)
  })
})

describe("Wilson's interval", () => {
  it.each([
    [0, 10, 0, 0.2775328],
    [5, 50, 0.0434758, 0.2136022],
    [10, 10, 0.7224672, 1],
    [1, 1, 0.2065493, 1],
  ])('of %i in %i', (errors, trials, low, high) => {
    expect(wilson(errors, trials).low).toBeCloseTo(low, 6)
    expect(wilson(errors, trials).high).toBeCloseTo(high, 6)
  })

  it('says nothing where nothing was tried', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
  })

  it('contains the share, lies in 0…1 and is mirrored by the right answers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0, max: 1, noNaN: true }), (trials, part) => {
        const errors = Math.round(trials * part)
        const { low, high } = wilson(errors, trials)
        const mirrored = wilson(trials - errors, trials)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(errors / trials)
        expect(high).toBeGreaterThanOrEqual(errors / trials)
        expect(1 - mirrored.high).toBeCloseTo(low, 10)
      }),
    )
  })
})

/** Identities with error rates of their own, some pictures each. */
function simulated(identities: number, pictures: number, random: () => number): Trial[] {
  return Array.from({ length: identities }, (_, i) => {
    const rate = random() < 0.5 ? 0.05 : 0.45
    return Array.from({ length: pictures }, () => ({ identity: `identity ${i}`, wrong: random() < rate }))
  }).flat()
}

describe('an error rate', () => {
  const seed = 1

  it('without an error has the bound 3/N', () => {
    const trials = Array.from({ length: 120 }, (_, i) => ({ identity: `${i % 7}`, wrong: false }))
    expect(errorRate(trials, { seed })).toEqual({ value: 0, low: 0, high: 0.025, errors: 0, trials: 120 })
    expect(boundWithoutErrors(2)).toBe(1)
    expect(boundWithoutErrors(0)).toBe(1)
  })

  it('without a right answer has the bound 1 − 3/N', () => {
    const trials = Array.from({ length: 120 }, (_, i) => ({ identity: `${i % 7}`, wrong: true }))
    expect(errorRate(trials, { seed })).toEqual({ value: 1, low: 0.975, high: 1, errors: 120, trials: 120 })
  })

  it('without trials says nothing', () => {
    expect(errorRate([], { seed })).toEqual({ value: 0, low: 0, high: 1, errors: 0, trials: 0 })
  })

  it('is the same from the same seed, and its interval holds the rate', () => {
    const trials = simulated(20, 5, seededRandom(3))
    const rate = errorRate(trials, { seed })
    expect(errorRate(trials, { seed })).toEqual(rate)
    expect(errorRate(trials, { seed: 2 })).not.toEqual(rate)
    expect(rate.value).toBe(rate.errors / 100)
    expect(rate.low).toBeLessThan(rate.value)
    expect(rate.high).toBeGreaterThan(rate.value)
  })

  it('knows less from many pictures of few identities than from as many identities', () => {
    const few = Array.from({ length: 100 }, (_, i) => ({ identity: `${i % 10}`, wrong: i % 10 < 3 }))
    const many = few.map((trial, i) => ({ ...trial, identity: `${i}` }))
    const width = (trials: Trial[]) => {
      const { low, high } = errorRate(trials, { seed })
      return high - low
    }
    expect(width(few)).toBeGreaterThan(2.5 * width(many))
    // √(0.3 · 0.7 / 100) on either side, 1.96 times
    expect(width(many)).toBeCloseTo((2 * 1.96 * Math.sqrt(0.3 * 0.7)) / 10, 1)
  })

  it('draws the pictures of a single identity', () => {
    const trials = Array.from({ length: 50 }, (_, i) => ({ identity: 'one', wrong: i < 10 }))
    const { low, high } = errorRate(trials, { seed })
    expect(low).toBeGreaterThan(0.05)
    expect(low).toBeLessThan(0.15)
    expect(high).toBeGreaterThan(0.25)
  })

  it('has an interval that holds the true rate in about 95 of 100 repetitions', () => {
    const random = seededRandom(11)
    let held = 0
    for (let repetition = 0; repetition < 300; repetition++) {
      const { low, high } = errorRate(simulated(60, 8, random), { seed: repetition, resamples: 400 })
      if (low <= 0.25 && 0.25 <= high) held++
    }
    expect(held / 300).toBeGreaterThan(0.9)
    expect(held / 300).toBeLessThan(0.98)
  })
})

describe('two models on the same pictures', () => {
  const trials = (onlyBefore: number, onlyAfter: number, both: number, none: number): PairedTrial[] =>
    [
      ...Array.from({ length: onlyBefore }, () => [true, false] as const),
      ...Array.from({ length: onlyAfter }, () => [false, true] as const),
      ...Array.from({ length: both }, () => [true, true] as const),
      ...Array.from({ length: none }, () => [false, false] as const),
    ].map(([wrongBefore, wrongAfter], i) => ({ identity: `${i}`, wrongBefore, wrongAfter }))

  it('differ by the pictures on which one alone is wrong', () => {
    const result = comparedErrors(trials(15, 5, 10, 70), { seed: 1 })
    expect(result.value).toBeCloseTo(-0.1, 12)
    expect(result.p).toBeCloseTo(0.04138947, 8)
    expect(result.low).toBeLessThan(-0.1)
    expect(result.high).toBeGreaterThan(-0.1)
    // Standard error of the paired difference √((b + c − (b − c)²/N) / N²) = 0.0436
    expect(result.high - result.low).toBeCloseTo(2 * 1.96 * 0.0436, 1)
    expect(result.test).toMatch(/McNemar/)
  })

  it('give the opposite the other way round', () => {
    const [one, other] = [
      comparedErrors(trials(9, 4, 3, 20), { seed: 1 }),
      comparedErrors(trials(4, 9, 3, 20), { seed: 1 }),
    ]
    expect(other.value).toBe(-one.value)
    expect(other.p).toBe(one.p)
  })

  it('that are never wrong apart may still differ by 3/N', () => {
    expect(comparedErrors(trials(0, 0, 5, 55), { seed: 1 })).toMatchObject({ value: 0, low: -0.05, high: 0.05, p: 1 })
    expect(comparedErrors([], { seed: 1 })).toMatchObject({ value: 0, low: -1, high: 1, p: 1 })
  })
})
