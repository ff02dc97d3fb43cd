import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeFolder } from '../../../src-main/app/models/model-folder.ts'
import { resourcesFolder } from '../../../src-main/core/places.ts'
import type { EngineApi } from '../../../src-main/contract/engine-api.ts'
import type { Backbone } from '../../../src-main/engine/backbone.ts'
import { openBackbone } from '../../../src-main/engine/backbones.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { createEngine } from '../../../src-main/engine/engine.ts'
import { cutBackbone, parametersOf } from '../../../src-main/engine/fine-tuning/cut.ts'
import { featuresOf } from '../../../src-main/engine/fine-tuning/features.ts'
import { createLooks } from '../../../src-main/engine/fine-tuning/looks.ts'
import { featuresUnder } from '../../../src-main/engine/fine-tuning/tune-backbone.ts'
import { readTuned, writeTuned, type Tuned } from '../../../src-main/engine/fine-tuning/tuned-file.ts'
import { applyHead, type HeadModel } from '../../../src-main/engine/heads/head.ts'
import { writeHead } from '../../../src-main/engine/heads/head-file.ts'
import { row } from '../../../src-main/engine/heads/matrix.ts'
import { tunedFeatures } from '../../../src-main/engine/learned/tuned.ts'
import type { LoadedProfile } from '../../../src-main/engine/model.ts'
import { loadObjectProfile } from '../../../src-main/engine/object/profile.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import type { Weight } from '../../../src-main/engine/weights.ts'
import { thresholds } from '../../app/models/fixture.ts'
import { temporaryFolder, type Clean } from '../../core/fixture.ts'
import { crop, crops } from '../fine-tuning/fixture.ts'

const SIDE = 224
const F = [1280, 144] as const
const D = 32
const THINGS = 2
const all = crops(SIDE, THINGS, 1)
const close = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

const steps: (() => void | Promise<void>)[] = []
const later: Clean = (step) => void steps.push(step)
afterAll(() => Promise.all(steps.reverse().map((step) => step())))

/** Weights whose last block differs a little from the shipped one. */
function changed(backbone: Backbone): Tuned {
  const random = createRandom(3)
  const weights = ['head/kernel', 'head/bias'].map((path): [string, Weight] => {
    const { shape, values } = backbone.weights.get(path)!
    return [path, { shape, values: values.map((value) => value + 0.02 * random.normal()) }]
  })
  return { network: backbone.name, parent: backbone.sha256, weights: new Map(weights) }
}

/** A model with such weights, in a folder of models. */
async function made(engine: EngineApi) {
  const backbone = await openBackbone(resourcesFolder, 'object')
  const random = createRandom(4)
  const tuned = changed(backbone)
  const base = (await engine.state()).models.find(({ profile }) => profile === 'object')!.id
  const head: HeadModel = {
    ...{ profile: 'object', base, dimensions: D },
    parts: [
      { mean: new Float32Array(F[0]).fill(0.1), share: 0.75 },
      { mean: new Float32Array(F[1]), share: 0.25 },
    ],
    weights: Float32Array.from({ length: (F[0] + F[1]) * D }, () => random.normal()),
  }
  const models = temporaryFolder(later)
  const making = join(models, 'making')
  mkdirSync(making)
  writeHead(making, head)
  writeTuned(making, tuned)
  const facts = { profile: 'object', kind: 'fine-tuned', base, dimensions: D, calibration: thresholds() } as const
  const { id } = await describeFolder(making, facts)
  renameSync(making, join(models, id))
  return { models, id, head, tuned, backbone }
}

const picture = (look: number) =>
  sharp(crop(SIDE, look, 0), { raw: { width: SIDE, height: SIDE, channels: 3 } })
    .png()
    .toBuffer()

describe('a fine-tuned model', { timeout: 60_000 }, () => {
  const seen: Float32Array[] = []
  for (const backend of ['tfjs-node', 'wasm'])
    it(`embeds on ${backend} as the process that made it does`, async () => {
      const plain = createEngine({ resources: resourcesFolder, backend })
      const { models, id, head, tuned, backbone } = await made(plain)
      const engine = createEngine({ resources: resourcesFolder, backend, models })
      expect(await engine.model(id)).toMatchObject({ id, profile: 'object', dimensions: D })
      const cut = cutBackbone(backbone, 1)
      const tensors = new Map(
        [...tuned.weights].map(([path, { shape, values }]) => [path, tf.tensor(values, [...shape])]),
      )
      const { photos } = featuresOf(cut, createLooks(backbone, cut, all, 1), parametersOf(tensors))
      const again = featuresUnder(backbone, tuned, all, 1)
      cut.dispose()
      tf.dispose([...tensors.values()])
      for (let thing = 0; thing < THINGS; thing++) {
        const bytes = await picture(thing)
        const source = { name: 'thing.png', bytes }
        const own = applyHead(head, row(photos, thing))
        const look = await engine.look({ source, profile: 'object', model: id })
        expect(look.model).toBe(id)
        const { embedding } = look.found[0]!
        expect(close(embedding, own)).toBeLessThan(1e-5)
        expect(close(embedding, applyHead(head, row(again.photos, thing)))).toBeLessThan(1e-5)
        const shipped = await engine.features({ source, profile: 'object', views: 0, seed: 1 })
        expect(close(embedding, applyHead(head, shipped.found[0]!.features))).toBeGreaterThan(1e-2)
        const other = seen[thing]
        if (other) expect(close(embedding, other)).toBeLessThan(1e-4)
        seen[thing] = embedding
      }
    })

  let profile: LoadedProfile
  let tuned: Tuned
  beforeAll(async () => {
    await chooseBackend(resourcesFolder, 'tfjs-node')
    profile = await loadObjectProfile(resourcesFolder)
    tuned = changed(await openBackbone(resourcesFolder, 'object'))
  })
  const oneWeight = (path: string, length: number, value: number): Pick<Tuned, 'weights'> => ({
    weights: new Map([[path, { shape: [length], values: new Float32Array(length).fill(value) }]]),
  })
  const harm: Record<string, () => Partial<Tuned>> = {
    'other weights as its parent': () => ({ parent: '0'.repeat(64) }),
    'a weight that the network has none of': () => oneWeight('tail/kernel', 1, 0),
    'weights of another shape': () => oneWeight('head/bias', 2, 0),
    'weights that are no numbers': () => oneWeight('head/bias', 1280, NaN),
    'weights that drown every picture': () => oneWeight('head/bias', 1280, 1e6),
  }
  for (const [what, change] of Object.entries(harm))
    it(`is refused with ${what}`, async () => {
      const folder = temporaryFolder(later)
      writeTuned(folder, { ...tuned, ...change() })
      const serve = async () => tunedFeatures('a-model', await readTuned(folder), profile)
      await expect(serve()).rejects.toMatchObject({ code: 'model-missing' })
    })

  it('gives its memory back, and so does one that is refused', () => {
    const before = tf.memory().numTensors
    tunedFeatures('a-model', tuned, profile).dispose()
    expect(() => tunedFeatures('a-model', { ...tuned, ...oneWeight('head/bias', 1280, 1e6) }, profile)).toThrow('same')
    expect(tf.memory().numTensors).toBe(before)
  })

  it('is refused with weights that end early', async () => {
    const folder = temporaryFolder(later)
    writeTuned(folder, tuned)
    const path = join(folder, 'tuned.bin')
    writeFileSync(path, readFileSync(path).subarray(0, 100))
    await expect(readTuned(folder)).rejects.toMatchObject({ code: 'model-missing' })
  })
})
