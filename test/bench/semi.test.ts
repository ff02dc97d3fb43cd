import { describe, expect, it } from 'vitest'
import { auroc } from '../../bench/semi.ts'

describe('the area under the curve', () => {
  it('is 1 when every known photo scores above every unknown one, 0 the other way round, a half for ties', () => {
    const [high, low] = [Float32Array.from([3, 4, 5]), Float32Array.from([0, 1])]
    expect(auroc(high, low)).toBe(1)
    expect(auroc(low, high)).toBe(0)
    expect(auroc(low, low)).toBe(0.5)
  })

  it('is the share of pairs that are in order', () => {
    const known = Float32Array.from([0.2, 0.5, 0.9])
    const unknown = Float32Array.from([0.1, 0.5, 0.6])
    let pairs = 0
    for (const a of known) for (const b of unknown) pairs += a > b ? 1 : a === b ? 0.5 : 0
    expect(auroc(known, unknown)).toBeCloseTo(pairs / 9, 10)
  })
})
