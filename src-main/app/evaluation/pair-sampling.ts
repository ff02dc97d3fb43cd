import { distanceOf } from './distance.ts'
import { below, drawn } from './random.ts'

/** The embeddings of each identity's pictures, without those in which nothing is found. */
export type Embedded = readonly (readonly Float32Array[])[]

/**
 * Distances of pairs of one identity, ascending; at most `perIdentity` pairs of each, so that whoever has many pictures
 * does not decide the outcome.
 */
export function genuineDistances(identities: Embedded, perIdentity: number, random: () => number): Float64Array {
  const distances = identities.flatMap((pictures) => {
    const pairs = pictures.flatMap((left, at) => pictures.slice(at + 1).map((right) => [left, right] as const))
    return drawn(pairs, perIdentity, random).map(([left, right]) => distanceOf(left, right))
  })
  return Float64Array.from(distances).sort()
}

/** Distances of `count` pairs of two identities each, both drawn evenly over the identities, ascending. */
export function impostorDistances(identities: Embedded, count: number, random: () => number): Float64Array {
  const filled = identities.filter((pictures) => pictures.length > 0)
  const one = (pictures: readonly Float32Array[]) => pictures[below(pictures.length, random)]!
  return Float64Array.from({ length: count }, () => {
    const [left, right] = drawnPair(filled.length, random)
    return distanceOf(one(filled[left]!), one(filled[right]!))
  }).sort()
}

/** Two different indices below `count`. */
function drawnPair(count: number, random: () => number): readonly [number, number] {
  const left = below(count, random)
  const right = below(count - 1, random)
  return [left, right < left ? right : right + 1]
}

/**
 * What strangers look like to a gallery: `draws` times, `size` identities are enrolled with one picture each, and one
 * picture of every other identity asks. @returns their distances to the nearest reference, ascending
 */
export function strangerDistances(
  identities: Embedded,
  { size, draws }: { size: number; draws: number },
  random: () => number,
): Float64Array {
  const filled = identities.filter((pictures) => pictures.length > 0)
  const nearest: number[] = []
  for (let draw = 0; draw < draws; draw++) {
    const one = (pictures: readonly Float32Array[]) => pictures[below(pictures.length, random)]!
    const order = drawn(filled, filled.length, random)
    const references = order.slice(0, size).map(one)
    for (const stranger of order.slice(size).map(one)) {
      nearest.push(references.reduce((least, reference) => Math.min(least, distanceOf(stranger, reference)), Infinity))
    }
  }
  return Float64Array.from(nearest).sort()
}
