import { expect, test } from 'vitest'
import { equalErrorWithInterval } from '../../../src-main/app/learning/equal-error.ts'

const distances = (from: number, to: number, count: number) =>
  Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))

test('distances that never cross leave a rate of zero with a bound of 3 in the number of pairs', () => {
  const rate = equalErrorWithInterval(distances(0.1, 0.5, 60), distances(0.9, 1.4, 200))
  expect(rate).toEqual({ value: 0, low: 0, high: 3 / 60, errors: 0, trials: 60 })
})

test('distances that cross have their rate within the interval', () => {
  const { value, low, high, errors, trials } = equalErrorWithInterval(distances(0, 1, 101), distances(0.8, 1.8, 101))
  expect(value).toBeCloseTo(0.1, 1)
  expect(low).toBeLessThan(value)
  expect(high).toBeGreaterThan(value)
  expect([errors, trials]).toEqual([Math.round(value * 101), 101])
})

test('without pairs nothing is known', () => {
  expect(equalErrorWithInterval(new Float32Array(), distances(0, 1, 5))).toMatchObject({ low: 0, high: 1, trials: 0 })
})
