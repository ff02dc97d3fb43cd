import type { EngineApi, Look, LookRequest } from '../contract/engine-api.ts'
import { AppError } from '../contract/errors.ts'
import {
  isOwn,
  PROFILES,
  type BackendState,
  type EngineState,
  type OwnProfile,
  type Profile,
  type ShippedProfile,
} from '../contract/types.ts'
import { chooseBackend } from './backends/choose.ts'
import { loadFaceProfile } from './face/profile.ts'
import type { OwnFeatures } from './features.ts'
import type { Learned } from './learned/load.ts'
import { lookWith } from './learned/network-look.ts'
import { openLearned, openNetworks } from './learned/models.ts'
import type { LearnedNetwork } from './learned/load-network.ts'
import { tunedFeatures } from './learned/tuned.ts'
import { lossFacts } from './losses/table.ts'
import type { Applied, LoadedProfile } from './model.ts'
import { loadObjectProfile } from './object/profile.ts'
import { pictureCrops, pictureFeatures, picturePixels, pictureShape } from './picture-features.ts'
import { decodePicture, type Picture } from './picture/decode.ts'
import { render } from './picture/render.ts'

/** Pictures decoded at the same time: a second decodes while the first computes; more would only cost memory. */
const AT_ONCE = 2

const LOAD: Readonly<Record<ShippedProfile, (resources: string) => Promise<LoadedProfile>>> = {
  face: loadFaceProfile,
  object: loadObjectProfile,
}

export interface EngineOptions {
  /** The folder resources/ with the models. */
  readonly resources: string
  /** A backend by name; without it the fastest that passes its self-test. */
  readonly backend?: string | undefined
  /** The folder of learned models, one below it each. */
  readonly models?: string | undefined
}

/**
 * The engine: decodes pictures, finds faces and embeds. It starts at once; every request waits for the start and fails
 * with its error when there is one, 'backend-unavailable' or 'model-missing'.
 */
export function createEngine({ resources, backend, models }: EngineOptions): EngineApi {
  const started = start(resources, backend)
  // Every request reports it; a start that fails before the first request is no unhandled rejection.
  started.catch(() => {})
  const inTurn = limited(AT_ONCE)
  const tuned = new Map<Learned, OwnFeatures>()
  const learned = openLearned(models, (model) => {
    tuned.get(model)?.dispose()
    tuned.delete(model)
  })
  const networks = openNetworks(models)

  /** A learned model works on the features of its profile's shipped one, of exactly that one. */
  async function learnedOf(id: string, profile: LoadedProfile): Promise<Learned & Applied> {
    const model = await learned(id)
    if (model.fact.profile !== profile.model.profile || model.base !== profile.model.id)
      throw new AppError(
        'model-missing',
        `The learned model ${id} was made for another model than ${profile.model.id}.`,
      )
    if (!model.tuned) return model
    const features = tuned.get(model) ?? tunedFeatures(id, model.tuned, profile)
    tuned.set(model, features)
    return { ...model, features }
  }

  async function networkOf(id: string | undefined, profile: OwnProfile): Promise<LearnedNetwork> {
    await started
    const model = id === undefined ? undefined : await networks(id)
    if (model?.fact.profile === profile) return model
    throw new AppError('model-missing', `The learned model ${id ?? ''} is not one of the profile ${profile}.`)
  }

  async function shipped(profile: Profile): Promise<LoadedProfile> {
    if (isOwn(profile))
      throw new AppError('wrong-use', 'A network from scratch has no features that a head could take.')
    return (await started).profiles[profile]
  }

  /** What is found in a picture, and the model that found it. */
  async function find(request: LookRequest, picture: Picture): Promise<Pick<Look, 'model' | 'found'>> {
    if (isOwn(request.profile)) {
      const { fact, network } = await networkOf(request.model, request.profile)
      return { model: fact.id, found: await lookWith(network, picture, request) }
    }
    const profile = await shipped(request.profile)
    const model = request.model === undefined ? undefined : await learnedOf(request.model, profile)
    return { model: request.model ?? profile.model.id, found: await profile.look(picture, request, model) }
  }

  return {
    state: async () => (await started).state,
    look: (request) =>
      inTurn(async () => {
        await started
        const picture = await decodePicture(request.source, true)
        const { name, width, height, sha256, bytes } = picture
        const original = request.keep === 'original' ? { original: bytes } : {}
        return { name, width, height, sha256, ...(await find(request, picture)), ...original }
      }),
    features: (request) => inTurn(async () => pictureFeatures(request, await shipped(request.profile))),
    crops: (request) => inTurn(async () => pictureCrops(request, await shipped(request.profile))),
    shape: (request) => inTurn(() => pictureShape(request.source)),
    pixels: (request) => inTurn(() => picturePixels(request)),
    async model(id) {
      await started
      if (id.startsWith('own-')) return (await networks(id)).fact
      const { fact } = await learned(id)
      return (await learnedOf(id, await shipped(fact.profile))).fact
    },
    losses: async () => lossFacts(),
    render: ({ source, box, size }) => inTurn(async () => render(await decodePicture(source, false), box, size)),
  }
}

interface Started {
  readonly state: EngineState
  readonly profiles: Readonly<Record<ShippedProfile, LoadedProfile>>
}

async function start(resources: string, forced: string | undefined): Promise<Started> {
  const backend: BackendState = await chooseBackend(resources, forced)
  const loaded = await Promise.all(PROFILES.map((profile) => LOAD[profile](resources)))
  const profiles = Object.fromEntries(PROFILES.map((profile, i) => [profile, loaded[i]!])) as Record<
    ShippedProfile,
    LoadedProfile
  >
  // After the answer that says the engine is ready, before most first pictures.
  setTimeout(() => loaded.forEach((profile) => setTimeout(() => profile.warm())))
  return { state: { backend, models: loaded.map(({ model }) => model) }, profiles }
}

/** Runs at most `most` tasks at a time, the others in the order they came. */
function limited(most: number): <T>(task: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (task) => {
    if (running >= most) await new Promise<void>((go) => waiting.push(go))
    else running++
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
