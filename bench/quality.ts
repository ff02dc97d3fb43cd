import { readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import type { Profile, ShippedProfile } from '../src-main/contract/types.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { loadFaceProfile } from '../src-main/engine/face/profile.ts'
import type { LoadedProfile } from '../src-main/engine/model.ts'
import { loadObjectProfile } from '../src-main/engine/object/profile.ts'
import { decodePicture } from '../src-main/engine/picture/decode.ts'
import type { Limits, Measures } from '../src-main/engine/quality.ts'
import { dataSet, type DataSet } from './data.ts'
import { every100 } from './engine.ts'

const RESOURCES = join(import.meta.dirname, '..', 'resources')
/** Share of good pictures that a limit may reject. */
const TAIL = 0.01
/** Pictures that are reduced to find the least useful size, and how small they are made. */
const REDUCED = 150
const FACTORS = [0.8, 0.65, 0.5, 0.4, 0.32, 0.25, 0.2, 0.16, 0.125]
/** Share of pictures of which the reduced copy must stay close to the original. */
const SERVES = 0.95

interface PictureSet {
  readonly name: string
  readonly folder: () => Promise<string>
  /** One picture in so many is looked at. */
  readonly every: number
}

const from = (set: DataSet, folder: string, every: number): PictureSet => ({
  name: folder === '.' ? set : `${set}/${folder}`,
  folder: async () => join(await dataSet(set), folder),
  every,
})

/** Good pictures of each kind; a limit lets ninety-nine of a hundred of every set pass. The first set also gives sizes. */
const SETS: Readonly<Record<ShippedProfile, readonly PictureSet[]>> = {
  face: [from('lfw-dev', 'images', 4), from('face_recognition-images', '.', 1), from('deepface-tests', '.', 1)],
  object: [
    from('grocery-dev', 'photos', 3),
    from('grocery-dev', 'iconic', 1),
    { name: 'the rendered samples', folder: async () => join(RESOURCES, 'samples'), every: 1 },
  ],
}

/** Measures the limits of the quality checks and writes resources/models/<profile>/quality.json. */
export async function qualityBench(): Promise<void> {
  await chooseBackend(RESOURCES)
  await measureProfile('face', await loadFaceProfile(RESOURCES))
  await measureProfile('object', await loadObjectProfile(RESOURCES))
}

async function measureProfile(profile: ShippedProfile, loaded: LoadedProfile): Promise<void> {
  const sets: { name: string; pictures: string[]; measures: Measures[] }[] = []
  for (const { name, folder, every } of SETS[profile]) {
    const pictures = picturesIn(await folder()).filter((_, i) => i % every === 0)
    sets.push({ name, pictures, measures: await measureAll(loaded, pictures, `quality, ${profile}, ${name}`) })
  }
  const counts = sets.map(({ name, measures }) => `${measures.length} pictures of ${name}`).join(', ')
  const of = (share: number, value: (m: Measures) => number) =>
    sets.map(({ measures }) => digits(quantile(measures.map(value), share)))
  const least = (value: (m: Measures) => number) => ({
    limit: Math.min(...of(TAIL, value)),
    measured: `the lowest 1st percentile of ${counts}`,
  })
  const most = (value: (m: Measures) => number) => ({
    limit: Math.max(...of(1 - TAIL, value)),
    measured: `the highest 99th percentile of ${counts}`,
  })
  const faces = profile === 'face'
  const [first] = sets
  const pitch = digits(
    quantile(
      first!.measures.map((m) => m.pose?.pitch ?? 0),
      0.5,
    ),
  )
  const limits: Limits['limits'] = {
    sharpness: least((m) => m.sharpness),
    size: await leastSize(profile, loaded, first!.pictures),
    darkest: least((m) => m.brightness),
    brightest: most((m) => m.brightness),
    contrast: least((m) => m.contrast),
    // The background of an object may well be white or black.
    ...(faces && {
      clipped: most((m) => m.clipped),
      sideLight: most((m) => m.sideLight ?? 0),
      turn: most(({ pose }) => Math.max(Math.abs(pose!.yaw), Math.abs(pose!.pitch - pitch))),
    }),
  }
  const level = faces
    ? { level: { pitch, measured: `the median of ${first!.measures.length} pictures of ${first!.name}` } }
    : {}
  write(profile, { profile, limits, ...level })
  console.log(profile, JSON.stringify(limits, null, 1))
}

function picturesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && /\.(jpe?g|png)$/i.test(entry.name))
  return files.map((entry) => join(entry.parentPath, entry.name)).sort()
}

/** The main face, or the object, of each picture. */
async function measureAll(loaded: LoadedProfile, pictures: readonly string[], label: string): Promise<Measures[]> {
  const report = every100(label)
  const found: Measures[] = []
  for (const [i, path] of pictures.entries()) {
    const [best] = await loaded.measure(await decodePicture({ path }, false))
    if (best) found.push(best)
    report(i + 1, pictures.length)
  }
  return found
}

/** Rounds away from the middle, so that the tail of a small set is its extreme. */
function quantile(values: number[], share: number): number {
  const sorted = values.sort((a, b) => a - b)
  const at = share * (sorted.length - 1)
  return sorted[share < 0.5 ? Math.floor(at) : Math.ceil(at)]!
}

/**
 * The least size at which a picture is still known for what it is: reduced step by step, until its embedding has moved from
 * that of the original by more than half the profile's distance for "same" in one of twenty.
 */
async function leastSize(profile: Profile, loaded: LoadedProfile, pictures: readonly string[]) {
  const { thresholds } = await import(`../resources/models/${profile}/calibration.json`, {
    with: { type: 'json' },
  }).then((file: { default: { thresholds: { same: number } } }) => file.default)
  const step = Math.floor(pictures.length / REDUCED)
  const some = pictures.filter((_, i) => i % step === 0).slice(0, REDUCED)
  let limit = Infinity
  for (const factor of FACTORS) {
    const sizes: number[] = []
    let serves = 0
    for (const path of some) {
      const original = await decodePicture({ path }, false)
      const small = await decodePicture({ name: path, bytes: await reduced(original.bytes, factor) }, false)
      const [a] = await loaded.look(original, {})
      const [b] = await loaded.look(small, {})
      const [measures] = await loaded.measure(small)
      if (measures) sizes.push(measures.size)
      if (a && b && Math.hypot(...a.embedding.map((value, i) => value - b.embedding[i]!)) <= thresholds.same / 2)
        serves++
    }
    const middle = sizes.sort((a, b) => a - b)[Math.floor(sizes.length / 2)] ?? 0
    console.log(`${profile}, factor ${factor}: size ${middle.toFixed(1)}, ${serves} of ${some.length} stay the same`)
    if (serves < SERVES * some.length) break
    limit = Math.round(middle)
  }
  const measured = `${some.length} pictures reduced step by step: at this size the embedding of 95 % lies within half the distance for "same" of the original's`
  return { limit, measured }
}

async function reduced(bytes: Uint8Array, factor: number): Promise<Uint8Array> {
  const { width } = await sharp(bytes).metadata()
  return sharp(bytes)
    .resize(Math.max(8, Math.round(width * factor)))
    .png()
    .toBuffer()
}

const digits = (value: number) => Number(value.toPrecision(3))

function write(profile: Profile, limits: Limits): void {
  const path = join(RESOURCES, 'models', profile, 'quality.json')
  writeFileSync(`${path}.new`, `${JSON.stringify({ command: 'npm run bench -- quality', ...limits }, null, 2)}\n`)
  renameSync(`${path}.new`, path)
}
