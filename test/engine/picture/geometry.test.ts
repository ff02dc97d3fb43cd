import { describe, expect, it } from 'vitest'
import { average, clip, overlap, warp, type Pixels } from '../../../src-main/engine/picture/geometry.ts'

/** A ramp of which every value is known: x + 2y in each channel. */
const ramp = (width: number, height: number): Pixels => ({
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return (pixel % width) + 2 * Math.floor(pixel / width)
  }),
})

describe('sampling a picture', () => {
  it('at its own pixels gives the picture', () => {
    const source = ramp(20, 12)
    expect(warp(source, [1, 0, 0, 0, 1, 0], 20, 12)).toEqual(source.data)
  })

  it.each([1, 1.5, 2, 3.2, 5, 7])(
    'of a ramp at step %s gives the ramp, whether or not it is averaged first',
    (step) => {
      const source = ramp(80, 60)
      for (const every of [1, 2]) {
        const out = warp(source, [step, 0, 4, 0, step, 6], 8, 6, every)
        for (let v = 0; v < 6; v++)
          for (let u = 0; u < 8; u++) {
            const there = Math.min(79, 4 + step * u) + 2 * Math.min(59, 6 + step * v)
            // Looking at every second row and column moves the mean by half a pixel at most.
            expect(Math.abs(out[(v * 8 + u) * 3]! - there)).toBeLessThanOrEqual(every === 1 ? 1 : 2.5)
          }
      }
    },
  )

  it('outside of it continues its border', () => {
    expect([...warp(ramp(4, 4), [1, 0, -10, 0, 1, -10], 2, 2)]).toEqual(Array(12).fill(0))
  })
})

it('averaging counts what lies in the last, smaller squares', () => {
  const { data, width, height } = average(ramp(5, 3), { x: 0, y: 0, width: 5, height: 3 }, 2)
  expect([width, height]).toEqual([3, 2])
  expect([...data].filter((_, i) => i % 3 === 0)).toEqual([2, 4, 5, 5, 7, 8])
})

it('a box is clipped to whole pixels of the picture', () => {
  expect(clip({ x: -3.5, y: 2.2, width: 10, height: 1 }, 5, 8)).toEqual({ x: 0, y: 2, width: 5, height: 2 })
  expect(clip({ x: 50, y: 50, width: 10, height: 10 }, 5, 8)).toEqual({ x: 4, y: 7, width: 1, height: 1 })
})

it('overlap is intersection over union', () => {
  const a = { x: 0, y: 0, width: 10, height: 10 }
  expect(overlap(a, a)).toBe(1)
  expect(overlap(a, { ...a, x: 5 })).toBeCloseTo(1 / 3, 9)
  expect(overlap(a, { ...a, x: 20 })).toBe(0)
})
