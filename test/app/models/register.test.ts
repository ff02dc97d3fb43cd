import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { calibrateLearned } from '../../../src-main/app/models/calibrate-learned.ts'
import { folderOf, sweepModels } from '../../../src-main/app/models/model-folder.ts'
import { registerChallenger, type Challenger } from '../../../src-main/app/models/register.ts'
import type { Parts } from '../../../src-main/app/parts.ts'
import { AppError } from '../../../src-main/contract/errors.ts'
import { enrol, newGallery, temporaryFolder, unitVector } from '../../db/fixture.ts'
import { comparison, thresholds } from './fixture.ts'

function setUp(loads = true) {
  const gallery = newGallery()
  const dataFolder = temporaryFolder()
  const events: string[] = []
  const engine = {
    model: async () => {
      if (!loads) throw new AppError('model-missing', 'It cannot be used.')
    },
  }
  const parts = { gallery, engine, dataFolder, emit: ({ type }: { type: string }) => events.push(type) }
  const files = () => {
    const folder = join(dataFolder, 'runs', 'r', 'model')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'head.bin'), 'weights')
    writeFileSync(join(folder, 'head.json'), '{}')
    return folder
  }
  const challenger = (change: Partial<Challenger> = {}): Challenger => ({
    ...{
      profile: 'face',
      kind: 'head',
      files: files(),
      base: 'shipped',
      dimensions: 16,
      calibration: thresholds('face'),
    },
    ...{ trainedOn: [], run: 'a'.repeat(32), comparison: comparison('better') },
    ...change,
  })
  return {
    gallery,
    dataFolder,
    events,
    challenger,
    register: (one: Challenger) => registerChallenger(parts as unknown as Parts, one),
  }
}

describe('a finished run', () => {
  it('becomes a challenger: its files move into models/, its facts into the gallery, and it is not live', async () => {
    const { gallery, dataFolder, events, challenger, register } = setUp()
    const ada = enrol(gallery, { name: 'Ada' })
    const prototype = { identityId: ada.identity.id, vector: unitVector(3), samples: [ada.sample.id] }
    const given = challenger({
      trainedOn: [ada.identity.id],
      prototypes: [prototype],
      parent: 'shipped',
      recipe: 'propagate',
    })
    const made = await register(given)
    expect(made).toMatchObject({
      ...{ title: 'face-1', state: 'challenger', verdict: 'better', parent: 'shipped', recipe: 'propagate' },
      trainedOn: [{ id: ada.identity.id, name: 'Ada' }],
      comparison: { challenger: { model: made.id } },
    })
    expect(existsSync(given.files)).toBe(false)
    expect(existsSync(join(folderOf(dataFolder, made.id), 'head.bin'))).toBe(true)
    expect(gallery.prototypes({ id: made.id, dimensions: 16 })).toEqual([prototype])
    expect(gallery.live('face')).toBeUndefined()
    expect(gallery.thresholdsOf(made.id)).toMatchObject({ profile: 'face', model: made.id })
    expect(events).toEqual(['models-changed'])
    expect((await register({ ...challenger(), base: 'shipped 2' })).title).toBe('face-2')
  })

  it('drops the prototype of an identity that lost a sample while the run went on', async () => {
    const { gallery, challenger, register } = setUp()
    const [ada, bob, eve] = ['Ada', 'Bob', 'Eve'].map((name) => enrol(gallery, { name }))
    const prototypes = [ada!, bob!, eve!].map(({ identity, sample }, i) => ({
      ...{ identityId: identity.id, vector: unitVector(i), samples: [sample.id] },
    }))
    gallery.deleteIdentity(ada!.identity.id)
    gallery.emptyDeleted()
    gallery.deleteSample(bob!.sample.id)
    const trainedOn = prototypes.map(({ identityId }) => identityId)
    const { id } = await register(challenger({ prototypes, trainedOn }))
    expect(gallery.prototypes({ id, dimensions: 16 })).toEqual([prototypes[2]])
  })

  it('ends in the same state when it is told of twice, or again after its files had moved', async () => {
    const { gallery, dataFolder, challenger, register } = setUp()
    const first = await register(challenger())
    expect(await register(challenger())).toEqual(first)
    const { files, ...rest } = challenger()
    const gone = { files: `${files}-gone`, ...rest }
    expect(await register(gone)).toEqual(first)
    expect(gallery.learned()).toHaveLength(1)
    sweepModels(dataFolder, gallery.isDiscarded)
    expect(existsSync(folderOf(dataFolder, first.id))).toBe(true)
  })

  it('leaves nothing when the engine cannot load it, or a prototype is none', async () => {
    const { gallery, dataFolder, challenger, register } = setUp(false)
    await expect(register(challenger())).rejects.toThrow('It cannot be used.')
    const other = setUp()
    const ada = enrol(other.gallery, { name: 'Ada' })
    const vector = new Float32Array(16)
    const prototypes = [{ identityId: ada.identity.id, vector, samples: [ada.sample.id] }]
    await expect(other.register(other.challenger({ prototypes }))).rejects.toThrow('unit vector')
    for (const [kept, folder] of [
      [gallery, dataFolder],
      [other.gallery, other.dataFolder],
    ] as const) {
      expect(kept.learned()).toEqual([])
      expect(readdirSync(join(folder, 'models'))).toEqual([])
    }
  })

  it('loses at the next start what an ended process left half made or discarded, and nothing that is merely unknown', async () => {
    const { gallery, dataFolder, challenger, register } = setUp()
    const { id } = await register(challenger())
    const discarded = await register(challenger({ base: 'shipped 2' }))
    gallery.discardModel(discarded.id)
    for (const name of ['0123.part', 'face-head-0000000000000000']) mkdirSync(folderOf(dataFolder, name))
    sweepModels(dataFolder, gallery.isDiscarded)
    const there = [id, discarded.id, '0123.part', 'face-head-0000000000000000']
    expect(there.map((name) => existsSync(folderOf(dataFolder, name)))).toEqual([true, false, false, true])
  })
})

describe('thresholds of a learned model', () => {
  const source = { data: 'views', identities: 10, pictures: 100, command: 'a test' }
  const spread = (count: number, from: number, to: number) =>
    Float32Array.from({ length: count }, (_, i) => from + ((to - from) * (i + 0.5)) / count)

  it('keep the rates of the profile on what was held out', () => {
    const made = calibrateLearned('face', spread(2000, 0.2, 1.1), spread(20_000, 0.9, 1.5), source)
    const { same, known, different } = made.thresholds
    expect(made.rates.same.fmr).toBeLessThanOrEqual(0.001)
    expect(made.rates.different.fnmr).toBeLessThanOrEqual(0.01)
    expect([same <= known, known <= different]).toEqual([true, true])
    // Of strangers to a gallery of 20, one in twenty is named: 1 − (1 − FMR)^20.
    const named = 1 - (1 - made.rates.known.fmr) ** 20
    expect(named).toBeGreaterThan(0.035)
    expect(named).toBeLessThan(0.06)
    expect(made).toMatchObject({ genuinePairs: 2000, impostorPairs: 20_000, source })
    expect(calibrateLearned('face', spread(2000, 0.2, 1.1), spread(20_000, 0.9, 1.5), source)).toEqual(made)
  })

  it('are refused where nothing tells the same from others, or nothing was measured', () => {
    expect(() => calibrateLearned('face', new Float32Array(0), new Float32Array(0), source)).toThrow()
    expect(() => calibrateLearned('face', new Float32Array(100), new Float32Array(100), source)).toThrow('band')
  })
})
