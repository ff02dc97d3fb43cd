import { describe, expect, it } from 'vitest'
import { judge, measureCrop, readLimits, type Measures } from '../../src-main/engine/quality.ts'
import { resources } from './fixture.ts'

const SIDE = 64
const picture = (value: (x: number, y: number) => number) =>
  Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, i) => value(Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)))

const edges = picture((x) => (Math.floor(x / 8) % 2 === 0 ? 60 : 180))
const waves = picture((x) => 120 + 60 * Math.sin((x / SIDE) * 2 * Math.PI))

describe('what a crop is measured for', () => {
  it('finds edges sharper than a soft gradient of the same contrast', () => {
    expect(measureCrop(edges, SIDE).sharpness).toBeGreaterThan(10 * measureCrop(waves, SIDE).sharpness)
  })

  it('is as sharp at half the contrast', () => {
    const faint = edges.map((value) => 120 + (value - 120) / 2)
    expect(measureCrop(faint, SIDE).sharpness).toBeCloseTo(measureCrop(edges, SIDE).sharpness, 3)
  })

  it('gives a flat picture no sharpness, no contrast and no division by zero', () => {
    expect(measureCrop(picture(() => 0), SIDE)).toEqual({ sharpness: 0, brightness: 0, contrast: 0, clipped: 100, sideLight: 0 }) // prettier-ignore
  })

  it('tells light from one side', () => {
    expect(measureCrop(picture((x) => (x < SIDE / 2 ? 50 : 150)), SIDE).sideLight).toBeCloseTo(100, 3) // prettier-ignore
    expect(measureCrop(picture((_, y) => (y < SIDE / 2 ? 50 : 150)), SIDE).sideLight).toBeCloseTo(0, 3) // prettier-ignore
  })
})

describe('the verdict', () => {
  const good: Measures = { size: 200, sharpness: 0.2, brightness: 120, contrast: 45, clipped: 0, sideLight: 8 }

  it('passes a good sample, with a finding for each aspect', async () => {
    const limits = await readLimits(resources, 'face')
    const pose = { yaw: 2, pitch: limits.level!.pitch, roll: 3 }
    const quality = judge({ ...good, pose }, limits)
    expect(quality.passes).toBe(true)
    expect(quality.checks.map(({ aspect, words }) => [aspect, words])).toEqual([
      ['blur', 'sharp'],
      ['size', 'large enough'],
      ['pose', 'frontal'],
      ['light', expect.stringMatching(/lit$/)],
    ])
  })

  it.each([
    ['blur', { sharpness: 0 }, 'blurred'],
    ['size', { size: 5 }, 'small'],
    ['light', { brightness: 3 }, 'too dark'],
    ['light', { sideLight: 190 }, 'lit from one side'],
    ['pose', { pose: { yaw: -70, pitch: 0, roll: 0 } }, 'turned to the picture’s left'],
  ] as const)('fails %s alone and says what would pass', async (aspect, change, words) => {
    const limits = await readLimits(resources, 'face')
    const pose = { yaw: 0, pitch: limits.level!.pitch, roll: 0 }
    const quality = judge({ ...good, pose, ...change }, limits)
    const failed = quality.checks.filter(({ passes }) => !passes)
    expect(failed.map((check) => check.aspect)).toEqual([aspect])
    expect(failed[0]!.words).toContain(words)
    expect(failed[0]!.words).toMatch(/at (least|most) .* passes$/)
    expect(quality.passes).toBe(false)
  })
})
