import { mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { describeFolder } from '../../../src-main/app/models/model-folder.ts'
import { MANIFEST } from '../../../src-main/contract/model-file.ts'
import { writeHead } from '../../../src-main/engine/heads/head-file.ts'
import type { HeadModel } from '../../../src-main/engine/heads/head.ts'
import { loadLearned } from '../../../src-main/engine/learned/load.ts'
import { openLearned } from '../../../src-main/engine/learned/models.ts'
import { thresholds } from '../../app/models/fixture.ts'

const F = 24
const D = 8

function head(change: Partial<HeadModel> = {}): HeadModel {
  return {
    profile: 'object',
    base: 'shipped',
    parts: [{ mean: new Float32Array(F), share: 1 }],
    dimensions: D,
    weights: Float32Array.from({ length: F * D }, (_, i) => Math.sin(i * i)),
    ...change,
  }
}

/** A folder of models with one in it. */
async function modelOf(model: HeadModel) {
  const models = mkdtempSync(join(tmpdir(), 'semblance-models-'))
  onTestFinished(() => rmSync(models, { recursive: true, force: true }))
  const making = join(models, 'making')
  writeHead(making, model)
  const { profile, base, dimensions } = model
  const facts = { profile, kind: 'head' as const, base, dimensions, calibration: thresholds() }
  const { id } = await describeFolder(making, facts)
  const place = join(models, id)
  renameSync(making, place)
  return { models, id, place }
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => 'none',
    (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
  )

describe('a learned model', () => {
  it('is what its manifest names, and embeds', async () => {
    const { models, id } = await modelOf(head())
    const model = await loadLearned(models, id)
    expect(model.fact).toMatchObject({ id, profile: 'object', dimensions: D, parameters: F * D })
    const embedding = model.apply(Float32Array.from({ length: F }, (_, i) => i))
    expect(Math.hypot(...embedding)).toBeCloseTo(1, 6)
    expect(() => model.apply(new Float32Array(F + 1))).toThrow('another length')
  })

  const harm: Record<string, (place: string) => void> = {
    'a flipped bit of the weights': (place) => {
      const bytes = readFileSync(join(place, 'head.bin'))
      bytes[100]! ^= 1
      writeFileSync(join(place, 'head.bin'), bytes)
    },
    'weights that end early': (place) => truncateSync(join(place, 'head.bin'), 12),
    'a missing file': (place) => rmSync(join(place, 'head.json')),
    'a missing manifest': (place) => rmSync(join(place, MANIFEST)),
    'a manifest of another hash': (place) => {
      const text = readFileSync(join(place, MANIFEST), 'utf8')
      writeFileSync(join(place, MANIFEST), `${text} `)
    },
    'a manifest that is none': (place) => writeFileSync(join(place, MANIFEST), '{"format":"semblance-model/2"}'),
  }
  for (const [what, act] of Object.entries(harm))
    it(`is refused with ${what}`, async () => {
      const { models, id, place } = await modelOf(head())
      act(place)
      expect(await failure(loadLearned(models, id))).toContain('model-missing')
    })

  it.each([
    ['infinite weights', { weights: new Float32Array(F * D).fill(Infinity) }],
    ['weights that are no numbers', { weights: new Float32Array(F * D).fill(NaN) }],
    ['weights of zero', { weights: new Float32Array(F * D) }],
    ['one answer to everything', { weights: Float32Array.from({ length: F * D }, (_, i) => Number(i % D === 0)) }],
    ['prototypes in the clear', { prototypes: { identities: ['a'], vectors: new Float32Array(D) } }],
  ])('is refused when it has %s', async (_what, change) => {
    const { models, id } = await modelOf(head(change))
    expect(await failure(loadLearned(models, id))).toContain('model-missing')
  })

  it.each(['../../etc', 'a/b', 'a\\b', '.', '', `object-head-${'0'.repeat(16)}`])(
    'is not looked for outside its folder: %s',
    async (id) => {
      const { models } = await modelOf(head())
      expect(await failure(loadLearned(models, id))).toContain('model-missing')
    },
  )

  it('is read once, and again after it could not be read', async () => {
    const { models, id, place } = await modelOf(head())
    const learned = openLearned(models)
    const before = readFileSync(join(place, 'head.bin'))
    writeFileSync(join(place, 'head.bin'), 'x')
    expect(await failure(learned(id))).toContain('model-missing')
    writeFileSync(join(place, 'head.bin'), before)
    const model = await learned(id)
    rmSync(place, { recursive: true })
    expect(await learned(id)).toBe(model)
    expect(() => openLearned(undefined)(id)).toThrow('without a folder')
  })
})
