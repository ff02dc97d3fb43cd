import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EngineApi } from '../../src-main/contract/engine-api.ts'
import { createEngine } from '../../src-main/engine/engine.ts'
import { colourPart } from '../../src-main/engine/object/colour.ts'
import { chooseBackend } from '../../src-main/engine/backends/choose.ts'
import { features } from '../../src-main/engine/features.ts'
import { efficientnetLite0 } from '../../src-main/engine/networks/efficientnet-lite0.ts'
import { embedObject, readCorrection } from '../../src-main/engine/object/embed.ts'
import { tf } from '../../src-main/engine/tf.ts'
import { foldBatchNorm, network, openModelFolder, parameters, readWeights } from '../../src-main/engine/weights.ts'
import { writeHostile } from '../fixtures/hostile.ts'
import { backends, distance, fixture, hasTensorflow, integers, people, pictures, resources } from './fixture.ts'

let folder: string
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'semblance-engine-'))))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A photo stored in each of the eight EXIF orientations, so that all show the same upright picture. */
async function orientations(path: string): Promise<Uint8Array[]> {
  const { data, info } = await sharp(readFileSync(path)).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const upright = () => sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
  // How each orientation's stored pixels come from the upright ones.
  const stored = [
    upright(),
    upright().flop(),
    upright().rotate(180),
    upright().flip(),
    upright().flop().rotate(270),
    upright().rotate(270),
    upright().flop().rotate(90),
    upright().rotate(90),
  ]
  return Promise.all(
    stored.map((one, i) =>
      one
        .withMetadata({ orientation: i + 1 })
        .png()
        .toBuffer(),
    ),
  )
}

