import type { Attribute } from '../../contract/attributes.ts'
import { AppError } from '../../contract/errors.ts'
import type { Profile } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'

/** @throws AppError not-found; profile-mismatch for an attribute of another profile */
export function attributeFor({ gallery }: Pick<Parts, 'gallery'>, id: string, profile: Profile): Attribute {
  const attribute = gallery.attributes.get(id)
  if (attribute.profile !== profile)
    throw new AppError('profile-mismatch', `"${attribute.name}" was learned for the ${attribute.profile} profile.`)
  return attribute
}
