import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writeHostile } from '../fixtures/hostile.ts'

const SAMPLES = resolve(import.meta.dirname, '../../resources/samples')
const PICTURES = resolve(import.meta.dirname, '../fixtures/pictures')
const Picture = { file: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }
const Manifest = z.object({
  enrol: z.array(z.object({ name: z.string(), ...Picture })),
  probes: z.array(z.object({ ...Picture, shows: z.string().nullable() })),
  verify: z.array(z.object({ left: z.string(), right: z.string(), same: z.boolean() })),
})
const manifest = Manifest.parse(JSON.parse(readFileSync(join(SAMPLES, 'manifest.json'), 'utf8')))
const listed = [...manifest.enrol, ...manifest.probes]

describe('the sample set', () => {
  it('lists exactly the pictures that are there, each with its hash', () => {
    const present = ['enrol', 'probe'].flatMap((folder) =>
      readdirSync(join(SAMPLES, folder)).map((file) => `${folder}/${file}`),
    )
    expect(listed.map(({ file }) => file).sort()).toEqual(present.sort())
    for (const { file, sha256 } of listed) {
      expect(
        createHash('sha256')
          .update(readFileSync(join(SAMPLES, file)))
          .digest('hex'),
        file,
      ).toBe(sha256)
    }
  })

  it('has small pictures of one size without metadata', async () => {
    const sizes = listed.map(({ file }) => readFileSync(join(SAMPLES, file)).length)
    expect(Math.max(...sizes)).toBeLessThan(120_000)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(6_000_000)
    for (const { file } of listed) {
      const { format, width, height, exif } = await sharp(join(SAMPLES, file)).metadata()
      expect({ format, width, height, exif }, file).toEqual({
        format: 'jpeg',
        width: 800,
        height: 600,
        exif: undefined,
      })
    }
  })

  it('shows every enrolled thing in three probes, has strangers, and names only its own files', () => {
    const names = manifest.enrol.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names)
      expect(manifest.probes.filter(({ shows }) => shows === name).length, name).toBeGreaterThanOrEqual(3)
    for (const { shows } of manifest.probes) if (shows !== null) expect(names).toContain(shows)
    expect(manifest.probes.some(({ shows }) => shows === null)).toBe(true)
    const shown = new Map([
      ...manifest.enrol.map(({ file, name }) => [file, name] as const),
      ...manifest.probes.map(({ file, shows }) => [file, shows] as const),
    ])
    for (const { left, right, same } of manifest.verify)
      expect(shown.get(left) === shown.get(right), `${left} ${right}`).toBe(same)
  })
})

describe('the fixtures', () => {
  it('are eight turns of one upright picture', async () => {
    const upright = (turn: number) =>
      sharp(join(PICTURES, `orientation-${turn}.jpg`))
        .autoOrient()
        .raw()
        .toBuffer({ resolveWithObject: true })
    const first = await upright(1)
    for (let turn = 1; turn <= 8; turn++) {
      expect((await sharp(join(PICTURES, `orientation-${turn}.jpg`)).metadata()).orientation).toBe(turn)
      const { data, info } = await upright(turn)
      expect([info.width, info.height]).toEqual([first.info.width, first.info.height])
      const gap = data.reduce((sum, value, i) => sum + Math.abs(value - (first.data[i] ?? 0)), 0) / data.length
      expect(gap, `orientation ${turn}`).toBeLessThan(0.5)
    }
  })

  it('are the pixel formats that they are named for', async () => {
    const kind = async (file: string) => {
      const { format, space, channels, depth, pages } = await sharp(join(PICTURES, file)).metadata()
      return [format, space, channels, depth, pages ?? 1].join(' ')
    }
    expect(await kind('cmyk.jpg')).toBe('jpeg cmyk 4 uchar 1')
    expect(await kind('sixteen-bit.png')).toBe('png rgb16 3 ushort 1')
    expect(await kind('grey-alpha.png')).toBe('png b-w 2 uchar 1')
    expect(await kind('animated.gif')).toMatch(/^gif srgb \d uchar 3$/)
    expect(await kind('still.avif')).toMatch(/^heif srgb 3 uchar/)
  })

  it('include hostile files that are what they claim', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostile-'))
    try {
      const files = await writeHostile(folder)
      const header = (path: string) => sharp(readFileSync(path), { limitInputPixels: false, animated: true }).metadata()
      expect(await header(files.bomb)).toMatchObject({ format: 'png', width: 60_000, height: 60_000 })
      expect(await header(files.hugeRgba)).toMatchObject({ width: 16_383, height: 16_383, channels: 4 })
      expect(await header(files.manyFrames)).toMatchObject({ pages: 2_000 })
      await expect(header(files.text)).rejects.toThrow()
      await expect(sharp(readFileSync(files.truncated), { failOn: 'truncated' }).raw().toBuffer()).rejects.toThrow()
      expect((await stat(files.bomb)).size).toBeLessThan(1_000_000)
      if (files.fifo) expect((await stat(files.fifo)).isFIFO()).toBe(true)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
