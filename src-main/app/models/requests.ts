import { AppError } from '../../contract/errors.ts'
import type { LearningApi } from '../../contract/learning-api.ts'
import type { LearnedModel, ModelDetail, Profile } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { detailOf, labelOf, learnedOf, liveModel, shippedDetail, shippedModel } from './facts.ts'
import { removeModel } from './model-folder.ts'
import { ownProfiles } from './profiles.ts'
import { exportModel, importModel } from './package.ts'
import { switchModel } from './switch-model.ts'

type Requests = Pick<
  LearningApi,
  | 'profiles'
  | 'models'
  | 'model'
  | 'promote'
  | 'keepModel'
  | 'discardModel'
  | 'rollback'
  | 'exportModel'
  | 'importModel'
>

/** What may be asked about learned models, and done with them. */
export function modelRequests(parts: Parts): Requests {
  const { gallery, engine } = parts

  async function shipped(): Promise<ModelDetail[]> {
    const { models } = await engine.state()
    return models.filter(({ dimensions }) => dimensions > 0).map((fact) => shippedDetail(parts, fact))
  }

  async function model(id: string): Promise<ModelDetail> {
    // Only a shipped model has to wait for the engine.
    if (gallery.isLearned(id)) return detailOf(parts, gallery.learnedModel(id))
    const found = (await shipped()).find((one) => one.id === id)
    if (!found) throw new AppError('not-found', `There is no model "${id}".`)
    return found
  }

  async function models(): Promise<LearnedModel[]> {
    const builtIn = (await shipped()).map(
      ({ id, profile, title, kind, state, dimensions, createdAt }): LearnedModel => ({
        ...{ id, profile, title, kind, state, dimensions, createdAt },
      }),
    )
    return [...builtIn, ...gallery.learned().map((one) => learnedOf(parts, one))]
  }

  async function promote({ model: id, anyway }: Parameters<Requests['promote']>[0]): Promise<ModelDetail> {
    const chosen = await model(id)
    const { profile, title, state, kind } = chosen
    if (state === 'live') throw new AppError('wrong-use', `${title} is live already.`)
    if (state === 'discarded') throw new AppError('wrong-use', `${title} is discarded; its files are gone.`)
    if (kind !== 'shipped' && anyway !== true) await mustBeBetter(chosen)
    if (kind !== 'shipped') await engine.model(id)
    await switchModel(parts, { profile, model: id, shipped: kind === 'shipped', title, by: 'promotion' })
    return model(id)
  }

  /** Better than the model that is live now: a comparison with one that has gone says nothing of it. */
  async function mustBeBetter(chosen: ModelDetail): Promise<void> {
    const { profile, comparison } = chosen
    if (comparison?.verdict !== 'better') throw notBetter(chosen)
    const live = await model(await liveModel(parts, profile))
    if (comparison.champion.model === live.id) return
    throw notBetter(chosen, `It was compared with another model than ${live.title}, which is live now.`)
  }

  async function rollback(profile: Profile): Promise<ModelDetail> {
    const before = gallery.beforeLive(profile)
    if (before === undefined)
      throw new AppError(
        'nothing-to-undo',
        `No model of the ${labelOf(parts, profile)} profile was promoted; there is none to go back to.`,
      )
    const target = await model(before ?? (await shippedModel(parts, profile)).id)
    if (before !== null) await engine.model(before)
    await switchModel(parts, {
      ...{ profile, model: target.id, shipped: before === null },
      ...{ title: target.title, by: 'rollback' },
    })
    return model(target.id)
  }

  async function keepModel(id: string): Promise<ModelDetail> {
    const { facts, discardedAt } = gallery.learnedModel(id)
    if (discardedAt !== null) throw new AppError('wrong-use', `${facts.title} is discarded; its files are gone.`)
    gallery.keepModel(id)
    parts.emit({ type: 'models-changed' })
    return model(id)
  }

  async function discardModel(id: string): Promise<ModelDetail> {
    const { facts, profile } = gallery.learnedModel(id)
    if (gallery.live(profile)?.model === id)
      throw new AppError('wrong-use', `${facts.title} is live. Roll back or promote another model first.`)
    gallery.discardModel(id)
    removeModel(parts.dataFolder, id)
    parts.search.switched(profile)
    parts.emit({ type: 'models-changed' })
    return model(id)
  }

  return {
    profiles: async () => ownProfiles(parts),
    models,
    model,
    promote,
    keepModel,
    discardModel,
    rollback,
    exportModel: async (id) => exportModel(parts, gallery.learnedModel(id)),
    importModel: (file) => importModel(parts, file),
  }
}

function notBetter({ title, comparison, imported }: ModelDetail, reason?: string): AppError {
  const why =
    reason ??
    comparison?.reason ??
    (imported
      ? 'It was imported, and nothing here has measured whether it is better.'
      : 'Nothing has measured whether it is better.')
  return new AppError(
    'not-better',
    `${title} is not found better than the live model. ${why} It can be promoted anyway.`,
  )
}
