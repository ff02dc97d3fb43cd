import type { ShippedProfile } from '../contract/types.ts'
import type { Backbone } from './backbone.ts'
import { openFaceBackbone } from './face/backbone.ts'
import { openObjectBackbone } from './object/backbone.ts'

const OPEN: Readonly<Record<ShippedProfile, (resources: string) => Promise<Backbone>>> = {
  face: openFaceBackbone,
  object: openObjectBackbone,
}

/** @throws AppError model-missing */
export const openBackbone = (resources: string, profile: ShippedProfile): Promise<Backbone> => OPEN[profile](resources)
