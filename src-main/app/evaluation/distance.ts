import { distanceBetween } from '../vector-index.ts'

/** Nothing is found in the picture, so there is no embedding. */
export type Measured = Float32Array | null

/** ‖a − b‖ of two unit embeddings of D numbers, 0…2; Infinity when one of them is missing. */
export function distanceOf(a: Measured, b: Measured): number {
  return a === null || b === null ? Infinity : distanceBetween(a, b)
}
