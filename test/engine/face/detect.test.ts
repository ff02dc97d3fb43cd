import { describe, expect, it } from 'vitest'
import { merge, type Detection } from '../../../src-main/engine/face/detect.ts'
import { windows } from '../../../src-main/engine/face/scan.ts'

const detection = (x: number, score: number): Detection => ({
  box: { x, y: 0, width: 10, height: 10 },
  score,
  eyes: [x + 2, 4, x + 8, 4],
})

describe('weighted non-maximum suppression', () => {
  it('makes one of detections that overlap, at their mean weighted by score', () => {
    const [one, ...others] = merge([detection(0, 0.6), detection(2, 0.9)])
    expect(others).toEqual([])
    expect(one!.score).toBe(0.9)
    expect(one!.box.x).toBeCloseTo((0.6 * 0 + 0.9 * 2) / 1.5, 9)
    expect(one!.eyes[0]).toBeCloseTo(one!.box.x + 2, 9)
  })

  it('keeps detections apart that do not overlap enough, best first', () => {
    expect(merge([detection(0, 0.6), detection(8, 0.9)]).map(({ score }) => score)).toEqual([0.9, 0.6])
  })

  it('gives nothing for nothing', () => expect(merge([])).toEqual([]))
})

describe('windows over a picture', () => {
  it('cover it to its borders and share a part with their neighbours', () => {
    const found = windows({ width: 1000, height: 400 }, 400)
    expect(found.map(({ x }) => x)).toEqual([0, 300, 600])
    expect(Math.max(...found.map(({ x, width }) => x + width))).toBe(1000)
  })

  it('are centred where the picture is smaller', () => {
    expect(windows({ width: 300, height: 200 }, 400)).toEqual([{ x: -50, y: -100, width: 400, height: 400 }])
  })
})
