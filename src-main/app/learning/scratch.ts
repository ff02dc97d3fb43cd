import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { StartRunRequest } from '../../contract/learning-api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Trainer } from '../../contract/trainer-api.ts'
import { FATAL, LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import { hashOf } from '../journal.ts'
import type { Parts } from '../parts.ts'
import { walk } from '../walk.ts'
import type { LiveRun, Teller } from './live-run.ts'
import { LOSS, TooManyLost } from './run-data.ts'
import type { RunData, RunStore } from './run-store.ts'
import { createTable } from './table.ts'

export interface PlannedScratch {
  readonly folder: string
  readonly unlabelled?: string
  readonly base: string
  /** Names of the sub-folders. */
  readonly classes: readonly string[]
}

/** Pictures that size and colours are found from. */
const SAMPLED = 60
/** Sides of the square that pictures are brought to: the first that is no smaller than most of them. */
const SIDES = [28, 32, 48, 64]
const FEWEST = 2

interface Labelled {
  readonly path: string
  readonly relative: string
  /** Sub-folder; undefined for an unlabelled picture. */
  readonly label?: string
}

/** Looks at a labelled folder before a run from scratch. @throws AppError wrong-use, not-trainable */
export async function plannedScratch(parts: Parts, request: StartRunRequest): Promise<PlannedScratch> {
  const folderOf = (token: string) => {
    const source = parts.pictures.source(token)
    if (!('path' in source)) throw new AppError('wrong-use', 'A run from scratch needs a folder.')
    return source.path
  }
  if (request.labelled === undefined)
    throw new AppError('wrong-use', 'A run from scratch needs a folder with a sub-folder for each class.')
  const folder = folderOf(request.labelled)
  const counts = new Map<string, number>()
  for await (const { label } of labelled(folder)) counts.set(label!, (counts.get(label!) ?? 0) + 1)
  const classes = [...counts.keys()]
  const refuse = (message: string) => new AppError('not-trainable', message)
  if (classes.length === 0)
    throw refuse(
      `"${basename(folder)}" has no sub-folder with pictures. Put the pictures of each class into one of its own.`,
    )
  if (classes.length === 1)
    throw refuse(
      `"${basename(folder)}" has one class alone, "${classes[0]}". Telling apart takes two: add another sub-folder.`,
    )
  const few = classes.filter((name) => counts.get(name)! < FEWEST)
  if (few.length > 0)
    throw refuse(
      `A network from scratch takes at least ${FEWEST} pictures a class; "${few[0]}" has one. ` +
        'From one picture each, enrol them and learn from unlabelled photos instead.',
    )
  return {
    folder,
    ...(request.unlabelled !== undefined && { unlabelled: folderOf(request.unlabelled) }),
    base: await parts.modelOf(request.profile),
    classes,
  }
}

async function* labelled(folder: string): AsyncGenerator<Labelled> {
  for await (const { path, relative, problem } of walk(folder)) {
    const at = relative.indexOf('/')
    if (!problem && at > 0) yield { path, relative, label: relative.slice(0, at) }
  }
}

async function* both(folder: string, unlabelled: string | undefined): AsyncGenerator<Labelled> {
  yield* labelled(folder)
  if (unlabelled === undefined) return
  for await (const { path, relative, problem } of walk(unlabelled)) if (!problem) yield { path, relative }
}

type Picture = NonNullable<RunData['picture']>

/** Side and colours of a network's input, as most pictures have them. */
async function inputOf(parts: Parts, folder: string): Promise<Picture> {
  const sides: number[] = []
  let colours = 0
  for await (const { path } of labelled(folder)) {
    if (sides.length >= SAMPLED) break
    try {
      const { width, height, grey } = await parts.engine.shape({ source: { path } })
      sides.push(Math.max(width, height))
      if (!grey) colours++
    } catch (error) {
      if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
    }
  }
  if (sides.length === 0) throw new AppError('not-trainable', 'None of the pictures can be read.')
  const middle = sides.sort((a, b) => a - b)[Math.floor(sides.length / 2)]!
  const side = SIDES.find((one) => one >= middle) ?? SIDES.at(-1)!
  return { width: side, height: side, channels: 2 * colours > sides.length ? 3 : 1 }
}

/** Reads all pictures as small pixels, labelled ones first, and hands them to the trainer. */
export async function prepareScratch(
  parts: Parts,
  store: RunStore,
  teller: Teller,
  live: LiveRun,
  trainer: Trainer,
): Promise<RunData> {
  const { folder, unlabelled } = live.stored
  const before = store.data(live.id)
  const picture = before?.picture ?? (await inputOf(parts, folder))
  const pixels = createTable(trainer, 'pixels')
  const classOf = new Map<string, number>()
  const references: RunData['references'][number][] = []
  const photos: RunData['photos'][number][] = []
  const hash = createHash('sha256')
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height }
  let lost = 0
  let done = 0

  await inOrder(
    both(folder, unlabelled),
    LANES,
    live.cancel.signal,
    async (one) => ({ one, read: await pixelsOf(parts, one.path, picture) }),
    ({ one, read }) => {
      teller.put(live, { step: ++done })
      teller.soon(live)
      if (!read) {
        lost++
        return
      }
      pixels.add(read.values)
      hash.update(`${read.sha256} ${one.label ?? ''}\n`)
      if (one.label === undefined) {
        photos.push({ item: photos.length, path: one.relative, sha256: read.sha256, which: 0, box: whole, weight: 1 })
        return
      }
      if (!classOf.has(one.label)) classOf.set(one.label, classOf.size)
      references.push({ sampleId: '', identityId: one.label, class: classOf.get(one.label)!, sha256: read.sha256 })
    },
  )
  live.cancel.signal.throwIfAborted()
  if (lost > LOSS * done) throw new TooManyLost(lost, done, folder)
  await pixels.done()
  const data: RunData = {
    parts: [],
    views: 0,
    photos,
    references,
    cannotLink: [],
    lost,
    sha256: hash.digest('hex'),
    picture,
  }
  if (before && before.sha256 !== data.sha256) {
    store.dropCheckpoints(live.id)
    store.cutPoints(live.id, -1)
    const message = 'The pictures of the folder have changed. The run begins again with those that are there.'
    teller.notice(live, [{ code: 'not-found', message }])
  }
  store.putData(live.id, data)
  if (lost > 0)
    teller.notice(live, [{ code: 'bad-picture', message: `${lost} pictures cannot be read and are left out.` }])
  return data
}

async function pixelsOf(
  parts: Parts,
  path: string,
  picture: Picture,
): Promise<{ sha256: string; values: Uint8Array } | undefined> {
  const sha256 = await hashOf({ path })
  if (sha256 === undefined) return undefined
  const { width, height, channels } = picture
  const key = { sha256, model: 'pixels', how: `${width} ${height} ${channels}` }
  const known = await parts.features.get(key)
  if (known) return { sha256, values: new Uint8Array(known) }
  try {
    const values = await parts.engine.pixels({ source: { path }, ...picture })
    parts.features.put(key, values)
    return { sha256, values }
  } catch (error) {
    if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
    return undefined
  }
}
