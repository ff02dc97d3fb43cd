import type { Trainer, TrainResult, TrainWork } from '../../contract/trainer-api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Run } from '../../contract/types.ts'
import { folderOf } from '../models/model-folder.ts'
import type { Parts } from '../parts.ts'
import type { LiveRun, Teller } from './live-run.ts'
import { sendCrops } from './run-crops.ts'
import { prepare, prepareAgain, type Preparing } from './run-data.ts'
import { ofScratch } from './network-result.ts'
import { conclude } from './run-result.ts'
import type { RunData, RunStore, StoredRun } from './run-store.ts'
import { championOf as networkInUse, prepareScratch } from './scratch.ts'
import { createTable } from './table.ts'
import { backendChanged } from './slower-backend.ts'
import type { TriageStore } from './triage-store.ts'
import { usableForRun } from './triage-view.ts'

/**
 * One run from its pictures to its challenger, begun or gone on with.
 * @returns id of the model that it made
 * @throws TooManyLost, AppError as the engine, the trainer and the disk give them
 */
export async function work(
  parts: Parts,
  store: RunStore,
  teller: Teller,
  triages: TriageStore,
  live: LiveRun,
  trainer: Trainer,
): Promise<string> {
  const [{ backend, label }, data] = await Promise.all([
    trainer.api.ready(),
    live.stored.run.config.recipe === 'scratch'
      ? prepareScratch(parts, store, teller, live, trainer)
      : pictures(parts, store, teller, triages, live, trainer),
  ])
  live.cancel.signal.throwIfAborted()
  name(parts, live, data)
  const { run } = live.stored
  if (live.stored.backend !== undefined && run.backend !== undefined && run.backend !== backend)
    teller.notice(live, [backendChanged(run.backend, label)])
  teller.become(live, 'running', {
    step: 0,
    steps: live.stored.run.config.steps ?? 0,
    photos: data.photos.length + (data.picture ? data.references.length : 0),
    backend,
  })
  const result: TrainResult = await trainer.api.train(await request(parts, store, trainer, live, data))
  live.cancel.signal.throwIfAborted()
  if (live.stored.run.state !== 'evaluating') teller.become(live, 'evaluating')
  const model = await conclude(parts, store, live, data, result)
  if (result.kind === 'network') teller.notice(live, [{ code: 'network', message: ofScratch(live, result) }])
  store.dropCheckpoints(live.id)
  return model
}

/** Features of everything; and the crops themselves where a network of other weights than the shipped ones is in play. */
async function pictures(
  parts: Parts,
  store: RunStore,
  teller: Teller,
  triages: TriageStore,
  live: LiveRun,
  trainer: Trainer,
): Promise<RunData> {
  const data = await features(parts, store, teller, triages, live, trainer)
  const { folder, base, run } = live.stored
  if (run.config.recipe !== 'fine-tune' && championModel(parts, run)?.kind !== 'fine-tuned') return data
  await sendCrops(parts, store, trainer, {
    ...{ id: live.id, folder, profile: run.profile, model: base, data, signal: live.cancel.signal },
    onPhoto: telling(teller, live),
  })
  return data
}

const telling = (teller: Teller, live: LiveRun) => (done: number, total: number) => {
  teller.put(live, { step: done, steps: total })
  teller.soon(live)
}

async function features(
  parts: Parts,
  store: RunStore,
  teller: Teller,
  triages: TriageStore,
  live: LiveRun,
  trainer: Trainer,
): Promise<RunData> {
  const { id, stored } = live
  const common = {
    folder: stored.folder,
    profile: stored.run.profile,
    model: stored.base,
    signal: live.cancel.signal,
    onPhoto: telling(teller, live),
  }
  const before = store.data(id)
  if (before) {
    if (await prepareAgain(parts, store, trainer, { ...common, id, data: before })) return before
    await trainer.api.clear()
    store.dropCheckpoints(id)
    store.cutPoints(id, -1)
    teller.notice(live, [
      {
        code: 'not-found',
        message: 'Photos that the run had read are gone. It begins again with those that are there.',
      },
    ])
  }
  const photos = photosOf(triages, live.stored.run.triage)
  const { data, numbers, notices } = await prepare(parts, trainer, { ...common, photos })
  // The references as they are now: who is enrolled or changed meanwhile is none of this run's.
  store.references(id).write({}, numbers)
  store.putData(id, data)
  teller.notice(live, notices)
  return data
}

