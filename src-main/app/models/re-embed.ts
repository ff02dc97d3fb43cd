import { KEPT_CROP, type Look } from '../../contract/engine-api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Box, Sample } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'

/**
 * The embedding of an enrolled sample under another model, from the picture that the sample keeps.
 * @returns undefined when the sample has been erased meanwhile
 * @throws AppError when its picture cannot be looked at any more: a model under which it were invisible must not go live
 */
export async function reEmbed(
  parts: Parts,
  sampleId: string,
  model: string | undefined,
): Promise<Float32Array | undefined> {
  const stored = parts.gallery.storedSample(sampleId)
  if (!stored) return undefined
  const { sample, kept } = stored
  const source = { name: sample.sourceName || 'sample', bytes: kept }
  const box = boxInKept(sample)
  let look: Look
  try {
    look = await parts.engine.look({
      source,
      profile: sample.profile,
      ...(model !== undefined && { model }),
      ...(box && { box, drawn: sample.drawn }),
    })
  } catch (error) {
    if (!(error instanceof AppError) || !OF_THE_PICTURE.has(error.code)) throw error
    throw unusable(parts, sample, error.message, error)
  }
  const [found] = look.found
  if (!found) throw unusable(parts, sample, 'Nothing is found in it.')
  return found.embedding
}

const OF_THE_PICTURE: ReadonlySet<string> = new Set([
  'bad-picture',
  'damaged-picture',
  'picture-too-large',
  'quarantined',
])

/** Undefined: the whole of the kept picture. */
export function boxInKept({ profile, box, drawn, keeps, width, height }: Sample): Box | undefined {
  if (keeps === 'original') return profile !== 'face' && !drawn ? undefined : box
  // The crop of a thing is what was embedded; that of a face has room about it.
  if (profile !== 'face') return undefined
  const left = Math.max(0, Math.floor(box.x + (box.width * (1 - KEPT_CROP.faceRoom)) / 2))
  const top = Math.max(0, Math.floor(box.y + (box.height * (1 - KEPT_CROP.faceRoom)) / 2))
  const right = Math.min(width, Math.ceil(box.x + (box.width * (1 + KEPT_CROP.faceRoom)) / 2))
  const bottom = Math.min(height, Math.ceil(box.y + (box.height * (1 + KEPT_CROP.faceRoom)) / 2))
  const by = Math.min(1, KEPT_CROP.side / Math.max(right - left, bottom - top))
  return { x: (box.x - left) * by, y: (box.y - top) * by, width: box.width * by, height: box.height * by }
}

function unusable(parts: Parts, sample: Sample, why: string, cause?: unknown): AppError {
  const name = parts.gallery.findIdentity(sample.identityId)?.name
  const whose = name === undefined ? 'a deleted sample' : `a sample of ${name}`
  return new AppError(
    'bad-picture',
    `The picture kept of ${whose} (${sample.id.slice(0, 8)}) cannot be embedded by this model, so that it would no longer be found. ` +
      `Nothing was changed. ${name === undefined ? 'Empty the deleted ones' : 'Delete the sample and empty the deleted ones'}, then try again. ${why}`,
    { cause },
  )
}
