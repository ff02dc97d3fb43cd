import type { Advice } from '../../contract/learning.ts'
import { nearest } from './neighbours.ts'
import { stack, type Matrix } from './matrix.ts'

export interface Kind {
  /** Whether references are pictures of another kind than the folder's photos, such as shop pictures beside snapshots. */
  readonly other: boolean
  /** Share of references whose nearest picture is a reference of something else, and what chance would give. */
  readonly share: number
  readonly chance: number
}

/** A share by chance this rare is none. */
const RARE = 0.01
/**
 * The balance term holds that every identity is in the folder about equally often. With few of them one batch shows how wrong
 * that is; from here on it does more good than harm.
 */
const MANY = 30
/** Too few photos to learn a metric from by gradient descent: it has tens of thousands of numbers. */
const ENOUGH_PHOTOS = 300

/**
 * Whether references look like the folder. By the nearest-neighbour test of two samples (Schilling, 1986; Henze, 1988): where
 * both are of one kind, the nearest picture to a reference is a photo of the same thing, or else any picture; where they are
 * not, references lie nearer to one another than to the photos, although they show different things.
 * @param photos N × D, unit rows
 * @param references R × D, unit rows
 * @param labels R, class of each reference
 */
export function kindOfReferences(photos: Matrix, references: Matrix, labels: ArrayLike<number>): Kind {
  const all = stack(photos, references)
  const found = nearest(
    references,
    all,
    1,
    (r, j) => j < photos.rows || (j - photos.rows !== r && labels[j - photos.rows] !== labels[r]),
  )
  const hits = found.index.filter((j) => j >= photos.rows).length
  const others = references.rows - 1
  const chance = others / Math.max(1, others + photos.rows)
  const share = hits / Math.max(1, references.rows)
  return { other: share > 0.5 || binomialTail(references.rows, hits, chance) < RARE, share, chance }
}

/** P(X ≥ hits) of `trials` trials. */
export function binomialTail(trials: number, hits: number, chance: number): number {
  let tail = 0
  let logChoose = 0
  for (let i = 0; i <= trials; i++) {
    if (i > 0) logChoose += Math.log(trials - i + 1) - Math.log(i)
    if (i < hits) continue
    const logP = logChoose + (i > 0 ? i * Math.log(chance) : 0) + (trials > i ? (trials - i) * Math.log(1 - chance) : 0)
    if (!Number.isNaN(logP)) tail += Math.exp(logP)
  }
  return Math.min(1, tail)
}

/** The recipe for what is found, and why, in words. */
export function advise(photos: Matrix, references: Matrix, labels: ArrayLike<number>, classes: number): Advice {
  const kind = kindOfReferences(photos, references, labels)
  const percent = (share: number) => `${Math.round(100 * share)} %`
  const evidence = `for ${percent(kind.share)} of them the nearest picture is a reference of something else; chance gives ${percent(kind.chance)}`
  if (!kind.other)
    return {
      recipe: 'propagate',
      reason: `References look like the folder's photos (${evidence}): labels can spread from photo to photo.`,
    }
  const few = classes < MANY
  if (few || photos.rows < ENOUGH_PHOTOS)
    return {
      recipe: 'cluster',
      reason: `References are pictures of another kind (${evidence}), and ${few ? `${classes} identities are few` : `${photos.rows} photos are few`}: each reference moves to the photos about it.`,
    }
  return {
    recipe: 'distance-ratio',
    reason: `References are pictures of another kind (${evidence}), and ${classes} identities are many: a head is trained to bring both together.`,
  }
}
