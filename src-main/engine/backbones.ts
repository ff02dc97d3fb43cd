import { AppError } from '../contract/errors.ts'
import { isOwn, type Profile, type ShippedProfile } from '../contract/types.ts'
import type { Backbone } from './backbone.ts'
import { openFaceBackbone } from './face/backbone.ts'
import { openObjectBackbone } from './object/backbone.ts'

const OPEN: Readonly<Record<ShippedProfile, (resources: string) => Promise<Backbone>>> = {
  face: openFaceBackbone,
  object: openObjectBackbone,
}

/** @throws AppError model-missing; wrong-use for a profile that has no shipped network */
export async function openBackbone(resources: string, profile: Profile): Promise<Backbone> {
  if (isOwn(profile))
    throw new AppError('wrong-use', 'A profile of your own has no shipped network that could learn on.')
  return OPEN[profile](resources)
}
