import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { NewAttribute } from '../../../db/attributes.ts'
import { writeDurably } from '../../../db/durable-file.ts'
import type { TrainAttributesRequest } from '../../contract/attributes.ts'
import { AppError } from '../../contract/errors.ts'
import type { AttributeNumbers } from '../../contract/attribute-work.ts'
import type { Trainer } from '../../contract/trainer-api.ts'
import type { Job } from '../../contract/types.ts'
import { FATAL, LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import type { Control } from '../jobs.ts'
import { equalErrorWithInterval } from '../learning/equal-error.ts'
import { gather, type Gathered } from '../learning/gather.ts'
import { createTable } from '../learning/table.ts'
import { calibrateLearned } from '../models/calibrate-learned.ts'
import { shippedModel } from '../models/facts.ts'
import { describeFolder, folderOf, moveIn, removeModel, type ModelFolder } from '../models/model-folder.ts'
import type { Parts } from '../parts.ts'
import { divided, type Division } from './division.ts'
import { groupsFor, type PlannedAttributes, type PlannedColumn } from './plan.ts'

/** Parts that the learning of one attribute counts as in the job's progress. */
const TICKS = 20

/** Heads that are being made lie here, and nowhere once they are; what a killed process left goes at the next start. */
export const makingFolder = (dataFolder: string) => join(dataFolder, 'attributes')

/** Names the models that are on the way to their places, so that those a killed process left there are known. */
const MOVING = 'moving.json'

/** At the start: clears away what a killed process left of the attributes that it was making. */
export function sweepMaking({ gallery, dataFolder }: Pick<Parts, 'gallery' | 'dataFolder'>): void {
  const making = makingFolder(dataFolder)
  if (!existsSync(making)) return
  for (const name of readdirSync(making)) {
    const list = join(making, name, MOVING)
    const models = existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as string[]) : []
    models.forEach((id, at) => {
      const files = join(making, name, String(at))
      if (!gallery.attributes.isUsed(id)) removeModel(dataFolder, id)
      // Learned again to the same bytes, and ended while these took the place of the files before.
      else if (!existsSync(folderOf(dataFolder, id)) && existsSync(files)) moveIn(dataFolder, files, { id })
    })
  }
  rmSync(making, { recursive: true, force: true })
}

/** Folders whose attributes are being learned. */
export type Learning = Set<string>

export function startTraining(
  parts: Parts,
  planned: PlannedAttributes,
  { columns }: TrainAttributesRequest,
  learning: Learning,
): Job {
  const chosen = chosenColumns(planned, columns)
  parts.turn.mustBeFree()
  const { profile, shown } = planned
  return parts.jobs.start('attributes', shown.folder, profile, async (control) => {
    const making = join(makingFolder(parts.dataFolder), control.job)
    let progress = (_share: number) => {}
    const trainer = parts.startTrainer((event) => {
      if (event.type === 'progress') progress(event.step / event.steps)
    })
    const stop = () => trainer.kill()
    learning.add(shown.folder)
    control.signal.addEventListener('abort', stop, { once: true })
    try {
      mkdirSync(making, { recursive: true, mode: 0o700 })
      await work(parts, planned, chosen, { control, trainer, making, onShare: (told) => (progress = told) })
    } finally {
      trainer.kill()
      learning.delete(shown.folder)
      rmSync(making, { recursive: true, force: true })
    }
  })
}

/** @throws AppError not-found, not-trainable */
function chosenColumns(planned: PlannedAttributes, names: readonly string[] | undefined): readonly PlannedColumn[] {
  for (const name of names ?? []) {
    const column = planned.columns.find((one) => one.name === name)
    if (!column) throw noColumn(planned, name)
    if (column.refusal) throw refused(name, column.refusal.message)
  }
  const chosen = planned.columns.filter(({ name, refusal }) => (names ? names.includes(name) : !refusal))
  if (chosen.length > 0) return chosen
  const [first] = planned.columns
  throw refused(first!.name, first!.refusal!.message)
}

const noColumn = ({ columns }: PlannedAttributes, name: string) =>
  new AppError('not-found', `The table has no column "${name}". It has ${columns.map((one) => one.name).join(', ')}.`)

const refused = (column: string, why: string) => new AppError('not-trainable', `"${column}" cannot be learned. ${why}`)

interface Working {
  readonly control: Control
  readonly trainer: Trainer
  readonly making: string
  /** Who is told how far the attribute in work has come, 0…1. */
  onShare(told: (share: number) => void): void
}

async function work(
  parts: Parts,
  planned: PlannedAttributes,
  columns: readonly PlannedColumn[],
  working: Working,
): Promise<void> {
  const { control, trainer, making } = working
  const { profile } = planned
  control.setTotal(planned.pictures.length + TICKS * columns.length)
  const base = (await shippedModel(parts, profile)).id
  const looked = await features(parts, planned, base, working)
  const { seen, lengths } = looked
  const divisions = columns.map((column) => dividedAgain(planned, column, looked))
  const set: NewAttribute[] = []
  const folders: { files: string; folder: ModelFolder }[] = []
  for (const [at, column] of columns.entries()) {
    const division = divisions[at]!
    const files = join(making, String(at))
    let ticks = 0
    const tick = (to: number) => {
      for (; ticks < to; ticks++) control.count(false)
    }
    working.onShare((share) => tick(Math.floor(share * (TICKS - 1))))
    const rows = [...seen.keys()].filter((i) => seen[i])
    const numbers = await trainer.api.attribute({
      ...{ folder: files, profile, base, parts: lengths, seed: planned.seed },
      labels: Int32Array.from(rows, (i) => division.labels[i]!),
      held: Uint8Array.from(rows, (i) => division.held[i]!),
      classes: column.values.length,
    })
    control.signal.throwIfAborted()
    const { facts, calibration } = factsOf(planned, column, division, numbers)
    const { dimensions } = numbers
    const folder = await describeFolder(files, { profile, kind: 'head', base, dimensions, calibration })
    const model = folder.id
    folders.push({ files, folder })
    set.push({ profile, model, dimensions, facts: { ...facts, calibration: { ...calibration, profile, model } } })
    tick(TICKS)
  }
  await takeIn(parts, set, folders, working)
}

