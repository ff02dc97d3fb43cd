import { describe, expect, it } from 'vitest'
import { fitLinearSvm } from '../../../src-main/app/evaluation/linear-svm.ts'
import { seededRandom } from '../../../src-main/app/evaluation/random.ts'

/** Two clouds in F dimensions whose means are `apart`, overlapping or not. */
function clouds(count: number, size: number, apart: number, seed: number) {
  const random = seededRandom(seed)
  const bell = () => random() + random() + random() - 1.5
  const sides = Array.from({ length: count }, (_, i) => i % 3 === 0)
  const rows = sides.map((side) => Float64Array.from({ length: size }, (_, k) => bell() + (side && k < 2 ? apart : 0)))
  return { rows, sides }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!
  return sum
}

describe('the linear support vector machine', () => {
  it('is where two points say it is, worked by hand', () => {
    // One feature, points at −1 and 3. w = 1/2, b = −1/2 meet both margins; with b regularised too, minimise w² + b²
    // under 3w + b ≥ 1 and w − b ≥ 1: at w = 1/2, b = −1/2 both hold with equality.
    const { weights, bias } = fitLinearSvm([Float64Array.of(3), Float64Array.of(-1)], [true, false], {
      cost: 100,
      seed: 1,
      tolerance: 1e-9,
    })
    expect(weights[0]).toBeCloseTo(0.5, 6)
    expect(bias).toBeCloseTo(-0.5, 6)
  })

  for (const [name, apart, cost] of [
    ['overlap', 0.6, 1],
    ['overlap, at a high cost', 0.6, 30],
    ['lie apart', 6, 1],
  ] as const) {
    it(`meets the Karush-Kuhn-Tucker conditions on clouds that ${name}`, () => {
      const { rows, sides } = clouds(90, 7, apart, 3)
      const tolerance = 1e-6
      const { weights, bias, dual } = fitLinearSvm(rows, sides, { cost, seed: 1, tolerance })
      // Stationarity: w = Σ α y x, b = Σ α y.
      for (let k = 0; k < 7; k++) {
        let sum = 0
        for (let i = 0; i < rows.length; i++) sum += dual[i]! * (sides[i] ? 1 : -1) * rows[i]![k]!
        expect(weights[k]).toBeCloseTo(sum, 8)
      }
      expect(bias).toBeCloseTo(
        dual.reduce((sum, alpha, i) => sum + (sides[i] ? alpha : -alpha), 0),
        8,
      )
      const kinds = { beyond: 0, on: 0, inside: 0 }
      rows.forEach((row, i) => {
        const margin = (sides[i] ? 1 : -1) * (dot(weights, row) + bias)
        const alpha = dual[i]!
        expect(alpha >= 0 && alpha <= cost).toBe(true)
        if (alpha === 0) expect(margin).toBeGreaterThanOrEqual(1 - 2 * tolerance)
        else if (alpha === cost) expect(margin).toBeLessThanOrEqual(1 + 2 * tolerance)
        else expect(margin).toBeCloseTo(1, 5)
        kinds[alpha === 0 ? 'beyond' : alpha === cost ? 'inside' : 'on'] += 1
      })
      expect(kinds.on).toBeGreaterThan(0)
      if (apart < 1) expect(kinds.inside).toBeGreaterThan(0)
    })
  }

  it('has a primal that equals its dual, and that nothing near it undercuts', () => {
    const { rows, sides } = clouds(60, 4, 0.8, 5)
    const cost = 2
    const { weights, bias, dual } = fitLinearSvm(rows, sides, { cost, seed: 1, tolerance: 1e-7 })
    const primal = (w: Float64Array, b: number) => {
      let sum = 0.5 * (dot(w, w) + b * b)
      rows.forEach((row, i) => (sum += cost * Math.max(0, 1 - (sides[i] ? 1 : -1) * (dot(w, row) + b))))
      return sum
    }
    const best = primal(weights, bias)
    const dualValue = dual.reduce((sum, alpha) => sum + alpha, 0) - 0.5 * (dot(weights, weights) + bias * bias)
    expect(best).toBeCloseTo(dualValue, 4)
    const random = seededRandom(9)
    for (let i = 0; i < 200; i++) {
      const near = weights.map((w) => w + (random() - 0.5) * 0.1)
      expect(primal(near, bias + (random() - 0.5) * 0.1)).toBeGreaterThan(best - 1e-5)
    }
  })

  it('ends at the same plane from another order', () => {
    const { rows, sides } = clouds(60, 4, 0.8, 5)
    const of = (seed: number) => fitLinearSvm(rows, sides, { cost: 1, seed, tolerance: 1e-8 })
    of(1).weights.forEach((w, k) => expect(w).toBeCloseTo(of(2).weights[k]!, 6))
  })

  it('refuses one side alone, and says when it is not solved', () => {
    expect(() => fitLinearSvm([Float64Array.of(1)], [true], { cost: 1, seed: 1 })).toThrow('both are needed')
    const { rows, sides } = clouds(60, 4, 0.2, 5)
    expect(() => fitLinearSvm(rows, sides, { cost: 100, seed: 1, rounds: 2 })).toThrow('not solved after 2 rounds')
  })
})
