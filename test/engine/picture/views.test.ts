import { describe, expect, it } from 'vitest'
import type { Pixels } from '../../../src-main/engine/picture/geometry.ts'
import { differenceHash } from '../../../src-main/engine/picture/hash.ts'
import { faceView, objectView, viewOf, type View } from '../../../src-main/engine/picture/views.ts'

/** Red grows to the right, green downwards. */
function ramp(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      data.set([(200 * x) / (width - 1), (200 * y) / (height - 1), 50], (y * width + x) * 3)
  return { data, width, height }
}

const still: View = {
  area: 1,
  aspect: 1,
  x: 0,
  y: 0,
  angle: 0,
  mirror: false,
  face: { shift: [0, 0], scale: 1, blur: 1 },
}
const all = { x: 0, y: 0, width: 64, height: 64 }
const red = (crop: Uint8Array, side: number, x: number, y: number) => crop[(y * side + x) * 3]!

describe('a view of an object', () => {
  it('is the picture itself when nothing is changed', () => {
    const pixels = ramp(64, 64)
    expect([...objectView(pixels, all, still, 64)]).toEqual([...pixels.data])
  })

  it('shows the part it says: a quarter at the right end, mirrored', () => {
    const pixels = ramp(64, 64)
    const part = objectView(pixels, all, { ...still, area: 0.25, x: 1 }, 32)
    expect(red(part, 32, 0, 0)).toBe(red(pixels.data, 64, 32, 0))
    expect(red(part, 32, 31, 0)).toBe(red(pixels.data, 64, 63, 0))
    const turned = objectView(pixels, all, { ...still, area: 0.25, x: 1, mirror: true }, 32)
    expect(red(turned, 32, 0, 0)).toBe(red(pixels.data, 64, 63, 0))
  })

  it('turns about the middle of the box', () => {
    const pixels = ramp(65, 65)
    const box = { x: 0, y: 0, width: 65, height: 65 }
    const turned = objectView(pixels, box, { ...still, angle: Math.PI / 2 }, 65)
    expect(red(turned, 65, 32, 32)).toBe(red(pixels.data, 65, 32, 32))
    // What was the right end, red, is now above or below the middle.
    expect(Math.max(red(turned, 65, 32, 0), red(turned, 65, 32, 64))).toBeGreaterThan(195)
  })

  it('changes brightness, and takes all colour away at saturation 0', () => {
    const pixels = ramp(64, 64)
    const mean = (crop: Uint8Array) => crop.reduce((sum, value) => sum + value, 0) / crop.length
    const bright = objectView(pixels, all, { ...still, colour: [1.2, 1, 1] }, 64)
    expect(mean(bright) / mean(pixels.data)).toBeCloseTo(1.2, 1)
    const grey = objectView(pixels, all, { ...still, colour: [1, 1, 0] }, 64)
    for (let i = 0; i < grey.length; i += 3) expect(Math.abs(grey[i]! - grey[i + 2]!)).toBeLessThanOrEqual(1)
  })
})

describe('the draw of a view', () => {
  it('is the same for the same key and index, and within its ranges', () => {
    expect(viewOf('a', 3)).toEqual(viewOf('a', 3))
    expect(viewOf('a', 3)).not.toEqual(viewOf('b', 3))
    const many = Array.from({ length: 400 }, (_, i) => viewOf('many', i))
    for (const { area, aspect, x, y, angle } of many) {
      expect(area >= 0.35 && area <= 1 && aspect >= 0.7499 && aspect <= 1.3334).toBe(true)
      expect(x >= 0 && x <= 1 && y >= 0 && y <= 1 && Math.abs(angle) <= Math.PI / 12).toBe(true)
    }
    const share = (some: (view: View) => boolean) => many.filter(some).length / many.length
    expect(share(({ colour }) => colour !== undefined)).toBe(0.5)
    expect(share(({ mirror }) => mirror)).toBeCloseTo(0.5, 0)
    expect(share(({ angle }) => angle === 0)).toBeCloseTo(0.5, 0)
  })
})

describe('a view of a face', () => {
  const pixels = ramp(112, 112)

  it('is the aligned face when nothing is changed, and its mirror when mirrored', () => {
    const face = faceView(pixels.data, 112, still)
    const mirror = faceView(pixels.data, 112, { ...still, mirror: true })
    for (const [x, y] of [
      [10, 20],
      [56, 56],
      [100, 90],
    ] as const) {
      expect(Math.abs(red(face, 112, x, y) - red(pixels.data, 112, x, y))).toBeLessThanOrEqual(1)
      expect(Math.abs(red(mirror, 112, x, y) - red(pixels.data, 112, 111 - x, y))).toBeLessThanOrEqual(1)
    }
  })

  it('moves by the pixels it says', () => {
    const moved = faceView(pixels.data, 112, { ...still, face: { shift: [3, 0], scale: 1, blur: 1 } })
    expect(Math.abs(red(moved, 112, 50, 50) - red(pixels.data, 112, 53, 50))).toBeLessThanOrEqual(1)
  })
})

describe('the difference hash', () => {
  it('sets a bit where it grows brighter to the right, row by row', () => {
    expect(differenceHash(ramp(90, 80))).toBe('f'.repeat(16))
    const { data, width, height } = ramp(90, 80)
    const falling = data.map((value) => 255 - value)
    expect(differenceHash({ data: falling, width, height })).toBe('0'.repeat(16))
  })
})
