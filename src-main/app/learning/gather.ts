import type { PictureFeatures, Source } from '../../contract/engine-api.ts'
import type { Box, Profile } from '../../contract/types.ts'
import { AppError } from '../../contract/errors.ts'
import { FATAL } from '../identify.ts'
import { hashOf } from '../journal.ts'
import type { Parts } from '../parts.ts'
import { nameOf } from '../pictures.ts'
import { pack, unpack } from './packed.ts'

/** Views of every photo are drawn from one seed for ever: the cache then serves every run. */
const SEED = 1

interface FoundFacts {
  readonly box: Box
  readonly score: number
  readonly good: boolean
}

/** One face, or the object, of a picture. */
export interface Gathered extends FoundFacts {
  /** F */
  readonly features: Float32Array
  /** views × F */
  readonly views: Float32Array
  /** D, unit length, of the shipped model. */
  readonly embedding: Float32Array
}

export interface GatheredPicture {
  readonly sha256: string
  readonly model: string
  /** Lengths of the parts of a row of features. */
  readonly parts: readonly number[]
  /** 64 bits as 16 hex digits. */
  readonly hash: string
  readonly found: readonly Gathered[]
}

export interface Wanted {
  readonly profile: Profile
  readonly model: string
  readonly views: number
  readonly box?: Box | undefined
  readonly drawn?: boolean | undefined
}

/**
 * Features of a picture: from the cache, else from the engine.
 * @throws AppError as `EngineApi.features`; not-found when the file is gone
 */
export async function gather(parts: Parts, source: Source, wanted: Wanted): Promise<GatheredPicture> {
  const sha256 = await hashOf(source)
  if (sha256 === undefined) throw new AppError('not-found', `"${nameOf(source)}" is no longer there, or is no file.`)
  const known = await cached(parts, sha256, wanted)
  if (known) return known
  const { profile, views, box, drawn } = wanted
  const made = await parts.engine.features({
    source,
    profile,
    views,
    seed: SEED,
    ...(box && { box, drawn: drawn === true }),
  })
  const picture = plainOf(made)
  // The file may have changed between the two readings: the numbers belong to the bytes that the engine saw.
  parts.features.put(keyOf(made.sha256, wanted), packed(picture))
  return picture
}

/**
 * Features of a photo whose hash is known: kept ones even when the file is gone.
 * Undefined when there are none and the file is gone, cannot be read or is another one now.
 */
export async function gatherKnown(
  parts: Parts,
  path: string,
  sha256: string,
  wanted: Wanted,
): Promise<GatheredPicture | undefined> {
  const known = await cached(parts, sha256, wanted)
  if (known) return known
  try {
    const made = await gather(parts, { path }, wanted)
    return made.sha256 === sha256 ? made : undefined
  } catch (error) {
    if (error instanceof AppError && FATAL.has(error.code)) throw error
    return undefined
  }
}

async function cached(parts: Parts, sha256: string, wanted: Wanted): Promise<GatheredPicture | undefined> {
  const bytes = await parts.features.get(keyOf(sha256, wanted))
  return bytes && unpacked(bytes)
}

function keyOf(sha256: string, { profile, model, views, box, drawn }: Wanted) {
  const at = box ? [box.x, box.y, box.width, box.height, drawn === true].join(' ') : 'whole'
  return { sha256, model, how: `features|${profile}|${views}|${SEED}|${at}` }
}

function plainOf({ sha256, model, parts, hash, found }: PictureFeatures): GatheredPicture {
  return {
    sha256,
    model,
    parts,
    hash,
    found: found.map(({ box, score, quality, features, views, embedding }) => ({
      box,
      score,
      good: quality.passes,
      features,
      views,
      embedding,
    })),
  }
}

type Facts = Omit<GatheredPicture, 'found'> & { readonly found: readonly FoundFacts[] }

function packed({ found, ...facts }: GatheredPicture): Uint8Array {
  const plain = found.map(({ box, score, good }) => ({ box, score, good }))
  return pack(
    { ...facts, found: plain } satisfies Facts,
    found.flatMap(({ features, views, embedding }) => [features, views, embedding]),
  )
}

function unpacked(bytes: Uint8Array): GatheredPicture {
  const { facts, numbers } = unpack(bytes)
  const { found, ...rest } = facts as Facts
  return {
    ...rest,
    found: found.map((one, i) => ({
      ...one,
      features: numbers[3 * i]!,
      views: numbers[3 * i + 1]!,
      embedding: numbers[3 * i + 2]!,
    })),
  }
}
