import { describe, expect, it } from 'vitest'
import { percent, spearman } from '../../bench/words.ts'

describe('words of a finding', () => {
  it('give percents one decimal', () => {
    expect([percent(6.61), percent(12)]).toEqual(['6.6 %', '12.0 %'])
  })

  it('compare orders: alike, turned round, with ties, and of what has none', () => {
    expect(spearman([1, 2, 30, 4], [10, 20, 400, 35])).toBeCloseTo(1)
    expect(spearman([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1)
    // Ranks 0, 1.5, 1.5, 3 and 0, 1, 2, 3.
    expect(spearman([1, 2, 2, 3], [1, 2, 3, 4])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5))
    expect(spearman([1, 1, 1], [1, 2, 3])).toBe(0)
  })
})
