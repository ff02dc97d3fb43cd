import type { Source } from '../../contract/engine-api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Box, Problem, Profile, Sample } from '../../contract/types.ts'
import { overlap } from '../boxes.ts'
import { FATAL } from '../identify.ts'
import type { Parts } from '../parts.ts'
import { gather, type Gathered } from './gather.ts'

/** A sample of the gallery with the features of what it keeps. */
export interface Reference {
  readonly sampleId: string
  readonly identityId: string
  /** Of the picture that it was enrolled from. */
  readonly sha256: string
  readonly box: Box
  readonly seen: Gathered
  readonly parts: readonly number[]
  readonly hash: string
}

/** Samples of every identity of a profile, oldest identity first: the order of the classes. */
export function samplesOf(parts: Parts, profile: Profile): Sample[] {
  return [...parts.gallery.identities()]
    .filter((identity) => identity.profile === profile)
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .flatMap((identity) => parts.gallery.samplesOf(identity.id))
}

/**
 * Features of the samples' kept pictures. One that cannot be read is left out and told.
 * @param onEach called after each sample
 */
export async function references(
  parts: Parts,
  wanted: { readonly profile: Profile; readonly model: string; readonly views: number },
  signal: AbortSignal,
  onEach: (reference: Reference) => void | Promise<void>,
): Promise<Problem[]> {
  const problems: Problem[] = []
  for (const sample of samplesOf(parts, wanted.profile)) {
    if (signal.aborted) break
    try {
      await onEach(await reference(parts, sample, wanted))
    } catch (error) {
      if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
      problems.push({ code: error.code, message: `A sample is left out: ${error.message}` })
    }
  }
  return problems
}

async function reference(
  parts: Parts,
  sample: Sample,
  wanted: { profile: Profile; model: string; views: number },
): Promise<Reference> {
  const bytes = parts.gallery.kept(sample.id)
  const source: Source = { name: sample.sourceName || 'a sample', bytes }
  const { found, parts: lengths, hash } = await gather(parts, source, { ...wanted, ...lookAt(sample) })
  const seen = seenOf(sample, found)
  if (!seen) throw new AppError('no-face', `nothing is found in the kept picture of "${source.name}".`)
  const { id: sampleId, identityId, sourceSha256: sha256, box } = sample
  return { sampleId, identityId, sha256, box, seen, parts: lengths, hash }
}

/** Where a sample's kept picture is looked at: a kept crop holds the thing and its margin, an original the box as enrolled. */
export const lookAt = ({ keeps, drawn, profile, box }: Sample): { box?: Box; drawn?: boolean } =>
  keeps === 'crop' || (!drawn && profile !== 'face') ? {} : { box, drawn }

/** Which of what is found in its kept picture is the sample. */
export const seenOf = ({ keeps, box }: Sample, found: readonly Gathered[]): Gathered | undefined =>
  keeps === 'crop' ? found[0] : nearest(found, box)

const nearest = (found: readonly Gathered[], box: Box): Gathered | undefined =>
  found.toSorted((a, b) => overlap(b.box, box) - overlap(a.box, box))[0]
