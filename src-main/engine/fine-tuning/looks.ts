import type { Backbone } from '../backbone.ts'
import type { Crop } from '../features.ts'
import { viewOf } from '../picture/views.ts'
import { tf, type Tensor4D } from '../tf.ts'
import type { Cut } from './cut.ts'

/** Crops of the folder's photos and of the references, N + R of them, side × side × 3 bytes each. */
export interface Crops {
  readonly photos: Uint8Array
  readonly references: Uint8Array
}

/** Looks before the views: the crop itself, and what a profile looks at beside it. */
export const OWN_LOOKS = 2

/**
 * Every crop is looked at several times: as it is, as the profile's second look, and in random views, which its place alone
 * decides, so that a run that goes on sees the same ones. Places: photos first, then references.
 */
export interface Looks {
  readonly photos: number
  readonly references: number
  /** Random views of each crop. */
  readonly views: number
  /** B × the cut's shape. @param which place and look by turns */
  at(which: readonly (readonly [place: number, look: number])[]): Tensor4D
  /** The parts of a row of features that no network makes. */
  beside(place: number, look: number): Float32Array
}

/** Bytes of activations that are kept: computing them anew costs most of a step. */
const KEPT = 1024 ** 3

export function createLooks(
  backbone: Pick<Backbone, 'side' | 'second' | 'view' | 'beside'>,
  cut: Pick<Cut, 'shape' | 'before'>,
  { photos, references }: Crops,
  views: number,
  kept = KEPT,
): Looks {
  const bytes = backbone.side ** 2 * 3
  const counts = { photos: photos.length / bytes, references: references.length / bytes }
  const size = cut.shape.reduce((product, side) => product * side, 1)
  const activations = new Map<number, Float32Array>()
  const besides = new Map<number, Float32Array>()
  const keyOf = (place: number, look: number) => place * (OWN_LOOKS + views) + look
  const most = Math.floor(kept / (4 * size))

  function crop(place: number): Uint8Array {
    const at = place < counts.photos ? place : place - counts.photos
    const all = place < counts.photos ? photos : references
    if (at >= all.length / bytes) throw new Error(`there is no crop ${place}`)
    // Never a Node Buffer, whose slice() shares its memory: a mirrored crop would change the crop.
    return new Uint8Array(all.buffer, all.byteOffset + at * bytes, bytes)
  }
  const viewed = (place: number, look: number) =>
    backbone.view(crop(place), viewOf(`fine-tuning:${place}`, look - OWN_LOOKS))
  const seen = (place: number, look: number): Crop =>
    look === 0 ? crop(place) : look === 1 ? backbone.second(crop(place)) : viewed(place, look)

  /** Computed one by one, so that a row never hangs on what else is in its batch. */
  function activation(place: number, look: number): Float32Array {
    const key = keyOf(place, look)
    const known = activations.get(key)
    if (known) return known
    const x = cut.before(seen(place, look))
    const values = Float32Array.from(x.dataSync())
    x.dispose()
    if (activations.size < most) activations.set(key, values)
    return values
  }

  return {
    ...counts,
    views,
    at(which) {
      const values = new Float32Array(which.length * size)
      which.forEach(([place, look], i) => values.set(activation(place, look), i * size))
      return tf.tensor4d(values, [which.length, ...cut.shape])
    },
    // The second look adds nothing of its own: colours are the crop's.
    beside(place, look) {
      const own = look < OWN_LOOKS ? 0 : look
      const key = keyOf(place, own)
      const known = besides.get(key) ?? backbone.beside(own === 0 ? crop(place) : viewed(place, own))
      besides.set(key, known)
      return known
    },
  }
}
