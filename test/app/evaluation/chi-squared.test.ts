import { describe, expect, it } from 'vitest'
import {
  chiSquaredTerms,
  deepFaceNormalised,
  featureMaxima,
  signSplit,
} from '../../../src-main/app/evaluation/chi-squared.ts'
import { seededRandom } from '../../../src-main/app/evaluation/random.ts'

const random = seededRandom(4)
const signed = (size: number) => Float32Array.from({ length: size }, () => random() * 2 - 1)
const faces = Array.from({ length: 6 }, () => signed(5))

describe('features as DeepFace normalises them', () => {
  it('split by sign keep every number and are never negative', () => {
    for (const face of faces) {
      const split = signSplit(face)
      expect(split).toHaveLength(10)
      expect(split.every((value) => value >= 0)).toBe(true)
      for (let k = 0; k < 5; k++) expect(split[k]! - split[5 + k]!).toBe(face[k])
    }
  })

  it('are divided by their maximum over the training set, at least 0.05, and have unit length', () => {
    const rows = [Float64Array.of(0.2, 0.01, 0), Float64Array.of(0.4, 0.02, 0)]
    const maxima = featureMaxima(rows)
    expect([...maxima]).toEqual([0.4, 0.05, 0.05])
    // 0.2 / 0.4 = 0.5, 0.01 / 0.05 = 0.2; length √0.29.
    const [a, b, c] = deepFaceNormalised(rows[0]!, maxima)
    expect(a).toBeCloseTo(0.5 / Math.sqrt(0.29), 12)
    expect(b).toBeCloseTo(0.2 / Math.sqrt(0.29), 12)
    expect(c).toBe(0)
  })

  it('agree with nested loops in float64', () => {
    const rows = faces.map(signSplit)
    const maxima = featureMaxima(rows)
    for (const row of rows) {
      const expected: number[] = []
      let length = 0
      for (let k = 0; k < row.length; k++) {
        let most = 0.05
        for (const other of rows) if (other[k]! > most) most = other[k]!
        expected.push(row[k]! / most)
        length += expected[k]! ** 2
      }
      deepFaceNormalised(row, maxima).forEach((value, k) =>
        expect(value).toBeCloseTo(expected[k]! / Math.sqrt(length), 12),
      )
    }
  })

  it('leave a face of zeros at zero', () => {
    expect([...deepFaceNormalised(new Float64Array(3), featureMaxima([new Float64Array(3)]))]).toEqual([0, 0, 0])
  })
})

describe('the χ² terms', () => {
  it('agree with a loop in float64, are symmetric, and 0 where both features are', () => {
    const [f, g] = [signSplit(faces[0]!), signSplit(faces[1]!)]
    const terms = chiSquaredTerms(f, g)
    for (let k = 0; k < f.length; k++)
      expect(terms[k]).toBeCloseTo(f[k]! + g[k]! === 0 ? 0 : ((f[k]! - g[k]!) * (f[k]! - g[k]!)) / (f[k]! + g[k]!), 12)
    expect(chiSquaredTerms(g, f)).toEqual(terms)
    expect(terms.some((term) => term === 0)).toBe(true)
    expect(chiSquaredTerms(f, f).every((term) => term === 0)).toBe(true)
  })

  it('of split features sum to Σ (f − g)² / (|f| + |g|) of the signed ones', () => {
    const [f, g] = [faces[2]!, faces[3]!]
    let expected = 0
    for (let k = 0; k < f.length; k++) expected += (f[k]! - g[k]!) ** 2 / (Math.abs(f[k]!) + Math.abs(g[k]!))
    expect(chiSquaredTerms(signSplit(f), signSplit(g)).reduce((sum, term) => sum + term, 0)).toBeCloseTo(expected, 12)
  })
})
