import { AppError } from '../contract/errors.ts'
import type { ShippedProfile } from '../contract/types.ts'
import type { Crop } from './features.ts'
import type { Blocks } from './networks/layers.ts'
import type { View } from './picture/views.ts'
import type { NetworkManifest, Weight } from './weights.ts'

/** The network of a profile with its shipped weights, and what a row of features is made of. */
export interface Backbone {
  readonly profile: ShippedProfile
  readonly name: string
  /** Of the shipped weight file, hex. */
  readonly sha256: string
  readonly manifest: NetworkManifest
  readonly network: Blocks
  /** Batch norm folded. */
  readonly weights: ReadonlyMap<string, Weight>
  /** Side of the square crop that the network is given. */
  readonly side: number
  /** What is looked at beside the crop: a profile looks at a thing twice. */
  second(crop: Uint8Array): Crop
  /** A random view of a crop. */
  view(crop: Uint8Array, view: View): Uint8Array
  /** The parts of a row of features after the network's own. */
  beside(crop: Uint8Array): Float32Array
}

/** The weights with some of them in other values. @throws AppError model-missing for a tensor that the network has none of */
export function withWeights(
  { weights, name }: Pick<Backbone, 'weights' | 'name'>,
  changed: ReadonlyMap<string, Weight>,
): Map<string, Weight> {
  const all = new Map(weights)
  for (const [path, weight] of changed) {
    const known = weights.get(path)
    if (!known || String(known.shape) !== String(weight.shape))
      throw new AppError('model-missing', `The network ${name} has no weight ${path} of ${weight.shape.join(' × ')}.`)
    all.set(path, weight)
  }
  return all
}
