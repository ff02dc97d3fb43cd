import { createHash } from 'node:crypto'
import { AppError } from '../../contract/errors.ts'
import type { Trainer } from '../../contract/trainer-api.ts'
import { LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import { LOSS } from '../learning/run-data.ts'
import { pixelsOf } from '../learning/scratch.ts'
import { createTable, type Table } from '../learning/table.ts'
import type { Parts } from '../parts.ts'
import { readIdx } from './idx.ts'
import { picturesOf } from './lab-data.ts'
import type { Rows } from './split.ts'
import type { StoredComparison } from './store.ts'

export interface Prepared extends Rows {
  readonly sha256: string
  /** Pictures that cannot be read. */
  readonly lost: number
}

/** Pictures of an idx file that go to the trainer in one message. */
const TOGETHER = 4096

/**
 * Reads all pictures of a comparison and hands their pixels to the trainer, the same rows in the same order each time.
 * @throws AppError not-found where too many of them are gone, or they are others than before
 */
export async function prepare(
  parts: Parts,
  stored: StoredComparison,
  trainer: Trainer,
  signal: AbortSignal,
  onPicture: (read: number) => void,
): Promise<Prepared> {
  const pixels = createTable(trainer, 'pixels')
  const prepared =
    stored.layout === 'idx' ? await ofIdx(stored, pixels) : await ofFolders(parts, stored, pixels, signal, onPicture)
  signal.throwIfAborted()
  await pixels.done()
  if (stored.sha256 !== undefined && stored.sha256 !== prepared.sha256)
    throw new AppError(
      'not-found',
      `The pictures of "${stored.data}" are others than those that this comparison began with. It waits, and what is measured ` +
        'is kept. Bring them back and resume, or start a new comparison.',
    )
  return prepared
}

async function ofIdx({ folder, picture }: StoredComparison, pixels: Table): Promise<Prepared> {
  const { train, test } = await readIdx(folder)
  const columns = picture.width * picture.height
  const hash = createHash('sha256')
  for (const { values, labels } of [train, test]) {
    hash.update(values).update(labels)
    for (let at = 0; at < values.length; at += TOGETHER * columns)
      pixels.add(values.subarray(at, at + TOGETHER * columns), columns)
  }
  const names = [...new Set(train.labels)].sort((a, b) => a - b)
  const classOf = new Map(names.map((name, index) => [name, index]))
  const labels = Int32Array.from([...train.labels, ...test.labels], (name) => classOf.get(name) ?? -1)
  return {
    labels,
    test: Array.from(labels, (_, row) => row >= train.labels.length),
    classes: names.length,
    sha256: hash.digest('hex'),
    lost: 0,
  }
}

async function ofFolders(
  parts: Parts,
  { folder, layout, picture, data }: StoredComparison,
  pixels: Table,
  signal: AbortSignal,
  onPicture: (read: number) => void,
): Promise<Prepared> {
  const classOf = new Map<string, number>()
  const labels: number[] = []
  const test: boolean[] = []
  const hash = createHash('sha256')
  let lost = 0
  let done = 0
  await inOrder(
    picturesOf(folder, layout),
    LANES,
    signal,
    async (one) => ({ one, read: await pixelsOf(parts, one.path, picture) }),
    ({ one: { label, part }, read }) => {
      onPicture(++done)
      if (!read) {
        lost++
        return
      }
      pixels.add(read.values)
      hash.update(`${read.sha256} ${part} ${label}\n`)
      if (!classOf.has(label)) classOf.set(label, classOf.size)
      labels.push(classOf.get(label)!)
      test.push(part === 'test')
    },
  )
  signal.throwIfAborted()
  if (done === 0 || lost > LOSS * done)
    throw new AppError(
      'not-found',
      `${lost} of ${done} pictures of "${data}" cannot be read: the folder was moved, its drive is unplugged, or they are damaged. ` +
        'The comparison waits. Bring them back and resume.',
    )
  return { labels: Int32Array.from(labels), test, classes: classOf.size, sha256: hash.digest('hex'), lost }
}
