import { describe, expect, it } from 'vitest'
import { distanceField, GLYPH_STEPS, glyphOf, SIDE } from '../../bench/omniglot-glyphs.ts'
import { OMNIGLOT_SIDE } from '../../src-main/engine/networks/omniglot-net.ts'
import { createRandom } from '../../src-main/engine/training/random.ts'

const inked = (points: readonly (readonly [number, number])[]) => {
  const ink = new Uint8Array(SIDE * SIDE)
  for (const [x, y] of points) ink[y * SIDE + x] = 1
  return ink
}
const square = (left: number, top: number, side: number) =>
  inked(Array.from({ length: side * side }, (_, i) => [left + (i % side), top + Math.floor(i / side)]))

describe('a drawing read from its ink', () => {
  it('knows the distance of every pixel from the ink, up to fifteen pixels', () => {
    const random = createRandom(3)
    const points = Array.from({ length: 40 }, () => [random.integer(SIDE), random.integer(SIDE)] as const)
    const field = distanceField(inked(points))
    const expected = Uint8Array.from(field, (_, at) => {
      const away = points.map(([x, y]) => Math.hypot(x - (at % SIDE), y - Math.floor(at / SIDE)))
      return Math.round(16 * Math.min(15, ...away))
    })
    expect(Buffer.compare(field, expected)).toBe(0)
  })

  it('is the same glyph wherever it was drawn', () => {
    expect(Buffer.compare(glyphOf(square(10, 20, 31)), glyphOf(square(60, 40, 31)))).toBe(0)
  })

  it('has half of the difference in size taken out, in logarithms', () => {
    const wide = (side: number) => {
      const middle = glyphOf(square(5, 5, side)).subarray(
        (OMNIGLOT_SIDE / 2) * OMNIGLOT_SIDE,
        (OMNIGLOT_SIDE / 2 + 1) * OMNIGLOT_SIDE,
      )
      return middle.filter((distance) => distance < GLYPH_STEPS / 2).length
    }
    expect(wide(80) / wide(20)).toBeCloseTo(2, 0)
  })

  it('refuses a picture without ink', () => {
    expect(() => glyphOf(inked([]))).toThrow('no ink')
  })
})