export function photosOf(triages: TriageStore, triage: string | undefined): Preparing['photos'] {
  if (triage === undefined) throw new AppError('wrong-use', 'This run has no folder that was looked through.')
  const { stored, standings } = triages.open(triage)
  const photos = usableForRun(stored, standings).map((index) => {
    const { path, sha256, which, box } = stored.items[index]!
    return { item: index, path, sha256: sha256!, which: which!, box: box!, weight: standings[index]!.weight }
  })
  if (photos.length === 0)
    throw new AppError('not-trainable', 'Every photo of the folder is left out. Take some back in.')
  return photos
}

/** Names of the classes as they are at the start: the run is about these. */
function name(parts: Parts, live: LiveRun, data: RunData): void {
  if (live.stored.classes.length > 0) return
  const ids = new Map(data.references.map((reference) => [reference.class, reference.identityId]))
  const classes = [...ids]
    .sort(([a], [b]) => a - b)
    .map(([, id]) => ({
      id,
      name: parts.gallery.findIdentity(id)?.name ?? (data.picture ? id : ''),
    }))
  live.stored = { ...live.stored, classes, run: { ...live.stored.run, identities: classes.length } }
}

async function request(
  parts: Parts,
  store: RunStore,
  trainer: Trainer,
  live: LiveRun,
  data: RunData,
): Promise<TrainWork> {
  const { id, stored } = live
  const champion = data.picture ? networkFolder(parts, live) : await championOf(parts, trainer, stored)
  return {
    run: id,
    folder: store.folderOf(id),
    config: stored.run.config,
    profile: stored.run.profile,
    base: stored.base,
    parts: data.parts,
    classes: stored.classes.length,
    identities: stored.classes.map((one) => one.id),
    labels: Int32Array.from(data.references, (reference) => reference.class),
    weights: weightsOf(data),
    views: data.views,
    cannotLink: Int32Array.from(data.cannotLink.flat()),
    mustLink: Int32Array.from((data.mustLink ?? []).flat()),
    ...(data.picture && { picture: data.picture }),
    ...(champion !== undefined && { champion }),
  }
}

/** Of each photo in the entropy term; what is confirmed weighs fully, whatever it looks like. */
export function weightsOf({ photos, mustLink = [] }: RunData): Float32Array {
  const weights = Float32Array.from(photos, ({ weight }) => weight)
  for (const [row] of mustLink) weights[row] = 1
  return weights
}

/** The files of the network that answers now in the profile of a run from scratch; undefined where the run makes it. */
function networkFolder(parts: Parts, live: LiveRun): string | undefined {
  const model = networkInUse(parts, live)
  return model === undefined ? undefined : folderOf(parts.dataFolder, model)
}

/** The learned model that answers now; undefined while the shipped one does. */
function championModel(parts: Parts, { profile }: Run) {
  const live = parts.gallery.live(profile)
  return live && parts.gallery.learnedModel(live.model)
}

/** The files of the model that answers now, its prototypes handed to the trainer; undefined while the shipped model is live. */
async function championOf(parts: Parts, trainer: Trainer, { run, classes }: StoredRun): Promise<string | undefined> {
  const model = championModel(parts, run)
  if (!model) return undefined
  const known = new Map(parts.gallery.prototypes(model).map((one) => [one.identityId, one.vector]))
  const table = createTable(trainer, 'champion-prototypes')
  // A class without one has a row of zeros.
  for (const { id } of classes) table.add(known.get(id) ?? new Float32Array(model.dimensions))
  await table.done()
  return folderOf(parts.dataFolder, model.id)
}
