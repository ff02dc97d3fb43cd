import { join } from 'node:path'
import type { Gallery } from '../../db/gallery.ts'
import type { Api, AppEvent, HostApi } from '../contract/api.ts'
import type { EngineApi } from '../contract/engine-api.ts'
import type { StartTrainer } from '../contract/trainer-api.ts'
import { AppError } from '../contract/errors.ts'
import {
  BACKENDS,
  isOwn,
  type BackendName,
  type BackendTrial,
  type IdentifyRow,
  type ImportRow,
  type Problem,
  type Status,
} from '../contract/types.ts'
import { analogy } from './analogy.ts'
import { attributeRequests } from './attributes/requests.ts'
import { createCalibrations } from './calibration.ts'
import { enrol, inspect } from './enrol.ts'
import { exportAnswers } from './export-answers.ts'
import { galleryRequests } from './gallery.ts'
import { identify, startIdentify } from './identify.ts'
import { createImports } from './import.ts'
import { createJobs } from './jobs.ts'
import { journalled } from './journal.ts'
import { openFeatureCache } from './learning/feature-cache.ts'
import { labRequests } from './lab/requests.ts'
import { learningRequests } from './learning/requests.ts'
import { createTurn } from './learning/turn.ts'
import { liveModel } from './models/facts.ts'
import { sweepModels } from './models/model-folder.ts'
import { deleteProfile } from './models/profiles.ts'
import { modelRequests } from './models/requests.ts'
import type { Parts } from './parts.ts'
import { createPictures } from './pictures.ts'
import { bundledSamples } from './samples.ts'
import { createSearch } from './search.ts'
import { openSettings } from './settings.ts'
import { verify } from './verify.ts'

export interface Surroundings {
  readonly gallery: Gallery
  /** Calls made while it starts again wait for it. */
  readonly engine: EngineApi
  engineState(): Status['engine']
  tryBackend(name: BackendName): Promise<BackendTrial>
  readonly startTrainer: StartTrainer
  readonly dataFolder: string
  readonly resources: string
  readonly version: string
  readonly key: Status['key']
  /** What the core has to tell besides the gallery's own notices. */
  readonly notices: readonly Problem[]
  emit(event: AppEvent): void
  onBug(error: unknown): void
  shutdown(): Promise<void>
}

export interface App {
  readonly api: Api & HostApi
  /** Tells the window how things stand, after something outside the app changed. */
  tellStatus(): void
  /** Ends the jobs; the gallery stays open. */
  close(): void
}

/** At most so often (milliseconds) is the window told that the gallery has changed. */
const PAUSE = 200

