import type { Attribute, AttributeSummary, SimilarAnswer, SimilarRequest } from '../../contract/attributes.ts'
import { AppError } from '../../contract/errors.ts'
import type { Match, Profile } from '../../contract/types.ts'
import { FATAL, LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import { liveModel, liveOf } from '../models/facts.ts'
import { reEmbed } from '../models/re-embed.ts'
import type { Parts } from '../parts.ts'
import { choose } from '../verify.ts'
import { attributeFor, byAttribute } from './chosen.ts'

/** Embeddings that are written together. */
const TOGETHER = 64

export const summaryOf = ({ id, profile, name, createdAt }: AttributeSummary): AttributeSummary => ({
  ...{ id, profile, name, createdAt },
})

/** Identities nearest to a picture, or to another identity, by an attribute or by the whole picture. */
export async function similar(parts: Parts, { profile, by, to, limit }: SimilarRequest): Promise<SimilarAnswer> {
  parts.gallery.mustHaveProfile(profile)
  const attribute = by === undefined ? undefined : attributeFor(parts, by, profile)
  const model = attribute?.model ?? (await liveModel(parts, profile))
  const matches = await byAttribute(attribute, async () => {
    if (attribute) await embedLacking(parts, attribute)
    return 'picture' in to
      ? toPicture(parts, profile, attribute ? { model } : liveOf(parts, profile), to, limit)
      : toIdentity(parts, profile, model, to.identityId, limit)
  })
  const { thresholds } = await parts.calibrations(profile, model)
  return { profile, model, ...(attribute && { by: summaryOf(attribute) }), thresholds, matches }
}

async function toPicture(
  parts: Parts,
  profile: Profile,
  model: { readonly model?: string },
  { picture, box }: Extract<SimilarRequest['to'], { picture: string }>,
  limit: number,
): Promise<readonly Match[]> {
  const { look, found } = await choose(parts, { source: parts.pictures.source(picture), profile, ...model }, box)
  return parts.search.nearest(look.model, found.embedding, limit)
}

/** Each other identity by the nearest of all pairs of samples. */
function toIdentity(parts: Parts, profile: Profile, model: string, id: string, limit: number): readonly Match[] {
  const { gallery, search } = parts
  if (gallery.identity(id).profile !== profile)
    throw new AppError('profile-mismatch', 'This identity belongs to another profile.')
  const own = gallery.samplesOf(id).map((sample) => sample.id)
  const best = new Map<string, Match>()
  for (const sample of own) {
    const vector = search.vector(model, sample)
    for (const match of vector ? search.nearest(model, vector, limit, new Set(own)) : []) {
      const known = best.get(match.identityId)
      if (!known || match.distance < known.distance) best.set(match.identityId, match)
    }
  }
  return [...best.values()].sort((a, b) => a.distance - b.distance).slice(0, limit)
}

const underWay = new WeakMap<Parts['gallery'], Map<string, Promise<void>>>()

/**
 * Embeds the samples that an attribute knows nothing of yet, from the pictures that they keep. One that cannot be looked at is
 * left out. Its progress is a job; whoever asks meanwhile waits for the same one.
 * @throws AppError cancelled, and what ends an engine
 */
function embedLacking(parts: Parts, attribute: Attribute): Promise<void> {
  const busy = underWay.get(parts.gallery) ?? new Map<string, Promise<void>>()
  underWay.set(parts.gallery, busy)
  const { model, profile, name } = attribute
  const waiting = busy.get(model)
  if (waiting) return waiting
  const lacking = parts.gallery.missingEmbeddings(profile, model)
  if (lacking.length === 0) return Promise.resolve()
  const done = new Promise<void>((resolve, reject) => {
    parts.jobs.start('attributes', name, profile, async (control) => {
      try {
        await embed(parts, attribute, lacking, control)
        if (control.signal.aborted)
          throw new AppError('cancelled', `Comparing by ${name} is cancelled; what was made is kept.`)
        resolve()
      } catch (error) {
        reject(error as Error)
        throw error
      }
    })
  }).finally(() => busy.delete(model))
  busy.set(model, done)
  return done
}

type JobControl = Parameters<Parameters<Parts['jobs']['start']>[3]>[0]

async function embed(
  parts: Parts,
  { model, profile }: Attribute,
  lacking: readonly string[],
  control: JobControl,
): Promise<void> {
  control.setTotal(lacking.length)
  const vectors = new Map<string, Float32Array>()
  const write = () => {
    // The attribute may have been deleted meanwhile; its model then has no embeddings.
    if (parts.gallery.attributes.isUsed(model)) parts.gallery.addEmbeddings(profile, model, vectors)
    parts.search.update([...vectors.keys()])
    vectors.clear()
  }
  await inOrder(
    lacking,
    LANES,
    control.signal,
    async (sample) => ({ sample, vector: await embedded(parts, sample, model) }),
    ({ sample, vector }) => {
      if (vector) vectors.set(sample, vector)
      if (vectors.size >= TOGETHER) write()
      control.count(vector === undefined)
    },
  )
  write()
}

async function embedded(parts: Parts, sample: string, model: string): Promise<Float32Array | undefined> {
  try {
    return await reEmbed(parts, sample, model)
  } catch (error) {
    if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
    return undefined
  }
}