describe.each(backends)('a look on %s', (backend) => {
  // Made when its tests run: a backend is set for the whole process.
  let engine: EngineApi
  beforeAll(() => void (engine = createEngine({ resources, backend })))
  const face = (path: string, more = {}) => engine.look({ source: { path }, profile: 'face', ...more })

  it('finds a face, its five points, a unit embedding and a thumbnail', async () => {
    const look = await face(people(1), { keep: 'crop' })
    const [found] = look.found
    const { box, points, embedding, thumbnail, score, drawn, quality } = found!
    expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= look.width && box.y + box.height <= look.height).toBe(true)
    expect(points).toHaveLength(10)
    for (let i = 0; i < 10; i += 2) {
      expect(points![i]).toBeGreaterThan(box.x - box.width * 0.2)
      expect(points![i]).toBeLessThan(box.x + box.width * 1.2)
    }
    expect(points![0]).toBeLessThan(points![2]!)
    expect(points![1]).toBeLessThan(points![7]!)
    expect(Math.hypot(...embedding)).toBeCloseTo(1, 5)
    expect(score).toBeGreaterThan(0.6)
    expect(drawn).toBe(false)
    expect(quality.checks.map(({ aspect }) => aspect)).toEqual(['blur', 'size', 'pose', 'light'])
    expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: 192, height: 192 })
  })

  it('embeds all eight EXIF orientations of a photo alike', async () => {
    for (const profile of ['face', 'object'] as const) {
      const looks = await Promise.all(
        (await orientations(people(1))).map((bytes, i) =>
          engine.look({ source: { name: `${i + 1}.png`, bytes }, profile }),
        ),
      )
      const [first] = looks
      for (const look of looks) {
        expect([look.width, look.height]).toEqual([first!.width, first!.height])
        expect(distance(look.found[0]!.embedding, first!.found[0]!.embedding)).toBeLessThan(1e-3)
      }
    }
  })

  it('finds a face again in the very same place when it is given its box', async () => {
    const { found } = await face(people(1))
    const again = await face(people(1), { box: found[0]!.box })
    expect(again.found).toHaveLength(1)
    expect(again.found[0]!.box).toEqual(found[0]!.box)
    expect(distance(again.found[0]!.embedding, found[0]!.embedding)).toBeLessThan(1e-4)
  })

  it('takes a box drawn by hand about a face for that face, and one about nothing as it is', async () => {
    const { found, width, height } = await face(people(1))
    const { box, embedding } = found[0]!
    const loose = { x: box.x - box.width * 0.2, y: box.y - box.height * 0.2, width: box.width * 1.4, height: box.height * 1.4 } // prettier-ignore
    const drawn = await face(people(1), { box: loose, drawn: true })
    expect(drawn.found[0]).toMatchObject({ drawn: true, score: 1 })
    expect(distance(drawn.found[0]!.embedding, embedding)).toBeLessThan(0.5)
    const corner = { x: width - 60, y: height - 60, width: 50, height: 50 }
    const nothing = await face(people(1), { box: corner, drawn: true })
    expect(nothing.found[0]).toMatchObject({ drawn: true, score: 1, box: corner })
    await expect(face(people(1), { box: { x: -500, y: 0, width: 100, height: 100 } })).rejects.toMatchObject({ code: 'wrong-use' }) // prettier-ignore
  })

  it('finds no face in a picture without one', async () => {
    const look = await engine.look({ source: { path: join(pictures, 'lossy.webp') }, profile: 'face' })
    expect(look.found).toEqual([])
  })

  it('keeps the crop or the original, as asked', async () => {
    const crop = (await face(people(1), { keep: 'crop' })).found[0]!.crop!
    expect(await sharp(crop).metadata()).toMatchObject({ format: 'jpeg' })
    const inCrop = await engine.look({ source: { name: 'crop.jpg', bytes: crop }, profile: 'face' })
    const { found } = await face(people(1))
    expect(distance(inCrop.found[0]!.embedding, found[0]!.embedding)).toBeLessThan(0.3)
    const { original } = await face(people(1), { keep: 'original' })
    expect(Buffer.from(original!).equals(readFileSync(people(1)))).toBe(true)
  })

  it('embeds an object as its definition does', async () => {
    const side = 224
    const bytes = await sharp(Buffer.from(integers(side)), { raw: { width: side, height: side, channels: 3 } }).png().toBuffer() // prettier-ignore
    const { found } = await engine.look({ source: { name: 'integers.png', bytes }, profile: 'object' })
    const { embedding } = fixture('object')
    expect(found[0]!.embedding).toHaveLength(embedding!.length)
    embedding!.values.forEach((value, i) => expect(found[0]!.embedding[embedding!.start + i]).toBeCloseTo(value, 4))
    expect(found[0]!.embedding.reduce((sum, value) => sum + value, 0)).toBeCloseTo(embedding!.sum, 3)
  })

  it('keeps no tensor, whatever it is shown', async () => {
    const hostile = await writeHostile(join(folder, backend))
    const round = async () => {
      for (const profile of ['face', 'object'] as const) {
        await engine.look({ source: { path: people(2) }, profile })
        await engine.look({ source: { path: hostile.text }, profile }).catch(() => {})
        await engine.look({ source: { path: hostile.truncated }, profile }).catch(() => {})
      }
    }
    await round()
    const before = tf.memory().numTensors
    await round()
    await round()
    expect(tf.memory().numTensors).toBe(before)
  })
})

it.skipIf(!hasTensorflow)('TensorFlow and WebAssembly embed alike', async () => {
  const looks = []
  for (const backend of backends) {
    const engine = createEngine({ resources, backend })
    looks.push(await engine.look({ source: { path: people(3) }, profile: 'face' }))
  }
  const [one, other] = looks
  expect(other!.found.length).toBe(one!.found.length)
  one!.found.forEach(({ embedding }, i) => expect(distance(embedding, other!.found[i]!.embedding)).toBeLessThan(1e-2))
})

it('each step of the object embedding equals its fixture', async () => {
  await chooseBackend(resources, 'wasm')
  const models = await openModelFolder(resources, 'object')
  const manifest = network(models, 'efficientnet-lite0')
  const weights = foldBatchNorm(await readWeights(models, 'efficientnet-lite0'), manifest.batchNormEpsilon ?? 0)
  const correction = await readCorrection(models)
  const run = features(efficientnetLite0, parameters(weights), manifest)
  const { embedding } = fixture('object')
  const found = embedObject(integers(224), 224, run, correction)
  embedding!.values.forEach((value, i) => expect(found[embedding!.start + i]).toBeCloseTo(value, 5))
  const grey = colourPart(new Uint8Array(224 * 224 * 3), 224, correction.colour)
  expect(Math.hypot(...grey)).toBeCloseTo(1, 5)
})