/** Everything the window, the command line and the shell may ask, answered from gallery and engine. */
export async function createApp(around: Surroundings): Promise<App> {
  const { gallery, emit, dataFolder, resources } = around
  const engine = await journalled(around.engine, gallery, join(dataFolder, 'looking.journal'))
  sweepModels(
    dataFolder,
    (id) =>
      gallery.isDiscarded(id) ||
      gallery.attributes.isGone(id) ||
      gallery.isDeletedProfile(id.replace(/-network-[0-9a-f]{16}$/, '')),
  )
  const search = createSearch(gallery)
  const pictures = createPictures(engine, gallery)
  const calibrations = createCalibrations(resources, (model) => gallery.thresholdsOf(model))
  const settings = openSettings(join(dataFolder, 'settings.json'))
  leaveProfile()
  const jobs = createJobs(join(dataFolder, 'jobs'), emit, around.onBug)
  const features = openFeatureCache(join(dataFolder, 'features'), gallery.seal)
  const { startTrainer, onBug } = around
  const shared = { turn: createTurn(), dataFolder, startTrainer, emit, onBug, modelOf }
  const parts: Parts = { gallery, engine, search, pictures, calibrations, settings, jobs, features, ...shared, changed }
  const learning = learningRequests(parts)
  const lab = labRequests(parts)
  const models = modelRequests(parts)
  const attributes = attributeRequests(parts)
  const { requests, forget } = galleryRequests(parts)
  const imports = createImports(parts)
  let telling: NodeJS.Timeout | undefined

  function changed(samples: readonly string[]): void {
    search.update(samples)
    forget()
    telling ??= setTimeout(() => {
      telling = undefined
      emit({ type: 'gallery-changed' })
    }, PAUSE)
  }

  /** A chosen profile that is no longer there gives way to one that always is. */
  function leaveProfile(): void {
    const { profile } = settings.get()
    if (!isOwn(profile) || gallery.profile(profile)) return
    emit({ type: 'settings-changed', settings: settings.change({ profile: 'face' }) })
  }

  function status(): Status {
    let identities = 0
    let samples = 0
    for (const identity of gallery.identities()) {
      identities++
      samples += identity.samples
    }
    const undo = gallery.undoable()
    return {
      version: around.version,
      dataFolder,
      key: around.key,
      gallery: { identities, samples, deleted: gallery.deletedCount() },
      engine: around.engineState(),
      ...(undo && { undo }),
      notices: [...around.notices, ...settings.notices, ...gallery.notices()],
    }
  }

  async function modelOf(profile: Parameters<Api['calibration']>[0]): Promise<string> {
    const { models } = await engine.state()
    const model = models.find((fact) => fact.profile === profile && fact.dimensions > 0)
    if (!model) throw new AppError('model-missing', `The engine has no model for the ${profile} profile.`)
    return model.id
  }

  async function backends(): Promise<BackendTrial[]> {
    const trials: BackendTrial[] = []
    // One at a time: a self-test beside another measures both wrong.
    for (const name of BACKENDS) trials.push(await around.tryBackend(name))
    return trials
  }

  const api: Api & HostApi = {
    ...requests,
    ...learning.requests,
    ...attributes,
    ...lab.requests,
    async emptyDeleted() {
      const gone = await requests.emptyDeleted()
      learning.erase()
      return gone
    },
    ...models,
    async deleteProfile(profile) {
      try {
        return deleteProfile(parts, profile)
      } finally {
        if (!gallery.profile(profile)) learning.leave(profile)
        leaveProfile()
      }
    },
    model: async (id) => learning.withPictures(await models.model(id)),
    status: async () => status(),
    settings: async () => settings.get(),
    async changeSettings(change) {
      if (change.profile !== undefined) gallery.mustHaveProfile(change.profile)
      const next = settings.change(change)
      emit({ type: 'settings-changed', settings: next })
      return next
    },
    bundledSamples: () => bundledSamples(resources, pictures),
    inspect: (request) => inspect(parts, request),
    enrol: (request) => enrol(parts, request),
    verify: (request) => verify(parts, request),
    identify: (request) => identify(parts, request),
    analogy: (request) => analogy(parts, request),
    calibration: async (profile) => calibrations(profile, await liveModel(parts, profile)),
    planImport: imports.plan,
    startImport: async (request) => imports.start(request),
    startIdentify: async (request) => startIdentify(parts, request),
    jobs: async () => jobs.list(),
    cancelJob: async (id) => jobs.cancel(id),
    async identifyRows({ job, offset, limit }) {
      const { rows, total } = jobs.rows(job, 'identify', offset, limit)
      return { rows: rows as IdentifyRow[], total }
    },
    async importRows({ job, offset, limit }) {
      const { rows, total } = jobs.rows(job, 'import', offset, limit)
      return { rows: rows as ImportRow[], total }
    },
    exportAnswers: async (request) => exportAnswers(jobs, request),
    backends,
    adopt: pictures.adopt,
    adoptBytes: pictures.adoptBytes,
    image: pictures.image,
    shutdown: around.shutdown,
  }

  return {
    api,
    tellStatus: () => emit({ type: 'status', status: status() }),
    close() {
      clearTimeout(telling)
      learning.close()
      lab.close()
      jobs.close()
    },
  }
}
