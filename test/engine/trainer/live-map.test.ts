import { expect, it } from 'vitest'
import { createLiveMap } from '../../../src-main/engine/trainer/live-map.ts'

/** Steps of a tenth of a second, and a map that takes so many seconds. @returns seconds at which it was drawn */
function drawn(seconds: number, steps: number): number[] {
  let now = 0
  const at: number[] = []
  const afterStep = createLiveMap(
    () => {
      at.push(now / 1000)
      now += seconds * 1000
    },
    () => now,
  )
  for (let step = 1; step <= steps; step++) {
    now += 100
    afterStep(step, () => undefined)
  }
  return at
}

it('a map is drawn every five seconds, and a costly one for a twentieth of the time at most', () => {
  expect(drawn(0.01, 160)).toEqual([5, expect.closeTo(10.01, 0), expect.closeTo(15.02, 0)])
  const [first, second, third] = drawn(2, 900)
  expect(first).toBe(5)
  expect(second! - first!).toBeGreaterThan(40)
  expect(third! - second!).toBeGreaterThan(40)
})
