import { describe, expect, it } from 'vitest'
import { pathWeights } from '../../../src-main/engine/networks/drop-path.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'

const JOINS = [2, 3, 2, 3]

/** The weights of each picture's joins. */
function drawn(local: number, global: number, rows = 2000): number[][][] {
  const weights = pathWeights(createRandom(1), rows, JOINS, { local, global })
  expect(weights.length).toBe(10 * rows)
  return Array.from({ length: rows }, (_, row) => {
    let at = 10 * row
    return JOINS.map((inputs) => Array.from(weights.subarray(at, (at += inputs))))
  })
}

describe('drop-path', () => {
  it('drops each input of a join with its probability, never all, and keeps the mean of what is left', () => {
    const pictures = drawn(0.3, 0)
    const joins = pictures.flat()
    for (const join of joins) {
      expect(join.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 6)
      const kept = join.filter((weight) => weight > 0)
      for (const weight of kept) expect(weight).toBeCloseTo(1 / kept.length, 6)
    }
    // A join of two loses one with 2 · 0.3 · 0.7, and both with 0.09, of which one is then kept.
    const pairs = joins.filter(({ length }) => length === 2)
    const single = pairs.filter((join) => join.includes(0)).length / pairs.length
    expect(single).toBeCloseTo(0.51, 1)
  })

  it('keeps one column through the whole network where a picture passes one alone', () => {
    const seen = new Set<number>()
    for (const joins of drawn(0, 1)) {
      // Inputs are the columns 3, 2, 1 or 2, 1.
      const column = 3 - joins[1]!.indexOf(1)
      seen.add(column)
      for (const join of joins)
        if (column <= join.length)
          expect(join.map((weight, i) => (weight === 1 ? join.length - i : 0)).filter(Boolean)).toEqual([column])
    }
    expect([...seen].sort()).toEqual([1, 2, 3])
  })

  it('gives half of the pictures one column and the others what they draw, from one stream', () => {
    const alone = drawn(0, 0.5).filter((joins) => joins[1]!.includes(1)).length
    expect(alone / 2000).toBeCloseTo(0.5, 1)
    expect(drawn(0.2, 0.5, 20)).toEqual(drawn(0.2, 0.5, 20))
  })
})
