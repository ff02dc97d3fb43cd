import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { identityFolders } from '../src-main/cli/picture-folders.ts'
import type { Profile } from '../src-main/contract/types.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { loadFaceProfile } from '../src-main/engine/face/profile.ts'
import type { LoadedProfile } from '../src-main/engine/model.ts'
import { loadObjectProfile } from '../src-main/engine/object/profile.ts'
import { decodePicture } from '../src-main/engine/picture/decode.ts'
import type { Limits, Measures } from '../src-main/engine/quality.ts'
import { dataSet, type DataSet } from './data.ts'
import { every100 } from './engine.ts'

const RESOURCES = join(import.meta.dirname, '..', 'resources')
/** One picture in so many: the tails of a few hundred pictures are steady enough for a limit. */
const EVERY = { face: 4, object: 3 }
/** Share of good pictures that a limit may reject. */
const TAIL = 0.01
/** Pictures that are reduced to find the least useful size, and how small they are made. */
const REDUCED = 150
const FACTORS = [0.8, 0.65, 0.5, 0.4, 0.32, 0.25, 0.2, 0.16, 0.125]
/** Share of pictures of which the reduced copy must stay close to the original. */
const SERVES = 0.95

/** Measures the limits of the quality checks and writes resources/models/<profile>/quality.json. */
export async function qualityBench(): Promise<void> {
  await chooseBackend(RESOURCES)
  await measureProfile('face', await loadFaceProfile(RESOURCES), 'lfw-dev', 'images')
  await measureProfile('object', await loadObjectProfile(RESOURCES), 'grocery-dev', 'photos')
}

async function measureProfile(profile: Profile, loaded: LoadedProfile, set: DataSet, folder: string): Promise<void> {
  const folders = await identityFolders(join(await dataSet(set), folder))
  const pictures = folders.flatMap((identity) => identity.pictures).filter((_, i) => i % EVERY[profile] === 0)
  const report = every100(`quality, ${profile}`)
  const found: Measures[] = []
  for (const [i, path] of pictures.entries()) {
    const [best] = await loaded.measure(await decodePicture({ path }, false))
    if (best) found.push(best)
    report(i + 1, pictures.length)
  }

  const of = (value: (m: Measures) => number) => found.map(value).sort((a, b) => a - b)
  const at = (sorted: number[], share: number) => digits(sorted[Math.round(share * (sorted.length - 1))]!)
  const said = `of ${found.length} pictures of ${set}`
  const least = (value: (m: Measures) => number) => ({ limit: at(of(value), TAIL), measured: `1st percentile ${said}` })
  const most = (value: (m: Measures) => number) => ({
    limit: at(of(value), 1 - TAIL),
    measured: `99th percentile ${said}`,
  })
  const pitch = at(
    of((m) => m.pose?.pitch ?? 0),
    0.5,
  )
  const faces = profile === 'face'
  const limits: Limits['limits'] = {
    sharpness: least((m) => m.sharpness),
    size: await leastSize(profile, loaded, pictures),
    darkest: least((m) => m.brightness),
    brightest: most((m) => m.brightness),
    contrast: least((m) => m.contrast),
    clipped: most((m) => m.clipped),
    ...(faces && {
      sideLight: most((m) => m.sideLight ?? 0),
      turn: most(({ pose }) => Math.max(Math.abs(pose!.yaw), Math.abs(pose!.pitch - pitch))),
    }),
  }
  const level = faces ? { level: { pitch, measured: `median ${said}` } } : {}
  write(profile, { profile, limits, ...level })
  print(profile, found, limits)
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

function print(profile: Profile, found: readonly Measures[], limits: Limits['limits']): void {
  const known = Object.fromEntries(Object.entries(limits).map(([name, { limit }]) => [name, limit]))
  console.log(profile, found.length, JSON.stringify(known))
}
