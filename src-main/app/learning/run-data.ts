import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { Trainer } from '../../contract/trainer-api.ts'
import type { Problem, Profile } from '../../contract/types.ts'
import { overlap, SAME_BOX } from '../boxes.ts'
import { FATAL, LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import type { Parts } from '../parts.ts'
import { gather, gatherKnown, type Gathered } from './gather.ts'
import { references } from './references.ts'
import type { PhotoOfRun, RunData, RunStore } from './run-store.ts'
import { createTable } from './table.ts'

/** More of the photos lost than this, and the run waits: a drive is unplugged, a folder moved. */
export const LOSS = 0.05
/** Random views of each photo and each reference. As many as the benches of learning were measured with. */
export const VIEWS = 4

export interface Preparing {
  readonly folder: string
  readonly profile: Profile
  readonly model: string
  readonly photos: readonly PhotoOfRun[]
  readonly signal: AbortSignal
  /** After each photo. */
  onPhoto(done: number, total: number): void
}

/** Loses more photos than a run goes on without. */
export class TooManyLost extends Error {
  override readonly name = 'TooManyLost'
  readonly problem: Problem
  constructor(lost: number, total: number, folder: string) {
    super('photos lost')
    this.problem = {
      code: 'not-found',
      message:
        `${lost} of ${total} photos can no longer be read in "${folder}": the folder was moved, its drive is unplugged, or they ` +
        'were deleted or changed. The run waits. Bring them back and resume, or look through the folder again.',
    }
  }
}

export interface Prepared {
  readonly data: RunData
  /** Of each reference: features, views and embedding, one after the other. */
  readonly numbers: readonly Float32Array[]
  readonly notices: readonly Problem[]
}

/**
 * Reads references and photos for the first time and hands their numbers to the trainer.
 * @throws TooManyLost; AppError not-trainable, and as the engine
 */
export async function prepare(parts: Parts, trainer: Trainer, run: Preparing): Promise<Prepared> {
  const { profile, model, signal } = run
  const wanted = { profile, model, views: VIEWS }
  const classOf = new Map<string, number>()
  const known: RunData['references'][number][] = []
  const numbers: Float32Array[] = []
  let lengths: readonly number[] = []
  const notices = await references(parts, wanted, signal, ({ sampleId, identityId, sha256, seen, parts }) => {
    if (!classOf.has(identityId)) classOf.set(identityId, classOf.size)
    known.push({ sampleId, identityId, sha256, class: classOf.get(identityId)! })
    numbers.push(seen.features, seen.views, seen.embedding)
    lengths = parts
  })
  signal.throwIfAborted()
  if (classOf.size < 2)
    throw new AppError('not-trainable', 'Fewer than two identities have a sample that can be read. Enrol more.')
  const tables = photoTables(trainer)
  const kept: PhotoOfRun[] = []
  let lost = 0
  let done = 0
  await inOrder(
    byPhoto(run.photos),
    LANES,
    signal,
    async (photos) => ({ photos, seen: await photoAsBefore(parts, join(run.folder, photos[0]!.path), photos, wanted) }),
    ({ photos, seen }) => {
      run.onPhoto((done += photos.length), run.photos.length)
      if (seen) {
        for (const photo of photos) tables.add(seen[photo.which]!)
        kept.push(...photos)
      } else lost += photos.length
    },
  )
  signal.throwIfAborted()
  if (lost > LOSS * run.photos.length) throw new TooManyLost(lost, run.photos.length, run.folder)
  await sendReferences(trainer, numbers)
  await tables.done()
  const data: RunData = {
    parts: lengths,
    views: VIEWS,
    photos: kept,
    references: known,
    ...links(parts, profile, kept, classOf),
    lost,
    sha256: hashOfAll(kept),
  }
  if (lost > 0) notices.push({ code: 'not-found', message: `${lost} photos can no longer be read and are left out.` })
  return { data, numbers, notices }
}

/**
 * Hands the numbers of a run that goes on to the trainer, the same rows in the same order.
 * @returns false when photos are gone whose features are no longer kept either: then it must begin again
 */
export async function prepareAgain(
  parts: Parts,
  store: RunStore,
  trainer: Trainer,
  run: Omit<Preparing, 'photos'> & { readonly id: string; readonly data: RunData },
): Promise<boolean> {
  const { id, profile, model, signal, data } = run
  const kept = store.references(id).read()
  if (!kept) return false
  const wanted = { profile, model, views: data.views }
  const tables = photoTables(trainer)
  let whole = true
  let done = 0
  await inOrder(
    byPhoto(data.photos),
    LANES,
    signal,
    async (photos) => ({
      photos,
      seen: await gatherKnown(parts, join(run.folder, photos[0]!.path), photos[0]!.sha256, wanted),
    }),
    ({ photos, seen }) => {
      run.onPhoto((done += photos.length), data.photos.length)
      for (const { which } of photos) {
        const one = seen?.found[which]
        if (one) tables.add(one)
        else whole = false
      }
    },
  )
  signal.throwIfAborted()
  if (!whole) return false
  await sendReferences(trainer, kept.numbers)
  await tables.done()
  return true
}

/** Items of one photo, one after the other as the triage made them. */
async function* byPhoto(photos: readonly PhotoOfRun[]): AsyncGenerator<PhotoOfRun[]> {
  let same: PhotoOfRun[] = []
  for (const photo of photos) {
    if (same.length > 0 && same[0]!.path !== photo.path) {
      yield same
      same = []
    }
    same.push(photo)
  }
  if (same.length > 0) yield same
}

/** Undefined when the photo is gone, cannot be read, or is not the one that the triage saw. */
async function photoAsBefore(
  parts: Parts,
  path: string,
  photos: readonly PhotoOfRun[],
  wanted: { profile: Profile; model: string; views: number },
): Promise<readonly Gathered[] | undefined> {
  try {
    await stat(path)
    const seen = await gather(parts, { path }, wanted)
    const same = seen.sha256 === photos[0]!.sha256 && photos.every(({ which }) => which < seen.found.length)
    return same ? seen.found : undefined
  } catch (error) {
    if (error instanceof AppError && FATAL.has(error.code)) throw error
    return undefined
  }
}

function photoTables(trainer: Trainer) {
  const features = createTable(trainer, 'photos')
  const views = createTable(trainer, 'photo-views')
  const embeddings = createTable(trainer, 'embeddings')
  return {
    add(one: Gathered) {
      features.add(one.features)
      views.add(one.views, one.features.length)
      embeddings.add(one.embedding)
    },
    done: () => Promise.all([features.done(), views.done(), embeddings.done()]),
  }
}

async function sendReferences(trainer: Trainer, numbers: readonly Float32Array[]): Promise<void> {
  const features = createTable(trainer, 'references')
  const views = createTable(trainer, 'reference-views')
  const embeddings = createTable(trainer, 'reference-embeddings')
  for (let i = 0; i < numbers.length; i += 3) {
    features.add(numbers[i]!)
    views.add(numbers[i + 1]!, numbers[i]!.length)
    embeddings.add(numbers[i + 2]!)
  }
  await Promise.all([features.done(), views.done(), embeddings.done()])
}

/** Answers about photos of this run: of two that contradict each other the newer one holds. */
function links(
  parts: Parts,
  profile: Profile,
  photos: readonly PhotoOfRun[],
  classOf: ReadonlyMap<string, number>,
): Required<Pick<RunData, 'cannotLink' | 'mustLink'>> {
  const rowsOf = new Map<string, number[]>()
  photos.forEach(({ sha256 }, row) => rowsOf.set(sha256, [...(rowsOf.get(sha256) ?? []), row]))
  const no = new Map<string, [number, number]>()
  const yes = new Map<number, number>()
  for (const { sha256, box, identityId, shows } of parts.gallery.links(profile)) {
    const number = classOf.get(identityId)
    if (number === undefined) continue
    for (const row of rowsOf.get(sha256) ?? []) {
      if (overlap(photos[row]!.box, box) < SAME_BOX) continue
      const key = `${row} ${number}`
      if (shows) {
        yes.set(row, number)
        no.delete(key)
      } else {
        no.set(key, [row, number])
        if (yes.get(row) === number) yes.delete(row)
      }
    }
  }
  return { cannotLink: [...no.values()], mustLink: [...yes] }
}

function hashOfAll(photos: readonly PhotoOfRun[]): string {
  const hash = createHash('sha256')
  for (const { sha256, which } of photos) hash.update(`${sha256} ${which}\n`)
  return hash.digest('hex')
}
