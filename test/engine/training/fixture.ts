import { createRandom } from '../../../src-main/engine/training/random.ts'

/** Standard normal numbers of a seed. */
export function draws(count: number, seed: number): Float32Array {
  const random = createRandom(seed)
  return Float32Array.from({ length: count }, () => random.normal())
}

/** The largest difference of two arrays, relative to the largest value if that is above 1. NaN if there is one. */
export function farthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let [off, largest] = [0, 1]
  for (let i = 0; i < actual.length; i++) {
    const here = Math.abs(actual[i]! - expected[i]!)
    if (!(here <= off)) off = here
    largest = Math.max(largest, Math.abs(expected[i]!))
  }
  return off / largest
}
