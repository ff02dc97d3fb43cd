import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../../src-main/contract/errors.ts'
import { decodePicture, region } from '../../../src-main/engine/picture/decode.ts'
import { isHeic } from '../../../src-main/engine/picture/heic.ts'
import { keptCrop, render, thumbnail } from '../../../src-main/engine/picture/render.ts'
import { writeHostile, type HostileFiles } from '../../fixtures/hostile.ts'
import { pictures } from '../fixture.ts'

let folder: string
let hostile: HostileFiles
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'semblance-decode-'))
  hostile = await writeHostile(join(folder, 'hostile'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('every kind of picture', () => {
  it.each(readdirSync(pictures))('%s becomes 8-bit sRGB with three channels', async (name) => {
    const { pixels, width, height, damaged, sha256 } = await decodePicture({ path: join(pictures, name) }, true)
    expect([pixels.width, pixels.height]).toEqual([width, height])
    expect(pixels.data).toHaveLength(width * height * 3)
    expect(damaged).toBe(false)
    expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('lies upright whichever way it was stored', async () => {
    const stored = [1, 2, 3, 4, 5, 6, 7, 8].map((k) => join(pictures, `orientation-${k}.jpg`))
    const upright = await Promise.all(stored.map((path) => decodePicture({ path }, true)))
    const first = upright[0]!.pixels.data
    for (const { pixels } of upright) {
      expect([pixels.width, pixels.height]).toEqual([320, 240])
      const off = pixels.data.reduce((sum, value, i) => sum + Math.abs(value - first[i]!), 0) / first.length
      expect(off).toBeLessThan(2)
    }
  })

  it('shows white where it is transparent', async () => {
    const clear = { width: 4, height: 4, channels: 4 as const, background: { r: 0, g: 0, b: 0, alpha: 0 } }
    const bytes = await sharp({ create: clear }).png().toBuffer()
    const { pixels } = await decodePicture({ name: 'clear.png', bytes }, true)
    expect(new Set(pixels.data)).toEqual(new Set([255]))
  })

  it('goes by its content, not by its name', async () => {
    const bytes = readFileSync(join(pictures, 'lossy.webp'))
    expect(await decodePicture({ name: 'wrong.jpg', bytes }, true)).toMatchObject({ width: 160, height: 120 })
  })
})

describe('a large picture', () => {
  it('is reduced by a power of two and decoded in full where that is asked for', async () => {
    const create = { width: 5000, height: 3000, channels: 3 as const, background: '#336699' }
    const bytes = await sharp({ create }).jpeg().toBuffer()
    const picture = await decodePicture({ name: 'large.jpg', bytes }, true)
    expect(picture).toMatchObject({ width: 5000, height: 3000, scale: 0.25, pixels: { width: 1250, height: 750 } })
    const part = await region(picture, { x: 4900, y: 100, width: 400, height: 50 })
    expect(part).toMatchObject({ x: 4900, y: 100, pixels: { width: 100, height: 50 } })
  })
})

describe('a file that is no picture is refused by name', () => {
  const codes = { text: 'bad-picture', bomb: 'picture-too-large', hugeRgba: 'picture-too-large', vector: 'bad-picture', empty: 'bad-picture', truncated: 'damaged-picture' } as const // prettier-ignore
  it.each(Object.entries(codes))('%s: %s', async (kind, code) => {
    const path = hostile[kind as keyof typeof codes]
    const name = path.split('/').at(-1)!
    const refusal = await decodePicture({ path }, true).then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(refusal).toMatchObject({ code, message: expect.stringContaining(name) })
    expect((refusal as Error).message).not.toContain(folder)
  })

  it('a truncated picture is read as far as it goes where that is enough', async () => {
    const picture = await decodePicture({ path: hostile.truncated }, false)
    expect(picture.damaged).toBe(true)
    expect(picture.pixels.data.length).toBe(picture.width * picture.height * 3)
  })

  it('only the first frame of many is read', async () => {
    const { pixels, width, height } = await decodePicture({ path: hostile.manyFrames }, true)
    expect([pixels.width, pixels.height]).toEqual([width, height])
  })

  it('a named pipe is not waited for', async ({ skip }) => {
    skip(hostile.fifo === null, 'this system makes no named pipes')
    await expect(decodePicture({ path: hostile.fifo! }, true)).rejects.toMatchObject({ code: 'not-a-file' })
  })

  it('neither a folder, a missing file nor a link to a device is read', async () => {
    const folderPath = join(folder, 'a-folder.jpg')
    mkdirSync(folderPath)
    const device = join(folder, 'device.jpg')
    symlinkSync('/dev/zero', device)
    await expect(decodePicture({ path: folderPath }, true)).rejects.toMatchObject({ code: 'not-a-file' })
    await expect(decodePicture({ path: device }, true)).rejects.toMatchObject({ code: 'not-a-file' })
    await expect(decodePicture({ path: join(folder, 'none.jpg') }, true)).rejects.toMatchObject({ code: 'not-found' })
  })

  it('a file that may not be read says so', async ({ skip }) => {
    skip(process.getuid?.() === 0 || process.platform === 'win32', 'the superuser may read everything')
    const path = join(folder, 'closed.jpg')
    writeFileSync(path, 'x', { mode: 0 })
    await expect(decodePicture({ path }, true)).rejects.toMatchObject({ code: 'no-permission' })
  })

  it('a file past 200 MB is not read into memory', async () => {
    const path = join(folder, 'sparse.jpg')
    writeFileSync(path, '')
    truncateSync(path, 300e6)
    await expect(decodePicture({ path }, true)).rejects.toMatchObject({ code: 'picture-too-large' })
  })

  it('a HEIC file without a picture inside says what helps', async () => {
    const bytes = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0heicmif1', 'latin1')])
    expect(isHeic(bytes)).toBe(true)
    await expect(decodePicture({ name: 'a.heic', bytes }, true)).rejects.toMatchObject({
      code: 'bad-picture',
      message: expect.stringContaining('a.heic'),
    })
  })

  it('AVIF, which shares its container with HEIC, is left to sharp', () => {
    expect(isHeic(readFileSync(join(pictures, 'still.avif')))).toBe(false)
  })
})

it('what is written carries no metadata', async () => {
  const withPlace = await sharp(readFileSync(join(pictures, 'orientation-6.jpg')))
    .withExif({ IFD0: { Copyright: 'a place' }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
    .jpeg()
    .toBuffer()
  const picture = await decodePicture({ name: 'place.jpg', bytes: withPlace }, true)
  const box = { x: 20, y: 20, width: 100, height: 80 }
  const made = [
    await thumbnail(picture.pixels, box, 1.5),
    await keptCrop(picture, box, 2),
    (await render(picture, undefined, 128)).bytes,
    (await render(picture, box, 64)).bytes,
  ]
  const facts = await Promise.all(made.map((bytes) => sharp(bytes).metadata()))
  for (const { exif, icc, xmp, iptc } of facts) expect([exif, icc, xmp, iptc]).toEqual(Array(4).fill(undefined))
  expect(facts.map(({ format, width, height }) => [format, width, height])).toEqual([
    ['webp', 192, 192],
    ['jpeg', 170, 140],
    ['webp', 128, 96],
    ['webp', 64, 51],
  ])
})

it('damaged bytes give pixels or a typed error, never anything else', async () => {
  // A small generator of its own, so that a failure comes back with the same bytes.
  let state = 7
  const random = (below: number) => (state = (Math.imul(1664525, state) + 1013904223) >>> 0) % below
  for (const name of readdirSync(pictures)) {
    const original = readFileSync(join(pictures, name))
    for (let round = 0; round < 12; round++) {
      const bytes = Buffer.from(original.subarray(0, round % 3 === 0 ? 1 + random(original.length) : original.length))
      // The first bytes hold the header, where a changed number does most.
      for (let flips = 0; flips < 1 + round; flips++)
        bytes[random(round % 2 === 0 ? Math.min(64, bytes.length) : bytes.length)] = random(256)
      await decodePicture({ name, bytes }, round % 2 === 0).then(
        ({ pixels }) => expect(pixels.data.length).toBe(pixels.width * pixels.height * 3),
        (error: unknown) => {
          expect(error).toBeInstanceOf(AppError)
          expect((error as AppError).code).toMatch(/^(bad-picture|damaged-picture|picture-too-large)$/)
          expect((error as AppError).message).toContain(name)
        },
      )
    }
  }
})
