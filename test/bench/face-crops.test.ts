import { describe, expect, it } from 'vitest'
import { alignedAt, spoiltCrop, type Spoilt } from '../../bench/face-crops.ts'
import { seededRandom } from '../../src-main/app/evaluation/random.ts'
import { align } from '../../src-main/engine/face/align.ts'

const random = seededRandom(2)
const side = 250
/** Waves of several lengths in each colour. */
const pixels = {
  width: side,
  height: side,
  data: Uint8Array.from({ length: side * side * 3 }, (_, i) => {
    const [x, y, k] = [Math.floor(i / 3) % side, Math.floor(i / 3 / side), i % 3]
    return 128 + 60 * Math.sin(x / (2 + k)) + 40 * Math.cos(y / 9) + 10 * random()
  }),
}
const points = [100, 110, 150, 112, 126, 135, 104, 160, 148, 162]
const apart = (a: Uint8Array, b: Uint8Array) => a.reduce((sum, value, i) => sum + Math.abs(value - b[i]!), 0) / a.length

describe('crops that are made worse', () => {
  it('begin at the very crop that the network takes', async () => {
    expect(alignedAt(pixels, points, 112)).toEqual(align(pixels, points))
    expect(await spoiltCrop(pixels, points, { kind: 'none' })).toEqual(align(pixels, points))
  })

  it('show the same place at every size: four pixels of twice the side have the mean of one', () => {
    const large = alignedAt(pixels, points, 224)
    const halved = new Uint8Array(112 * 112 * 3).map((_, i) => {
      const [x, y, k] = [Math.floor(i / 3) % 112, Math.floor(i / 3 / 112), i % 3]
      const at = (dx: number, dy: number) => large[((2 * y + dy) * 224 + 2 * x + dx) * 3 + k]!
      return (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4
    })
    const shifted = halved.map((_, i) => halved[Math.min(halved.length - 3, i + 3)]!)
    expect(apart(halved, align(pixels, points))).toBeLessThan(apart(shifted, align(pixels, points)) / 2)
  })

  it('differ more from it the lower the quality and the fewer the pixels', async () => {
    const plain = align(pixels, points)
    const lost = async (how: Spoilt) => apart(await spoiltCrop(pixels, points, how), plain)
    const jpeg = await Promise.all([90, 50, 10].map((quality) => lost({ kind: 'jpeg', quality })))
    const size = await Promise.all([256, 80, 40].map((to) => lost({ kind: 'size', side: to })))
    for (const [first, second, third] of [jpeg, size]) {
      expect(first).toBeGreaterThan(0)
      expect(second).toBeGreaterThan(first!)
      expect(third).toBeGreaterThan(second!)
    }
  })
})
