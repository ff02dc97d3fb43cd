import { AppError } from '../../contract/errors.ts'
import type { Profile } from '../../contract/types.ts'
import { LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import type { Control } from '../jobs.ts'
import type { Parts } from '../parts.ts'
import { labelOf } from './facts.ts'
import { reEmbed } from './re-embed.ts'

export interface Target {
  readonly profile: Profile
  readonly model: string
  /** A shipped model answers to the engine by its profile alone. */
  readonly shipped: boolean
  readonly title: string
  readonly by: 'promotion' | 'rollback'
}

/** Embeddings that are written together: few enough for memory, and for a transaction that nobody notices. */
const TOGETHER = 64

/** Profiles whose live model is being changed. */
const under = new WeakMap<Parts['gallery'], Set<Profile>>()

export const isSwitching = ({ gallery }: Pick<Parts, 'gallery'>, profile: Profile): boolean =>
  under.get(gallery)?.has(profile) === true

/**
 * Makes a model live: embeds every sample that lacks its embedding, those enrolled meanwhile included, and writes what it made
 * little by little, which nothing reads; then the last ones and the pointer in one transaction. Until then the old model answers;
 * killed at any moment, either is live, whole, and the next start removes what was written for nothing.
 * Its progress is a job. @throws AppError cancelled, bad-picture, wrong-use while another change of the profile is under way
 */
export function switchModel(parts: Parts, target: Target): Promise<void> {
  const busy = under.get(parts.gallery) ?? new Set()
  under.set(parts.gallery, busy)
  const { profile, title } = target
  if (busy.has(profile))
    throw new AppError(
      'wrong-use',
      `The model of the ${labelOf(parts, profile)} profile is being changed already. Wait until it is done.`,
    )
  busy.add(profile)
  return new Promise<void>((resolve, reject) => {
    parts.jobs.start('promote', title, profile, (control) =>
      run(parts, target, control)
        .finally(() => busy.delete(profile))
        .then(resolve, (error: unknown) => {
          reject(error)
          throw error
        }),
    )
  })
}

async function run(parts: Parts, target: Target, control: Control): Promise<void> {
  const { gallery } = parts
  const { profile, model, shipped, by } = target
  const vectors = new Map<string, Float32Array>()
  const gone = new Set<string>()
  const embed = async (sample: string) => ({
    sample,
    vector: await reEmbed(parts, sample, shipped ? undefined : model),
  })
  let embedded = 0
  let lacking: readonly string[] = gallery.missingEmbeddings(profile, model)
  for (;;) {
    const todo = lacking.filter((sample) => !vectors.has(sample) && !gone.has(sample))
    control.setTotal(embedded + gone.size + todo.length)
    await inOrder(todo, LANES, control.signal, embed, ({ sample, vector }) => {
      if (vector) {
        embedded++
        vectors.set(sample, vector)
      } else gone.add(sample)
      if (vectors.size >= TOGETHER) {
        gallery.addEmbeddings(profile, model, vectors)
        vectors.clear()
      }
      control.count(false)
    })
    if (control.signal.aborted)
      throw new AppError('cancelled', `The change to ${target.title} is cancelled; the model stays.`)
    lacking = gallery.switchModel({ profile, model, by }, vectors)
    if (lacking.length === 0) break
  }
  parts.search.switched(profile)
  parts.changed([])
  parts.emit({ type: 'models-changed' })
}
