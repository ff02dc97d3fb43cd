import { describe, expect, test } from 'vitest'
import { atLeastThisAlike, atLeastThisUnlike, meaning, rulerEnd } from '../../src-renderer/measured.ts'
import { calibration } from './calibration.ts'

describe('counted pairs', () => {
  test('a distance between two bins counts exactly what lies on its side', () => {
    expect(atLeastThisAlike(calibration.genuine, 0.05)).toEqual({ n: 0, of: 100, exact: true })
    expect(atLeastThisUnlike(calibration.genuine, 0.65)).toEqual({ n: 0, of: 100, exact: true })
  })

  test('a bin that the distance cuts is counted in full, and the count says that it is an upper limit', () => {
    expect(atLeastThisAlike(calibration.impostor, 0.55)).toEqual({ n: 4, of: 200, exact: false })
    expect(atLeastThisUnlike(calibration.genuine, 0.35)).toEqual({ n: 50, of: 100, exact: false })
  })

  test('both sides together hold every pair, the cut bin twice', () => {
    for (const distance of [0.02, 0.33, 0.58, 0.91]) {
      const below = atLeastThisAlike(calibration.impostor, distance)
      const above = atLeastThisUnlike(calibration.impostor, distance)
      const cut = calibration.impostor.counts[Math.floor(distance * 10)]!
      expect(below.n + above.n).toBe(200 + cut)
    }
  })
})

describe('the meaning of a distance in words', () => {
  test('"same" is told by the strangers who look this alike', () => {
    const { first, second } = meaning(calibration, 0.25, 'same')
    expect(first).toBe('Of 200 pairs of different people, none looks at least this alike.')
    expect(second).toBe('Of 100 pairs of the same person, at most 90 (90\u00a0%) look at least this different.')
  })

  test('"different" is told by the pairs of one person who look this different', () => {
    expect(meaning(calibration, 0.85, 'different').first).toBe(
      'Of 100 pairs of the same person, none looks at least this different.',
    )
  })

  test('objects are not called people', () => {
    const { first } = meaning({ ...calibration, profile: 'object' }, 0.55, 'same')
    expect(first).toBe('Of 200 pairs of different objects, at most 4 (2\u00a0%) look at least this alike.')
  })
})

test('the ruler ends after the last measured pair, alike for every answer of a profile', () => {
  expect(rulerEnd(calibration)).toBe(1)
  expect(rulerEnd({ ...calibration, impostor: { low: 0, width: 0.1, counts: [1] } })).toBe(0.9)
})
