import type { EngineApi } from '../contract/engine-api.ts'
import { AppError } from '../contract/errors.ts'
import { PROFILES, type BackendState, type EngineState, type Profile } from '../contract/types.ts'
import { chooseBackend } from './backends/choose.ts'
import { loadFaceProfile } from './face/profile.ts'
import type { Learned } from './learned/load.ts'
import { openLearned } from './learned/models.ts'
import type { LoadedProfile } from './model.ts'
import { loadObjectProfile } from './object/profile.ts'
import { pictureFeatures, picturePixels, pictureShape } from './picture-features.ts'
import { decodePicture } from './picture/decode.ts'
import { render } from './picture/render.ts'

/** Pictures decoded at the same time: a second decodes while the first computes; more would only cost memory. */
const AT_ONCE = 2

const LOAD: Readonly<Record<Profile, (resources: string) => Promise<LoadedProfile>>> = {
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
  const learned = openLearned(models)

  /** A learned model works on the features of its profile's shipped one, of exactly that one. */
  async function learnedOf(id: string, profile: LoadedProfile): Promise<Learned> {
    const model = await learned(id)
    if (model.fact.profile !== profile.model.profile || model.base !== profile.model.id)
      throw new AppError(
        'model-missing',
        `The learned model ${id} was made for another model than ${profile.model.id}.`,
      )
    return model
  }

  return {
    state: async () => (await started).state,
    look: (request) =>
      inTurn(async () => {
        const { profiles } = await started
        const profile = profiles[request.profile]
        const picture = await decodePicture(request.source, true)
        const { name, width, height, sha256, bytes } = picture
        const model = request.model === undefined ? undefined : await learnedOf(request.model, profile)
        const found = await profile.look(picture, request, model?.apply)
        const original = request.keep === 'original' ? { original: bytes } : {}
        return { name, width, height, sha256, model: request.model ?? profile.model.id, found, ...original }
      }),
    features: (request) => inTurn(async () => pictureFeatures(request, (await started).profiles[request.profile])),
    shape: (request) => inTurn(() => pictureShape(request.source)),
    pixels: (request) => inTurn(() => picturePixels(request)),
    async model(id) {
      const { profiles } = await started
      const { fact } = await learned(id)
      return (await learnedOf(id, profiles[fact.profile])).fact
    },
    render: ({ source, box, size }) => inTurn(async () => render(await decodePicture(source, false), box, size)),
  }
}

interface Started {
  readonly state: EngineState
  readonly profiles: Readonly<Record<Profile, LoadedProfile>>
}

async function start(resources: string, forced: string | undefined): Promise<Started> {
  const backend: BackendState = await chooseBackend(resources, forced)
  const loaded = await Promise.all(PROFILES.map((profile) => LOAD[profile](resources)))
  const profiles = Object.fromEntries(PROFILES.map((profile, i) => [profile, loaded[i]!])) as Record<
    Profile,
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
