import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parsePairs } from '../src-main/app/evaluation/pairs-table.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { loadFaceProfile } from '../src-main/engine/face/profile.ts'
import { matrix, type Matrix } from '../src-main/engine/heads/matrix.ts'
import { decodePicture } from '../src-main/engine/picture/decode.ts'
import { dataSet } from './data.ts'
import { every100 } from './engine.ts'

export const RESOURCES = join(import.meta.dirname, '..', 'resources')
const kept = join(tmpdir(), 'semblance-data', 'faces')

export interface FacePair {
  /** Places in `FaceSet.pictures`. */
  readonly left: number
  readonly right: number
  readonly same: boolean
  readonly fold: number
}

/** Folds 1 to 5 of Labeled Faces in the Wild (deep-funneled): 3,811 pictures in 3,000 pairs. No identity is in two folds. */
export interface FaceSet {
  readonly pictures: readonly { readonly path: string; readonly identity: string; readonly fold: number }[]
  readonly pairs: readonly FacePair[]
}

/** @param most takes so many pairs of each fold alone, evenly spread, to try a bench out */
export async function faceSet(most = Infinity): Promise<FaceSet> {
  const folder = await dataSet('lfw-dev')
  const all = parsePairs(readFileSync(join(folder, 'pairs.csv'), 'utf8'))
  const folds = [...new Set(all.map(({ fold }) => fold!))]
  const rows = folds.flatMap((fold) => {
    const own = all.filter((row) => row.fold === fold)
    const step = Math.max(1, Math.floor(own.length / most))
    return own.filter((_, i) => i % step === 0)
  })
  const pictures: { path: string; identity: string; fold: number }[] = []
  const places = new Map<string, number>()
  const place = (name: string, fold: number) => {
    const known = places.get(name)
    if (known !== undefined) return known
    places.set(name, pictures.length)
    return pictures.push({ path: join(folder, name), identity: dirname(name), fold }) - 1
  }
  const pairs = rows.map(({ left, right, same, fold }) => ({
    left: place(left, fold!),
    right: place(right, fold!),
    same,
    fold: fold!,
  }))
  const foldOf = new Map(pictures.map(({ identity, fold }) => [identity, fold]))
  if (pictures.some(({ identity, fold }) => foldOf.get(identity) !== fold))
    throw new Error('An identity of lfw-dev is in two folds.')
  return { pictures, pairs }
}

/** The main face of each picture: five points (x, y) in the picture, and the profile's embedding. */
export interface FaceLooks {
  readonly backend: string
  readonly model: string
  /** N × 10 */
  readonly points: Matrix
  /** N × 192, unit length */
  readonly embeddings: Matrix
}

/** Starts the backend in this process and looks at every picture once. @throws Error when a picture shows no face */
export async function faceLooks({ pictures }: FaceSet, backend: string): Promise<FaceLooks> {
  await chooseBackend(RESOURCES, backend)
  const profile = await loadFaceProfile(RESOURCES)
  const { id: model, dimensions } = profile.model
  const rows = await keptRows(
    [model, backend, 'look', ...paths(pictures)],
    pictures.length,
    10 + dimensions,
    async (i) => {
      const [face] = await profile.look(await decodePicture({ path: pictures[i]!.path }, true), {})
      if (!face) throw new Error(`There is no face in ${pictures[i]!.path}.`)
      return Float32Array.of(...face.points!, ...face.embedding)
    },
  )
  const columns = (from: number, count: number) => {
    const out = matrix(rows.rows, count)
    for (let i = 0; i < rows.rows; i++)
      out.values.set(rows.values.subarray(i * rows.columns + from, i * rows.columns + from + count), i * count)
    return out
  }
  return { backend, model, points: columns(0, 10), embeddings: columns(10, dimensions) }
}

export const paths = (pictures: FaceSet['pictures']) => pictures.map(({ path }) => path.split('/').at(-1)!)

/** Two decode while one computes. */
const AT_ONCE = 3

/** A row of numbers a picture, computed once and kept in the system's temporary folder by `key`, which begins with its name. */
export async function keptRows(
  key: readonly string[],
  count: number,
  columns: number,
  row: (i: number) => Promise<Float32Array>,
): Promise<Matrix> {
  const file = join(kept, createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 24))
  if (existsSync(file)) {
    const bytes = readFileSync(file)
    return matrix(
      count,
      columns,
      new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length)),
    )
  }
  const out = matrix(count, columns)
  const report = every100(key.slice(1, 3).join(', '))
  let [next, done] = [0, 0]
  const lane = async () => {
    while (next < count) {
      const i = next++
      out.values.set(await row(i), i * columns)
      report(++done, count)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  mkdirSync(kept, { recursive: true })
  writeFileSync(`${file}.${process.pid}`, out.values)
  renameSync(`${file}.${process.pid}`, file)
  return out
}
