import { AppError } from '../../contract/errors.ts'
import { PROFILES, type OwnProfile, type OwnProfileSummary } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { removeModel } from './model-folder.ts'
import { isSwitching } from './switch-model.ts'

const alike = (a: string, b: string) => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0

/** Profiles of the user's own, by name. */
export function ownProfiles({ gallery }: Pick<Parts, 'gallery'>): OwnProfileSummary[] {
  const identities = [...gallery.identities()]
  return gallery
    .profiles()
    .map(({ id, name, createdAt }) => {
      const within = identities.filter(({ profile }) => profile === id)
      const samples = within.reduce((sum, one) => sum + one.samples, 0)
      return { id, name, createdAt, identities: within.length, samples, model: gallery.live(id)?.model ?? '' }
    })
    .sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
}

function isTaken({ gallery }: Pick<Parts, 'gallery'>, name: string, also: readonly string[]): boolean {
  return [...PROFILES, ...gallery.profiles().map((one) => one.name), ...also].some((taken) => alike(taken, name))
}

/** @param also names that are about to be taken @throws AppError wrong-use when a profile is called so already */
export function mustBeFree(parts: Pick<Parts, 'gallery'>, name: string, also: readonly string[] = []): void {
  if (isTaken(parts, name, also))
    throw new AppError(
      'wrong-use',
      `A profile is called "${name}" already. Choose another name, or train that profile again.`,
    )
}

/** The name, or with a number behind it where a profile is called so already. */
export function freeName(parts: Pick<Parts, 'gallery'>, name: string): string {
  if (!isTaken(parts, name, [])) return name
  let number = 2
  while (isTaken(parts, `${name} ${number}`, [])) number++
  return `${name} ${number}`
}

/**
 * Removes a profile for good: its rows in one transaction, then files of its models; a process that ends in between leaves
 * files that the next start removes.
 * @throws AppError not-found; wrong-use while its model is being changed
 */
export function deleteProfile(parts: Parts, profile: OwnProfile): { identities: number; samples: number } {
  if (isSwitching(parts, profile))
    throw new AppError('wrong-use', 'The model of this profile is being changed. Wait until it is done.')
  try {
    const { identities, samples, models } = parts.gallery.deleteProfile(profile)
    for (const id of models) removeModel(parts.dataFolder, id)
    return { identities: identities.length, samples }
  } finally {
    parts.search.switched(profile)
    parts.changed([])
    parts.emit({ type: 'models-changed' })
  }
}
