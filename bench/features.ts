import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { EngineApi, PictureFeatures } from '../src-main/contract/engine-api.ts'
import { AppError } from '../src-main/contract/errors.ts'
import type { Profile } from '../src-main/contract/types.ts'
import { matrix, type Matrix } from '../src-main/engine/heads/matrix.ts'
import { every100 } from './engine.ts'

/** Features of many pictures of one thing each, row by row. */
export interface FeatureTable {
  readonly model: string
  readonly parts: readonly number[]
  /** N × F, N·V × F, N × D */
  readonly features: Matrix
  readonly views: Matrix
  readonly embeddings: Matrix
  readonly hashes: readonly string[]
  /** N: false where nothing was found; its rows are zeros. */
  readonly found: readonly boolean[]
}

const folder = join(tmpdir(), 'semblance-features')
const SEED = 1
/** Two decode while one computes. */
const AT_ONCE = 3

/**
 * Features of the first thing found in each picture, kept in the system's temporary folder by content, model and views: a
 * bench that is repeated computes none again.
 */
export async function featureTable(
  engine: EngineApi,
  profile: Profile,
  paths: readonly string[],
  views: number,
  label: string,
): Promise<FeatureTable> {
  const { models, backend } = await engine.state()
  const model = models.find((one) => one.profile === profile)!.id
  const progress = every100(label)
  const rows = new Array<PictureFeatures | null>(paths.length)
  let [next, done] = [0, 0]
  const work = async () => {
    while (next < paths.length) {
      const at = next++
      rows[at] = await kept(engine, { profile, path: paths[at]!, views, key: `${model}:${backend.name}` })
      progress(++done, paths.length)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const first = rows.find((one) => one && one.found.length > 0)
  if (!first) throw new Error(`Nothing is found in any picture of ${label}.`)
  const width = first.found[0]!.features.length
  const table = {
    model,
    parts: first.parts,
    features: matrix(paths.length, width),
    views: matrix(paths.length * views, width),
    embeddings: matrix(paths.length, first.found[0]!.embedding.length),
    hashes: rows.map((one) => one?.hash ?? ''),
    found: rows.map((one) => one !== null && one.found.length > 0),
  }
  rows.forEach((one, i) => {
    const found = one?.found[0]
    if (!found) return
    table.features.values.set(found.features, i * width)
    table.views.values.set(found.views, i * views * width)
    table.embeddings.values.set(found.embedding, i * table.embeddings.columns)
  })
  return table
}

async function kept(
  engine: EngineApi,
  { profile, path, views, key }: { profile: Profile; path: string; views: number; key: string },
): Promise<PictureFeatures | null> {
  const bytes = readFileSync(path)
  const name = createHash('sha256').update(`${key}:${profile}:${views}:${SEED}:`).update(bytes).digest('hex')
  const file = join(folder, name.slice(0, 2), name)
  if (existsSync(file)) return deserialize(readFileSync(file)) as PictureFeatures
  try {
    const features = await engine.features({ source: { name: 'picture', bytes }, profile, views, seed: SEED })
    mkdirSync(join(folder, name.slice(0, 2)), { recursive: true })
    writeFileSync(`${file}.${process.pid}`, serialize(features))
    renameSync(`${file}.${process.pid}`, file)
    return features
  } catch (error) {
    if (error instanceof AppError && error.code === 'no-face') return null
    throw error
  }
}
