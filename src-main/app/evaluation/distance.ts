/** Nothing is found in the picture, so there is no embedding. */
export type Measured = Float32Array | null

/** ‖a − b‖ of two unit embeddings of D numbers, 0…2; Infinity when one of them is missing. */
export function distanceOf(a: Measured, b: Measured): number {
  if (a === null || b === null) return Infinity
  let sum = 0
  for (let at = 0; at < a.length; at++) {
    const difference = a[at]! - b[at]!
    sum += difference * difference
  }
  return Math.sqrt(sum)
}
