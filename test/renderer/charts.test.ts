import { expect, test } from 'vitest'
import { endLabels, scaleOf, thin, ticksOf, type Line } from '../../src-renderer/charts.ts'

const line = (values: readonly number[], more: Partial<Line> = {}): Line => ({
  name: 'a',
  tone: 'genuine',
  points: values.map((value, step) => ({ step, value })),
  ...more,
})

test('the axes hold every point and every end of an interval', () => {
  const banded: Line = { name: 'b', tone: 'accent', points: [{ step: 9, value: 2, low: -1, high: 7 }] }
  expect(scaleOf([line([1, 3]), banded])).toEqual({ first: 0, last: 9, low: -1, high: 7 })
  expect(scaleOf([line([1, 3])], 0).low).toBe(0)
  const flat = scaleOf([line([2, 2])])
  expect(flat.low).toBeLessThan(2)
  expect(flat.high).toBeGreaterThan(2)
  expect(scaleOf([])).toEqual({ first: 0, last: 1, low: 0, high: 1 })
})

test('ticks are round, within the axis, and few', () => {
  expect(ticksOf(0, 2.3)).toEqual([0, 1, 2])
  expect(ticksOf(0, 0.43)).toEqual([0, 0.2, 0.4])
  for (const [low, high] of [
    [0.03, 0.031],
    [-4, 900],
    [1e-7, 3e-7],
  ] as const) {
    const ticks = ticksOf(low, high)
    expect(ticks.length).toBeGreaterThanOrEqual(2)
    expect(ticks.length).toBeLessThanOrEqual(6)
    expect(ticks.every((tick) => tick >= low - 1e-12 && tick <= high + 1e-12)).toBe(true)
  }
})

test('a long line is thinned to means of neighbours, and ends where it ends', () => {
  const long = line(Array.from({ length: 1001 }, (_, i) => i)).points
  const few = thin(long, 100)
  expect(few.length).toBeLessThanOrEqual(101)
  expect(few[0]).toEqual({ step: 5, value: 5 })
  expect(few.at(-1)).toEqual({ step: 1000, value: 1000 })
  expect(thin(long.slice(0, 50), 100)).toEqual(long.slice(0, 50))
})

test('names stand clear of the lines: the upper one above, the lower one below, within the drawing', () => {
  const ends = [
    { name: 'low', top: 100, bottom: 120 },
    { name: 'high', top: 40, bottom: 60 },
  ]
  expect(endLabels(ends, 200)).toEqual([
    { name: 'high', y: 34 },
    { name: 'low', y: 135 },
  ])
  // Nothing fits below a line that lies on the floor, but above it there is room.
  expect(endLabels(ends, 128)[1]).toEqual({ name: 'low', y: 94 })
  const near = [
    { name: 'high', top: 100, bottom: 110 },
    { name: 'low', top: 115, bottom: 120 },
  ]
  expect(endLabels(near, 128)).toEqual([
    { name: 'high', y: 80 },
    { name: 'low', y: 94 },
  ])
})
