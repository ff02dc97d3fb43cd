import type { Attribute } from '../contract/attributes.ts'
import { AppError } from '../contract/errors.ts'
import type { Core } from './core.ts'
import type { Run } from './run.ts'
import { printable } from './text.ts'

/** The attribute of this name or id in the run's profile. @throws AppError not-found with those that there are */
export async function findAttribute(core: Core, run: Run, named: string): Promise<Attribute> {
  const all = (await core.api.attributes()).filter(({ profile }) => profile === run.profile)
  const wanted = named.normalize('NFC').trim()
  const found = all.find(({ id, name }) => id === named || name === wanted)
  if (found) return found
  const names = all.map(({ name }) => printable(name)).join(', ')
  throw new AppError(
    'not-found',
    `The ${printable(run.profileNamed)} profile has no attribute "${printable(named)}". ` +
      (all.length > 0 ? `It has ${names}.` : 'semblance attributes train FOLDER makes some.'),
  )
}