/** Moves the files to their places, has the engine check them, and tells of all in one transaction. */
async function takeIn(
  parts: Parts,
  set: readonly NewAttribute[],
  folders: readonly { files: string; folder: ModelFolder }[],
  { control: { signal }, making }: Pick<Working, 'control' | 'making'>,
): Promise<void> {
  const { gallery, dataFolder } = parts
  writeDurably(join(making, MOVING), JSON.stringify(folders.map(({ folder }) => folder.id)))
  try {
    for (const { files, folder } of folders) {
      moveIn(dataFolder, files, folder)
      await parts.engine.model(folder.id)
    }
    signal.throwIfAborted()
    for (const model of gallery.attributes.add(set)) removeModel(dataFolder, model)
  } catch (error) {
    for (const { folder } of folders) if (!gallery.attributes.isUsed(folder.id)) removeModel(dataFolder, folder.id)
    throw error
  }
  parts.emit({ type: 'models-changed' })
}

interface Looked {
  /** N: whether something was found in it. */
  readonly seen: readonly boolean[]
  /** Why the first of the others could not be used. */
  readonly why: string
  /** Lengths of the parts of a row of features. */
  readonly lengths: readonly number[]
}

/** Looks at each picture once for all attributes. */
async function features(
  parts: Parts,
  planned: PlannedAttributes,
  model: string,
  { control, trainer }: Working,
): Promise<Looked> {
  const photos = createTable(trainer, 'photos')
  const embeddings = createTable(trainer, 'embeddings')
  const seen: boolean[] = []
  let why = ''
  let lengths: readonly number[] = []
  await inOrder(
    planned.pictures,
    LANES,
    control.signal,
    (path) => look(parts, path, planned, model),
    (found) => {
      const usable = typeof found !== 'string'
      control.count(!usable)
      seen.push(usable)
      if (!usable) {
        why ||= found
        return
      }
      photos.add(found.one.features)
      embeddings.add(found.one.embedding)
      lengths = found.parts
    },
  )
  control.signal.throwIfAborted()
  await Promise.all([photos.done(), embeddings.done()])
  return { seen, why, lengths }
}

/** Words for a picture that cannot be read, or in which nothing is found. */
async function look(
  parts: Parts,
  path: string,
  { profile }: PlannedAttributes,
  model: string,
): Promise<{ one: Gathered; parts: readonly number[] } | string> {
  try {
    const { found, parts: lengths } = await gather(parts, { path }, { profile, model, views: 0 })
    return found[0] ? { one: found[0], parts: lengths } : `Nothing is found in "${basename(path)}".`
  } catch (error) {
    if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
    return error.message
  }
}

/** Pictures that could not be looked at are unknown. @throws AppError not-trainable when too few are left */
function dividedAgain(planned: PlannedAttributes, { name, classes }: PlannedColumn, { seen, why }: Looked): Division {
  const labels = classes.labels.map((label, i) => (seen[i] ? label : -1))
  const division = divided({ ...classes, labels }, planned.seed, groupsFor(planned, name))
  if (!division.refusal) return division
  const lost = seen.filter((one) => !one).length
  throw refused(
    name,
    `${lost} of ${seen.length} pictures could not be used, the first for this: ${why} ${division.refusal.message}`,
  )
}

function factsOf(planned: PlannedAttributes, column: PlannedColumn, division: Division, numbers: AttributeNumbers) {
  const { labels, held } = division
  const { genuine, impostor, right, trials } = numbers
  const known = [...labels.keys()].filter((i) => labels[i]! >= 0)
  const pictures = column.values.map((_, value) => known.filter((i) => labels[i] === value).length)
  const asked = column.values.map((_, value) => known.filter((i) => labels[i] === value && held[i] === 1).length)
  const values = column.values
    .map(({ name }, at) => ({ name, pictures: pictures[at]! }))
    .filter((one) => one.pictures > 0)
  const calibration = calibrateLearned('attribute', genuine.after, impostor.after, {
    // In words that say nothing of the table: they lie in the clear beside the model's files.
    data: 'pictures of a labelled folder that were held out of training',
    identities: values.length,
    pictures: trials,
    command: 'semblance attributes train',
  })
  const share = (count: number) => ({ value: trials === 0 ? 0 : count / trials, right: count, trials })
  const groups = groupsFor(planned, column.name)
  return {
    calibration,
    facts: {
      name: column.name,
      kind: column.kind,
      values,
      words: column.words,
      folder: planned.shown.folder,
      learned: known.length - trials,
      heldOut: trials,
      ...(groups && { apart: planned.apart!.name }),
      nearest: {
        before: share(right.before),
        after: share(right.after),
        guess: Math.max(...asked) / Math.max(1, trials),
      },
      eer: {
        before: equalErrorWithInterval(genuine.before, impostor.before),
        after: equalErrorWithInterval(genuine.after, impostor.after),
      },
    },
  }
}
