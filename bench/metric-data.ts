import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { Pictures } from '../src-main/engine/training/augment.ts'
import { writeDurably } from '../db/durable-file.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import { dataSet } from './data.ts'
import { runFiles } from './omniglot-one-shot.ts'

// So small a picture takes longer to share out among threads than to read.
sharp.concurrency(1)

/** Pictures of identities, side by side. */
export interface Identities {
  readonly pictures: Pictures
  /** Places of each identity's pictures. */
  readonly members: readonly (readonly number[])[]
  /** Identities that meet in a batch because they are alike: the characters of an alphabet. */
  readonly groups: readonly (readonly number[])[]
}

/** Lake's one-shot runs: each probe is of one of twenty references. */
export interface OneShot {
  readonly pictures: Pictures
  readonly references: readonly number[]
  readonly probes: readonly number[]
  /** By probe, which of the references. */
  readonly truth: readonly number[]
}

/** No identity of `train` is in `test`. */
export interface MetricData {
  readonly train: Identities
  readonly test: Identities
  readonly runs: readonly OneShot[]
}

/** The background alphabets to learn from, the evaluation alphabets to be asked, ink 255 on 0; no other change than the size. */
export async function omniglotIdentities(side: number): Promise<MetricData> {
  const folder = await dataSet('omniglot')
  return {
    train: await alphabets(join(folder, 'images_background'), side),
    test: await alphabets(join(folder, 'images_evaluation'), side),
    runs: await oneShotRuns(side),
  }
}

/** Half of the forty people, drawn by the seed, to learn from, the other half to be asked; the middle square of each picture. */
export async function orlIdentities(seed: number, side: number): Promise<MetricData> {
  const folder = await dataSet('orl')
  const people = readdirSync(folder).filter((name) => /^s\d+$/.test(name)).sort() // prettier-ignore
  const order = Array.from(createRandom(3000 + seed).permutation(people.length), (index) => people[index]!)
  const half = order.length / 2
  return {
    train: await folders(folder, order.slice(0, half), side),
    test: await folders(folder, order.slice(half), side),
    runs: [],
  }
}

/** @param side pixels; a drawing has 105 */
export async function oneShotRuns(side: number): Promise<OneShot[]> {
  const folder = join(await dataSet('omniglot'), 'one-shot-runs')
  return Promise.all(
    runFiles(folder).map(async ({ files, references, probes, truth }) => ({
      pictures: await together(files, side, true),
      ...{ references, probes, truth },
    })),
  )
}

async function alphabets(folder: string, side: number): Promise<Identities> {
  const files: string[] = []
  const members: number[][] = []
  const groups = readdirSync(folder).sort().map((alphabet) =>
    readdirSync(join(folder, alphabet)).sort().map((character) => {
      const drawings = readdirSync(join(folder, alphabet, character)).sort()
      const places = drawings.map((file) => files.push(join(folder, alphabet, character, file)) - 1)
      return members.push(places) - 1
    }),
  ) // prettier-ignore
  return { pictures: await together(files, side, true), members, groups }
}

async function folders(folder: string, names: readonly string[], side: number): Promise<Identities> {
  const files: string[] = []
  const members = names.map((name) =>
    readdirSync(join(folder, name)).sort().map((file) => files.push(join(folder, name, file)) - 1),
  ) // prettier-ignore
  return { pictures: await together(files, side, false), members, groups: [members.map((_, i) => i)] }
}

/** Read a hundred at a time: all at once would open more files than a process may. */
const AT_ONCE = 100

/** The pictures small, from a file beside the data set when they were read before: there are 27,000 drawings. */
async function together(files: readonly string[], side: number, negative: boolean): Promise<Pictures> {
  const key = createHash('sha256')
    .update(JSON.stringify([files, side, negative]))
    .digest('hex')
    .slice(0, 16)
  const kept = join(tmpdir(), 'semblance-data', 'metric-losses', `${key}.pixels`)
  if (!existsSync(kept)) {
    const read = await readSmall(files, side, negative)
    mkdirSync(dirname(kept), { recursive: true })
    writeDurably(kept, read)
  }
  return { values: new Uint8Array(readFileSync(kept)), height: side, width: side, channels: 1 }
}

async function readSmall(files: readonly string[], side: number, negative: boolean): Promise<Buffer> {
  const values = Buffer.alloc(files.length * side * side)
  for (let from = 0; from < files.length; from += AT_ONCE)
    await Promise.all(
      files.slice(from, from + AT_ONCE).map(async (file, i) => {
        const grey = sharp(file).greyscale()
        const small = (negative ? grey.negate() : grey).resize(side, side, { fit: 'cover' })
        values.set(await small.raw().toBuffer(), (from + i) * side * side)
      }),
    )
  return values
}
