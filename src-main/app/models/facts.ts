import type { StoredLearned } from '../../../db/gallery.ts'
import { noProfile } from '../../../db/profiles.ts'
import { AppError } from '../../contract/errors.ts'
import {
  isOwn,
  type LearnedModel,
  type ModelDetail,
  type ModelFact,
  type ModelState,
  type Profile,
} from '../../contract/types.ts'
import type { Parts } from '../parts.ts'

/** The profile's shipped model. @throws AppError model-missing */
export async function shippedModel(parts: Pick<Parts, 'engine'>, profile: Profile): Promise<ModelFact> {
  if (isOwn(profile)) throw noProfile()
  const { models } = await parts.engine.state()
  const model = models.find((fact) => fact.profile === profile && fact.dimensions > 0)
  if (!model) throw new AppError('model-missing', `The engine has no model for the ${profile} profile.`)
  return model
}

/** Id of the model that answers now. */
export async function liveModel(parts: Pick<Parts, 'engine' | 'gallery'>, profile: Profile): Promise<string> {
  return parts.gallery.live(profile)?.model ?? (await shippedModel(parts, profile)).id
}

/**
 * What a look asks of the engine besides the profile: nothing while the shipped model is live.
 * @throws AppError not-found for a profile of the user's own that is no longer there
 */
export function liveOf(parts: Pick<Parts, 'gallery'>, profile: Profile): { readonly model?: string } {
  const live = parts.gallery.live(profile)
  if (!live && isOwn(profile)) throw noProfile()
  return live ? { model: live.model } : {}
}

export function learnedOf({ gallery }: Pick<Parts, 'gallery'>, model: StoredLearned): LearnedModel {
  const { id, profile, kind, dimensions, createdAt, facts } = model
  const live = gallery.live(profile)
  const { title, parent, run, recipe, comparison, imported } = facts
  return {
    id,
    profile,
    title,
    kind,
    state: stateOf(gallery, model),
    dimensions,
    createdAt,
    ...(live?.model === id && { liveSince: live.at }),
    ...(parent !== undefined && { parent }),
    ...(run !== undefined && { run }),
    ...(recipe !== undefined && { recipe }),
    ...(comparison && { verdict: comparison.verdict }),
    ...(imported && { imported }),
  }
}

function stateOf(gallery: Parts['gallery'], { id, profile, discardedAt, keptAt }: StoredLearned): ModelState {
  if (discardedAt !== null) return 'discarded'
  if (gallery.live(profile)?.model === id) return 'live'
  if (gallery.everLive(id)) return 'retired'
  return keptAt === null ? 'challenger' : 'kept'
}

export function detailOf(parts: Pick<Parts, 'gallery'>, model: StoredLearned): ModelDetail {
  const { config, chosen, backend, data, comparison, bytes, sha256 } = model.facts
  return {
    ...learnedOf(parts, model),
    ...(config && { config }),
    ...(chosen && { chosen }),
    ...(backend !== undefined && { backend }),
    ...(data && { data }),
    ...(comparison && { comparison }),
    trainedOn: model.trainedOn.flatMap((id) => {
      const identity = parts.gallery.findIdentity(id)
      return identity ? [{ id, name: identity.name }] : []
    }),
    trainedOnErased: model.erased,
    bytes,
    sha256,
  }
}

export function shippedDetail({ gallery }: Pick<Parts, 'gallery'>, fact: ModelFact): ModelDetail {
  const { id, profile, dimensions, sha256 } = fact
  return {
    id,
    profile,
    title: profile,
    kind: 'shipped',
    state: gallery.live(profile) ? 'retired' : 'live',
    dimensions,
    createdAt: 0,
    trainedOn: [],
    trainedOnErased: 0,
    // Weights of four bytes.
    bytes: fact.parameters * 4,
    sha256,
  }
}

/** What a profile is called: an own one as its user named it. */
export const labelOf = ({ gallery }: Pick<Parts, 'gallery'>, profile: Profile): string =>
  gallery.profile(profile)?.name ?? profile
