import type { Profile } from '../../contract/types.ts'
import { readCorrection } from '../object/embed.ts'
import { openModelFolder } from '../weights.ts'
import type { Champion } from './gate.ts'
import type { HeadPart } from './head.ts'
import { standardisedRows, unitRows, type Matrix } from './matrix.ts'

/**
 * The shipped embedding as a function of raw features, for views, of which nothing but features is kept: what a head would be
 * that had learned nothing. Of an object it looks once where the embedding looks twice.
 */
export async function shippedParts(resources: string, profile: Profile, parts: readonly number[]): Promise<HeadPart[]> {
  const zeros = (length: number) => new Float32Array(length)
  if (profile === 'face') return [{ mean: zeros(parts[0]!), share: 1 }]
  const { mean, colour } = await readCorrection(await openModelFolder(resources, 'object'))
  return [
    { mean, share: 1 - colour.share },
    { mean: zeros(parts[1]!), share: colour.share },
  ]
}

/** The shipped model as champion. @param photos, references its embeddings, unit rows */
export function shippedChampion(how: readonly HeadPart[], photos: Matrix, references: Matrix): Champion {
  return { photos, references, embed: (features) => unitRows(standardisedRows(how, features)) }
}
