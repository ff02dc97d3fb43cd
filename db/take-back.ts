import type { Inverse } from './events.ts'
import type { Identities } from './identities.ts'
import type { Links } from './links.ts'
import type { Samples } from './samples.ts'

interface Tables {
  readonly identities: Identities
  readonly samples: Samples
  readonly links: Links
}

/** Undoes one change, within the caller's transaction. @returns the identities it changes */
export function takeBack({ identities, samples, links }: Tables, inverse: Inverse, now: number): readonly string[] {
  switch (inverse.kind) {
    case 'rename':
      identities.setName(inverse.identity, inverse.name, now)
      return [inverse.identity]
    case 'move':
      samples.setIdentity(inverse.sample, inverse.from)
      for (const id of [inverse.from, inverse.to]) identities.touch(id, now)
      if (inverse.made) identities.dropEmpty(inverse.to)
      return [inverse.from, inverse.to]
    case 'merge':
      for (const id of inverse.samples) samples.setIdentity(id, inverse.from)
      for (const link of inverse.links ?? []) links.setIdentity(link, inverse.from)
      identities.setDeleted(inverse.from, null, now)
      identities.touch(inverse.into, now)
      return [inverse.from, inverse.into]
    case 'delete-sample':
      samples.setDeleted(inverse.sample, null)
      identities.touch(inverse.identity, now)
      return [inverse.identity]
    case 'delete-identity':
      identities.setDeleted(inverse.identity, null, now)
      return [inverse.identity]
    case 'cannot-link':
      links.remove(inverse.link)
      return []
  }
}

/** Samples that a change moved from one identity to another, or deleted. */
export function movedBy(inverse: Inverse): readonly string[] {
  if (inverse.kind === 'merge') return inverse.samples
  return 'sample' in inverse ? [inverse.sample] : []
}
