import { expect, test } from 'vitest'
import {
  byReference,
  coverage,
  drawDots,
  fit,
  inside,
  nearest,
  sortIntoCells,
  toX,
  toY,
  zoom,
} from '../../src-renderer/map-view.ts'
import { map } from './learning.ts'

const { xy, label } = map(2000, 6)
const distance = (i: number, x: number, y: number) => Math.hypot(xy[2 * i]! - x, xy[2 * i + 1]! - y)

test('the nearest point found through cells is the one that looking at all points finds', () => {
  const cells = sortIntoCells(xy)
  for (let n = 0; n < 300; n++) {
    const [x, y] = [Math.sin(n * 12.9) * 1.1, Math.cos(n * 7.7) * 1.1]
    const radius = 0.02 + (n % 10) / 20
    let best = -1
    for (let i = 0; i < label.length; i++)
      if (distance(i, x, y) <= radius && (best < 0 || distance(i, x, y) < distance(best, x, y))) best = i
    const found = nearest(xy, cells, x, y, radius)
    if (best < 0) expect(found).toBe(-1)
    else expect(distance(found, x, y)).toBeCloseTo(distance(best, x, y), 6)
  }
})

test('a line drawn around a square takes the points in it, and only those, also when it crosses itself', () => {
  const grid = Float32Array.from({ length: 2 * 25 }, (_, k) => ((k % 2 ? Math.floor(k / 10) : (k >> 1) % 5) - 2) / 2)
  const square = inside(grid, [-0.6, -0.6, 0.6, -0.6, 0.6, 0.6, -0.6, 0.6])
  expect(
    square.map((i) => [grid[2 * i], grid[2 * i + 1]]).every(([x, y]) => Math.abs(x!) < 0.6 && Math.abs(y!) < 0.6),
  ).toBe(true)
  expect(square).toHaveLength(9)
  const bow = inside(grid, [-1.1, -1.1, 1.1, 1.1, 1.1, -1.1, -1.1, 1.1])
  expect(bow).not.toContain(12 + 10)
  expect(bow).toContain(12 + 1)
  expect(inside(grid, [2, 2, 3, 2, 3, 3])).toEqual([])
})

test('what lies under the pointer stays there while zooming, within limits', () => {
  const whole = fit(500, 360)
  const near = zoom(whole, 3, 120, 90, whole.scale)
  const unit = (view: typeof whole) => [(120 - view.x) / view.scale, (view.y - 90) / view.scale]
  expect(unit(near)[0]).toBeCloseTo(unit(whole)[0]!)
  expect(unit(near)[1]).toBeCloseTo(unit(whole)[1]!)
  expect(zoom(whole, 1e9, 0, 0, whole.scale).scale).toBe(whole.scale * 200)
  expect(zoom(whole, 1e-9, 0, 0, whole.scale).scale).toBe(whole.scale / 2)
})

test('each unlabelled point belongs to the reference nearest on the map', () => {
  const found = byReference(xy, label)
  expect([...found.values()].flat()).toHaveLength(2000)
  for (const [of, points] of found)
    for (const i of points.slice(0, 20))
      for (let r = 0; r < 6; r++)
        expect(distance(i, xy[2 * of]!, xy[2 * of + 1]!)).toBeLessThanOrEqual(
          distance(i, xy[2 * r]!, xy[2 * r + 1]!) + 1e-6,
        )
})

test('a dot covers pixels about its place, two at one place are denser, references are left to be drawn above', () => {
  const view = fit(60, 60, 10)
  const draw = (points: { xy: Float32Array; label: Int32Array }) => {
    const pixels = new Uint8ClampedArray(60 * 60 * 4)
    drawDots(pixels, 60, 60, points, view, { radius: 2, colour: [10, 20, 30], alpha: 0.5 })
    return (x: number, y: number) => [...pixels.slice((y * 60 + x) * 4, (y * 60 + x) * 4 + 4)]
  }
  const at = [0.5, -0.25] as const
  const [x, y] = [Math.round(toX(view, at[0])), Math.round(toY(view, at[1]))]
  const one = draw({ xy: new Float32Array(at), label: new Int32Array([-1]) })
  expect(one(x, y)).toEqual([10, 20, 30, 127])
  expect(one(x + 5, y)[3]).toBe(0)
  const two = draw({ xy: new Float32Array([...at, ...at]), label: new Int32Array([-1, -1]) })
  expect(two(x, y)[3]).toBeGreaterThan(180)
  expect(draw({ xy: new Float32Array(at), label: new Int32Array([0]) })(x, y)[3]).toBe(0)
  expect(draw({ xy: new Float32Array([9, 9]), label: new Int32Array([-1]) })(x, y)[3]).toBe(0)
  expect([coverage(0, 0, 2), coverage(2, 0, 2), coverage(3, 0, 2)]).toEqual([1, 0.5, 0])
})
