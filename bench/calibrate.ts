import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { calibrate, calibrationRule } from '../src-main/app/evaluation/calibration.ts'
import { ratesAt } from '../src-main/app/evaluation/error-rates.ts'
import { measurePictures } from '../src-main/app/evaluation/measure-pictures.ts'
import { genuineDistances, impostorDistances, type Embedded } from '../src-main/app/evaluation/pair-sampling.ts'
import { seededRandom } from '../src-main/app/evaluation/random.ts'
import { identityFolders } from '../src-main/cli/picture-folders.ts'
import type { EngineApi } from '../src-main/contract/engine-api.ts'
import type { Calibration, Profile } from '../src-main/contract/types.ts'
import { dataSet } from './data.ts'
import { every100, onEngine } from './engine.ts'
import { writeResults, type Figure } from './results.ts'

const SEED = 1
const COMMAND = 'npm run bench -- calibrate'
const CHECK_PAIRS = { perIdentity: 500, impostors: 50_000 }

/** Measures the thresholds of both profiles and writes resources/models/<profile>/calibration.json. */
export async function calibrateBench(): Promise<void> {
  const figures = await onEngine(undefined, async (engine) => {
    const backend = (await engine.state()).backend.name
    const lfw = join(await dataSet('lfw-dev'), 'images')
    const face = await calibrateOn(
      engine,
      'face',
      lfw,
      'press photos of people (Labeled Faces in the Wild, folds 1 to 5)',
    )
    const grocery = join(await dataSet('grocery-dev'), 'photos')
    const object = await calibrateOn(engine, 'object', grocery, 'photos of groceries in a shop (Grocery Store Dataset)')
    // Not part of the calibration: how its thresholds do on things of another kind.
    const turned = await embed(engine, 'object', await dataSet('coil20'))
    return [
      ...figuresOf(face, 'lfw-dev', backend),
      ...figuresOf(object, 'grocery-dev', backend),
      ...checkOn(turned.identities, object, backend),
    ]
  })
  writeResults('calibrate', figures)
}

interface Embedding {
  readonly identities: Embedded
  readonly pictures: number
  readonly model: string
}

async function embed(engine: EngineApi, profile: Profile, folder: string): Promise<Embedding> {
  const folders = await identityFolders(folder)
  const { embeddings, model } = await measurePictures(
    engine,
    folders.flatMap(({ pictures }) => pictures),
    {
      profile,
      onProgress: every100(`calibrate, ${profile}`),
    },
  )
  const identities = folders.map(({ pictures }) =>
    pictures.map((path) => embeddings.get(path) ?? null).filter((embedding) => embedding !== null),
  )
  return { identities, pictures: identities.flat().length, model }
}

async function calibrateOn(engine: EngineApi, profile: Profile, folder: string, data: string): Promise<Calibration> {
  const { identities, pictures, model } = await embed(engine, profile, folder)
  const source = { data, identities: identities.length, pictures, command: COMMAND }
  const calibration = calibrate(identities, { profile, model, seed: SEED, source })
  save(profile, calibration)
  return calibration
}

/** The app reads this file, so it is whole or not there. `rule` is for the reader of the file. */
function save(profile: Profile, calibration: Calibration): void {
  const folder = join(import.meta.dirname, '..', 'resources', 'models', profile)
  mkdirSync(folder, { recursive: true })
  const fresh = join(folder, `.calibration.${process.pid}`)
  const text = JSON.stringify({ rule: calibrationRule(profile), ...calibration }, null, 2)
  // One line a list of counts keeps the file readable.
  writeFileSync(fresh, `${text.replace(/\[[\d,\s]+\]/g, (list) => list.replaceAll(/\s+/g, ' '))}\n`)
  renameSync(fresh, join(folder, 'calibration.json'))
}

function figuresOf(
  { profile, rates, genuinePairs, impostorPairs }: Calibration,
  data: string,
  backend: string,
): Figure[] {
  const pairs = `${data}, ${genuinePairs} genuine and ${impostorPairs} impostor pairs`
  return (['same', 'known', 'different'] as const).flatMap((name) => [
    {
      name: `${profile}: threshold "${name}" (${pairs})`,
      unit: 'distance',
      values: [rates[name].distance],
      backend,
      seeds: [SEED],
    },
    {
      name: `${profile}: false match rate at "${name}"`,
      unit: '%',
      values: [100 * rates[name].fmr],
      backend,
      seeds: [SEED],
    },
    {
      name: `${profile}: false non-match rate at "${name}"`,
      unit: '%',
      values: [100 * rates[name].fnmr],
      backend,
      seeds: [SEED],
    },
  ])
}

function checkOn(identities: Embedded, { profile, thresholds }: Calibration, backend: string): Figure[] {
  const random = seededRandom(SEED)
  const scores = {
    genuine: genuineDistances(identities, CHECK_PAIRS.perIdentity, random),
    impostor: impostorDistances(identities, CHECK_PAIRS.impostors, random),
  }
  return (['same', 'known', 'different'] as const).flatMap((name) => {
    const { fmr, fnmr } = ratesAt(scores, thresholds[name])
    return [
      {
        name: `${profile}, check on coil20: false match rate at "${name}"`,
        unit: '%',
        values: [100 * fmr],
        backend,
        seeds: [SEED],
      },
      {
        name: `${profile}, check on coil20: false non-match rate at "${name}"`,
        unit: '%',
        values: [100 * fnmr],
        backend,
        seeds: [SEED],
      },
    ]
  })
}
