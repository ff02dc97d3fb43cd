import { describe, expect, it } from 'vitest'
import { align, alignment, inverse, similarity } from '../../../src-main/engine/face/align.ts'
import { apply } from '../../../src-main/engine/picture/geometry.ts'

const points: [number, number][] = [[10, 20], [50, 18], [31, 40], [15, 62], [46, 60]] // prettier-ignore

describe('the similarity transform', () => {
  it('recovers a turn, a scale and a shift exactly', () => {
    const [cos, sin] = [Math.cos(0.7) * 1.8, Math.sin(0.7) * 1.8]
    const moved = points.map(([x, y]): [number, number] => [cos * x - sin * y + 12, sin * x + cos * y - 5])
    const found = similarity(points, moved)
    ;[cos, -sin, 12, sin, cos, -5].forEach((value, i) => expect(found[i]).toBeCloseTo(value, 9))
  })

  it('has the least squared error: nothing near it has less', () => {
    const target = points.map(([x, y], i): [number, number] => [x * 1.1 + (i % 2) * 3, y * 0.9 + i])
    const error = (t: typeof best) =>
      points.reduce((sum, [x, y], i) => {
        const [u, v] = apply(t, x, y)
        return sum + (u - target[i]![0]) ** 2 + (v - target[i]![1]) ** 2
      }, 0)
    const best = similarity(points, target)
    const [a, , c, b, , f] = best
    for (const [da, db, dc, df] of [
      [1e-3, 0, 0, 0],
      [0, 1e-3, 0, 0],
      [0, 0, 1e-2, 0],
      [0, 0, 0, 1e-2],
      [-1e-3, 1e-3, 0, 0],
    ] as const)
      // prettier-ignore
      expect(error([a + da, -(b + db), c + dc, b + db, a + da, f + df])).toBeGreaterThan(error(best))
  })

  it('never mirrors, even when a mirror image would fit better', () => {
    const [a, b, , d, e] = similarity(points, points.map(([x, y]): [number, number] => [-x, y])) // prettier-ignore
    expect(a * e - b * d).toBeGreaterThan(0)
  })

  it('and its inverse undo each other', () => {
    const t = similarity(points, points.map(([x, y]): [number, number] => [2 * y + 3, -2 * x])) // prettier-ignore
    const [x, y] = apply(inverse(t), ...apply(t, 7, 9))
    expect([x, y].map((value) => value.toFixed(9))).toEqual(['7.000000000', '9.000000000'])
  })
})

it('an aligned face has its eyes where the network expects them', () => {
  const [x, y] = apply(alignment(points.flat()), 38.2946, 51.6963)
  expect(Math.hypot(x - 10, y - 20)).toBeLessThan(4)
})

it('aligning a picture of one colour gives that colour', () => {
  const pixels = { data: new Uint8Array(100 * 100 * 3).fill(77), width: 100, height: 100 }
  expect(new Set(align(pixels, points.flat()))).toEqual(new Set([77]))
})
