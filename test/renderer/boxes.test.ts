import fc from 'fast-check'
import { expect, test } from 'vitest'
import { around, between, inside } from '../../src-renderer/boxes.ts'

const picture = { width: 640, height: 400 }
const box = fc.record({
  x: fc.double({ min: -100, max: 700, noNaN: true }),
  y: fc.double({ min: -100, max: 500, noNaN: true }),
  width: fc.double({ min: 1, max: 900, noNaN: true }),
  height: fc.double({ min: 1, max: 900, noNaN: true }),
})

test('a crop around a box is a square inside the picture, wherever the box lies', () => {
  fc.assert(
    fc.property(box, (each) => {
      const crop = around(each, picture)
      expect(crop.width).toBe(crop.height)
      expect(crop.x).toBeGreaterThanOrEqual(0)
      expect(crop.y).toBeGreaterThanOrEqual(0)
      expect(crop.x + crop.width).toBeLessThanOrEqual(picture.width + 1e-9)
      expect(crop.y + crop.height).toBeLessThanOrEqual(picture.height + 1e-9)
    }),
  )
})

test('a crop in the open keeps its box in the middle', () => {
  expect(around({ x: 300, y: 180, width: 40, height: 40 }, picture, 0.5)).toEqual({
    x: 290,
    y: 170,
    width: 60,
    height: 60,
  })
})

test('a drawn box stays inside the picture and never vanishes', () => {
  fc.assert(
    fc.property(box, (each) => {
      const kept = inside(each, picture)
      expect(Math.min(kept.width, kept.height)).toBeGreaterThanOrEqual(16)
      expect(kept.x + kept.width).toBeLessThanOrEqual(picture.width + 1e-9)
      expect(kept.y + kept.height).toBeLessThanOrEqual(picture.height + 1e-9)
    }),
  )
})

test('two corners make the same box in whichever order they come', () => {
  expect(between(10, 80, 50, 20)).toEqual(between(50, 20, 10, 80))
})
