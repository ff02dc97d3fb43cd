import type { Problem, ShippedProfile } from '../../contract/types.ts'

/** Fewer distinct photos than this say nothing about how the rest vary; nor do fewer than two for each identity. */
export const FEWEST_PHOTOS = 10
const EACH = 2

const words = { face: { one: 'person', many: 'people' }, object: { one: 'thing', many: 'things' } } as const

/** Why nothing can be learned from a folder, in words that say what to do; undefined when something can. */
export function refusalOf(facts: {
  readonly profile: ShippedProfile
  /** Files that are pictures by their name. */
  readonly files: number
  /** Pictures in which something was found. */
  readonly readable: number
  /** Of these, without copies and near copies of one another. */
  readonly distinct: number
  /** Identities of the gallery. */
  readonly identities: number
}): Problem | undefined {
  const { profile, files, readable, distinct, identities } = facts
  const { one, many } = words[profile]
  const refuse = (message: string): Problem => ({ code: 'not-trainable', message })
  if (files === 0) return refuse('The folder holds no pictures. Choose a folder with photos.')
  if (readable === 0) return refuse(`None of the ${files} files in the folder can be used. The list says why for each.`)
  if (identities === 0)
    return refuse(`The gallery knows no ${one} yet. Enrol at least two ${many}, with one picture each, then train.`)
  if (identities === 1)
    return refuse(`The gallery knows one ${one} alone. Telling apart takes two: enrol another ${one}, then train.`)
  if (readable === 1) return refuse('The folder holds one usable picture. Add more photos to the folder.')
  if (distinct === 1)
    return refuse(`The ${readable} pictures in the folder are copies of one picture. Add photos that differ.`)
  const least = Math.max(FEWEST_PHOTOS, EACH * identities)
  if (distinct < least)
    return refuse(
      `The folder holds ${distinct} pictures that differ; for ${identities} ${many} learning takes at least ${least}. Add more photos.`,
    )
  return undefined
}
