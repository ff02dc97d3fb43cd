import { existsSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { openGalleryFile } from '../db/gallery.ts'
import { seededRandom } from '../src-main/app/evaluation/random.ts'
import { calibrateLearned } from '../src-main/app/models/calibrate-learned.ts'
import { describeFolder, modelsFolder, moveIn } from '../src-main/app/models/model-folder.ts'
import { findKey } from '../src-main/core/key.ts'
import { writeHead } from '../src-main/engine/heads/head-file.ts'
import { forkCore } from '../test/core/fixture.ts'
import { killPromotions } from '../test/core/promotion-kills.ts'
import { openBenchCore } from './core.ts'
import { writeResults } from './results.ts'

const KILLS = 50
const SEED = 1
const BACKEND = 'wasm'
/** More than one write of a promotion takes, so that a kill falls between two writes as well. */
const SAMPLES = 80
/** Within every picture. */
const MIDDLE = { x: 60, y: 60, width: 300, height: 300 }
const DIMENSIONS = 64
const root = join(import.meta.dirname, '..')

/**
 * SIGKILL of the core at random moments of a promotion under a head over the real features: the gallery must open whole, with
 * the old model live or the new one, and never between.
 */
export async function promotionKillsBench(): Promise<void> {
  const program = join(root, 'out', 'main', 'core.js')
  if (!existsSync(program)) throw new Error('The program is not built: npm run build.')
  const data = mkdtempSync(join(tmpdir(), 'semblance-promotion-'))
  try {
    const model = await prepare(data)
    const start = (folder: string) => forkCore(program, ['--data', folder, '--backend', BACKEND])
    const counts = await killPromotions(data, model, start, KILLS, SEED)
    const one = (name: string, value: number, unit: string) => ({
      ...{ name, unit, values: [value], backend: BACKEND, seeds: [SEED] },
    })
    writeResults('promotion-kills', [
      one('core killed while it promotes', counts.kills, 'kills'),
      one('promotions answered before the kill', counts.acknowledged, 'promotions'),
      one('the old model is live, whole', counts.old, 'galleries'),
      one('the new model is live, whole', counts.new, 'galleries'),
      one('between the two', counts.between, 'galleries'),
      one('galleries that do not open or lack something', counts.harmed, 'galleries'),
    ])
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
}

/** Bundled things are enrolled, and a random projection stands for a learned head: what it is worth does not matter here. */
async function prepare(data: string): Promise<string> {
  const core = await openBenchCore(data, BACKEND)
  const files = globSync(join(root, 'resources', 'samples', '**', '*.jpg')).sort()
  for (let i = 0; i < SAMPLES; i++) {
    const path = files[i % files.length]!
    const picture = await core.adopt(path)
    const part = i < files.length ? {} : { box: MIDDLE, drawn: true }
    await core.api.enrol({
      picture,
      profile: 'object',
      ...part,
      to: { name: `${basename(path)} ${i}` },
      override: true,
    })
  }
  const base = (await core.api.models()).find(({ profile }) => profile === 'object')!.id
  await core.close()

  const random = seededRandom(SEED)
  const normal = (length: number) => Float32Array.from({ length }, () => random() + random() + random() - 1.5)
  const parts = [1280, 144].map((length, i) => ({ mean: new Float32Array(length), share: i === 0 ? 0.75 : 0.25 }))
  const size = parts.reduce((sum, { mean }) => sum + mean.length, 0)
  const making = join(modelsFolder(data), 'making.part')
  mkdirSync(making, { recursive: true })
  writeHead(making, { profile: 'object', base, parts, dimensions: DIMENSIONS, weights: normal(size * DIMENSIONS) })
  const spread = (from: number, to: number) => Float32Array.from({ length: 1000 }, () => from + (to - from) * random())
  const calibration = calibrateLearned('object', spread(0, 0.6), spread(0.5, 1.5), {
    ...{ data: 'numbers drawn at random', identities: SAMPLES, pictures: SAMPLES, command: 'bench -- promotion-kills' },
  })
  const facts = { profile: 'object' as const, kind: 'head' as const, base, dimensions: DIMENSIONS, calibration }
  const folder = await describeFolder(making, facts)
  const { id, bytes, sha256 } = folder
  moveIn(data, making, folder)
  const file = openGalleryFile(join(data, 'gallery.db'))
  const gallery = file.open(findKey(data, file, 'file').key)
  gallery.registerModel({
    ...{ id, profile: 'object', kind: 'head', dimensions: DIMENSIONS, trainedOn: [], prototypes: [] },
    facts: { title: 'object-1', bytes, sha256, calibration: { ...calibration, profile: 'object', model: id } },
  })
  gallery.close()
  return id
}
