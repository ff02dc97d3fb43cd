import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Prototype } from '../../../db/gallery.ts'
import { openGalleryFile, type Gallery } from '../../../db/gallery.ts'
import {
  describeFolder,
  folderOf,
  modelsFolder,
  moveIn,
  type ModelFolder,
} from '../../../src-main/app/models/model-folder.ts'
import type { Comparison, Profile } from '../../../src-main/contract/types.ts'
import { findKey } from '../../../src-main/core/key.ts'
import { testCore, temporaryFolder, fakePicture, type TestCore } from '../../core/fixture.ts'
import { calibration } from '../fixture.ts'

export const THRESHOLDS = { same: 0.3, known: 0.5, different: 0.7 }

export function thresholds(profile: Profile = 'object') {
  const { thresholds, rates, genuine, impostor, genuinePairs, impostorPairs, source } = calibration(
    profile,
    '',
    THRESHOLDS,
  )
  return { thresholds, rates, genuine, impostor, genuinePairs, impostorPairs, source }
}

/** Files that the engine without networks takes for a model's, in their place. */
export async function modelFiles(dataFolder: string, content = randomBytes(32).toString('hex')): Promise<ModelFolder> {
  const making = join(modelsFolder(dataFolder), `${randomBytes(8).toString('hex')}.part`)
  mkdirSync(making, { recursive: true })
  writeFileSync(join(making, 'head.bin'), content)
  const facts = { profile: 'object' as const, kind: 'head' as const, base: 'fake-object', dimensions: 16 }
  const folder = await describeFolder(making, { ...facts, calibration: thresholds() })
  moveIn(dataFolder, making, folder)
  return folder
}

const rate = { value: 0.1, low: 0.05, high: 0.2, errors: 1, trials: 10 }

export function comparison(verdict: Comparison['verdict'], change: Partial<Comparison> = {}): Comparison {
  const side = { model: '', error: rate, eer: rate, msPerPicture: 1 }
  return {
    champion: { ...side, model: 'fake-object' },
    challenger: side,
    difference: { value: -0.1, low: -0.2, high: -0.05, p: 0.01, test: 'a test' },
    evidence: { kind: 'gate', strength: 'weak', words: 'a test' },
    changes: [],
    worse: [],
    verdict,
    reason: `It is ${verdict}.`,
    ...change,
  }
}

export interface Given {
  readonly verdict?: Comparison['verdict']
  readonly title?: string
  readonly prototypes?: readonly Prototype[]
  readonly trainedOn?: readonly string[]
  readonly change?: Partial<Comparison>
}

/** Puts a model into a gallery without a run. @returns its id */
export async function putModel(gallery: Gallery, dataFolder: string, given: Given = {}): Promise<string> {
  const { id, bytes, sha256 } = await modelFiles(dataFolder)
  const { verdict = 'better', title = `object-${id.slice(-4)}`, prototypes = [], trainedOn = [], change } = given
  gallery.registerModel({
    ...{ id, profile: 'object', kind: 'head', dimensions: 16, trainedOn, prototypes },
    facts: {
      title,
      comparison: comparison(verdict, change),
      calibration: { ...thresholds(), profile: 'object', model: id },
      bytes,
      sha256,
    },
  })
  return id
}

export function openWith<T>(dataFolder: string, use: (gallery: Gallery) => T): T {
  const file = openGalleryFile(join(dataFolder, 'gallery.db'))
  const gallery = file.open(findKey(dataFolder, file, 'file').key)
  const done = () => gallery.close()
  const result = use(gallery)
  if (result instanceof Promise) return result.finally(done) as T
  done()
  return result
}

export interface World extends TestCore {
  readonly pictures: string
  /** Enrols a new picture. */
  add(name: string, begin?: string): Promise<{ path: string; identity: string; sample: string }>
  who(
    path: string,
  ): Promise<{ model: string; verdict: string; candidates: readonly { name: string; distance: number }[] }>
}

/** A core on this data folder with somebody enrolled. */
export async function world(dataFolder = temporaryFolder(onTestFinished), resources?: string): Promise<World> {
  const core = await testCore(onTestFinished, { dataFolder, ...(resources !== undefined && { resources }) })
  const pictures = temporaryFolder(onTestFinished)
  return {
    ...core,
    pictures,
    async add(name, begin) {
      const path = fakePicture(pictures, begin)
      const picture = await core.adopt(path)
      const { identity, sample } = await core.api.enrol({ picture, profile: 'object', to: { name } })
      return { path, identity: identity.id, sample: sample.id }
    },
    async who(path) {
      const { model, found } = await core.api.identify({ picture: await core.adopt(path), profile: 'object' })
      const [first] = found
      return { model, verdict: first!.verdict, candidates: first!.candidates }
    },
  }
}

/** Closes a core, so that a test may open its gallery, and opens it again. */
export async function between(one: World, use: (gallery: Gallery) => unknown): Promise<World> {
  await one.close()
  await openWith(one.dataFolder, use)
  return world(one.dataFolder)
}

export { folderOf }
