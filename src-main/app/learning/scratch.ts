import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { StartRunRequest } from '../../contract/learning-api.ts'
import { NETWORKS } from '../../contract/networks.ts'
import { nameSchema } from '../../contract/schemas.ts'
import { HELD_OUT, type Trainer } from '../../contract/trainer-api.ts'
import { isOwn, type OwnProfile } from '../../contract/types.ts'
import { FATAL, LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import { hashOf } from '../journal.ts'
import { labelOf } from '../models/facts.ts'
import { mustBeFree } from '../models/profiles.ts'
import type { Parts } from '../parts.ts'
import { walk } from '../walk.ts'
import type { LiveRun, Teller } from './live-run.ts'
import { LOSS, TooManyLost } from './run-data.ts'
import type { RunData, RunStore } from './run-store.ts'
import { createTable } from './table.ts'

export interface PlannedScratch {
  readonly folder: string
  readonly unlabelled?: string
  /** One that is there and gets a challenger; absent for one that is to be made. */
  readonly profile?: OwnProfile
  readonly name: string
  /** Names of the sub-folders. */
  readonly classes: readonly string[]
}

/** Pictures that size and colours are found from. */
const SAMPLED = 60
/** Sides of the square that pictures are brought to: the first that is no smaller than most of them. */
const SIDES = [28, 32, 48, 64]
const FEWEST = 2
/** With fewer comparisons none of the thresholds has a place: they stand where one in ten is mistaken. */
const COMPARED = 10

interface Labelled {
  readonly path: string
  readonly relative: string
  /** Sub-folder; undefined for an unlabelled picture. */
  readonly label?: string
}

/**
 * Looks at a labelled folder before a run from scratch.
 * @param taken names that other runs will give to profiles
 * @throws AppError wrong-use, not-trainable, not-found for a profile that is not there
 */
export async function plannedScratch(
  parts: Parts,
  request: StartRunRequest,
  taken: readonly string[],
): Promise<PlannedScratch> {
  const folderOf = (token: string) => {
    const source = parts.pictures.source(token)
    if (!('path' in source)) throw new AppError('wrong-use', 'A run from scratch needs a folder.')
    return source.path
  }
  if (request.labelled === undefined)
    throw new AppError('wrong-use', 'A run from scratch needs a folder with a sub-folder for each class.')
  const folder = folderOf(request.labelled)
  const wanted = whose(parts, request, basename(folder), taken)
  const { network, loss } = request.config
  if (network !== undefined && !NETWORKS.some(({ name }) => name === network))
    throw new AppError(
      'wrong-use',
      `There is no network "${network}". Networks are ${NETWORKS.map(({ name }) => name).join(', ')}.`,
    )
  await mustBeLoss(parts, loss)
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
  if (comparisons([...counts.values()]) < COMPARED)
    throw refuse(
      'The classes have too few pictures: some are kept from training, to measure how alike two pictures of one class are. ' +
        'Six pictures in each sub-folder are enough.',
    )
  return {
    folder,
    ...(request.unlabelled !== undefined && { unlabelled: folderOf(request.unlabelled) }),
    ...wanted,
    classes,
  }
}

/** @throws AppError wrong-use, before any picture is read for it */
async function mustBeLoss(parts: Parts, loss: string | undefined): Promise<void> {
  if (loss === undefined) return
  const names = (await parts.engine.losses()).map(({ name }) => name)
  if (!names.includes(loss))
    throw new AppError('wrong-use', `There is no loss "${loss}". Losses are ${names.join(', ')}.`)
}

/** The profile that a run is for, or the name of the one that it makes. @throws AppError not-found, wrong-use */
function whose(
  parts: Parts,
  { profile, name }: StartRunRequest,
  folder: string,
  taken: readonly string[],
): Pick<PlannedScratch, 'profile' | 'name'> {
  if (isOwn(profile)) {
    parts.gallery.mustHaveProfile(profile)
    return { profile, name: labelOf(parts, profile) }
  }
  const wanted = name ?? nameSchema.parse(folder)
  mustBeFree(parts, wanted, taken)
  return { name: wanted }
}

/** Pairs of two classes' pictures, one of them held out, that thresholds can be measured on. */
function comparisons(counts: readonly number[]): number {
  const { share, from, references } = HELD_OUT
  const held = counts.map((count) => (count < from ? 0 : Math.max(1, Math.floor(share * count))))
  const shown = counts.map((count, i) => Math.min(references, count - held[i]!))
  const all = shown.reduce((sum, count) => sum + count, 0)
  return held.reduce((sum, count, i) => sum + count * (all - shown[i]!), 0)
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

/** Side and colours of a network's input, as most pictures have them; the side of a network that takes but one. */
export async function inputOf(parts: Parts, folder: string, network: string | undefined): Promise<Picture> {
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
  const fixed = NETWORKS.find(({ name, least, side }) => name === network && least === side)
  const side = fixed?.side ?? SIDES.find((one) => one >= middle) ?? SIDES.at(-1)!
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
  const picture = before?.picture ?? (await inputOf(parts, folder, live.stored.run.config.network))
  const champion = await otherInput(parts, live, picture)
  const pixels = createTable(trainer, 'pixels')
  const championPixels = createTable(trainer, 'champion-pixels')
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
    async (one) => ({
      one,
      read: await pixelsOf(parts, one.path, picture),
      also: champion && one.label !== undefined ? await pixelsOf(parts, one.path, champion) : undefined,
    }),
    ({ one, read, also }) => {
      teller.put(live, { step: ++done })
      teller.soon(live)
      if (!read || (champion && one.label !== undefined && !also)) {
        lost++
        return
      }
      pixels.add(read.values)
      if (also) championPixels.add(also.values)
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
  await championPixels.done()
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

/** The network that answers in the profile now; undefined for a profile that this run makes. */
export function championOf({ gallery }: Pick<Parts, 'gallery'>, { stored: { run } }: LiveRun): string | undefined {
  const model = gallery.live(run.profile)?.model
  // Gone on with after its end had begun: it would be compared with itself.
  return model !== undefined && gallery.learnedModel(model).facts.run !== run.id ? model : undefined
}

/** What the network of the profile takes, where that differs from this run's. */
async function otherInput(parts: Parts, live: LiveRun, picture: Picture): Promise<Picture | undefined> {
  const champion = championOf(parts, live)
  const takes = champion === undefined ? undefined : (await parts.engine.model(champion)).takes
  const same = (side: 'width' | 'height' | 'channels') => takes?.[side] === picture[side]
  return same('width') && same('height') && same('channels') ? undefined : takes
}

export async function pixelsOf(
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
