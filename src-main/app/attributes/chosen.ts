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

/**
 * Work that asks an attribute's model. Of a model that was lost, or made for a network that another version of the program
 * brought, the engine knows no more than that.
 * @throws AppError model-missing that says which attribute it is, and what to do
 */
export async function byAttribute<T>(attribute: Attribute | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (!attribute || !(cause instanceof AppError) || cause.code !== 'model-missing') throw cause
    const { name, folder } = attribute
    throw new AppError(
      'model-missing',
      `Nothing can be compared by "${name}" any more: its files are missing or changed, or belong to another network than the one of this version. Learn it again from "${folder}".`,
      { cause },
    )
  }
}
