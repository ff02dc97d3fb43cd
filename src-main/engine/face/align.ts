import type { Affine, Pixels } from '../picture/geometry.ts'
import { warp } from '../picture/geometry.ts'

export const ALIGNED_SIDE = 112
/** Where the eyes, the nose and the corners of the mouth lie in an aligned face (ArcFace's reference points). */
const REFERENCE = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
] as const

/**
 * The similarity transform (turn, scale, shift; no mirroring) that takes points `from` onto `to` with the least squared
 * error: Umeyama, "Least-squares estimation of transformation parameters between two point patterns", PAMI 1991. In the
 * plane its singular value decomposition has a closed form: with complex coordinates about the means, the turn and
 * scale is Σ conj(p)·q / Σ |p|².
 */
export function similarity(
  from: readonly (readonly [number, number])[],
  to: readonly (readonly [number, number])[],
): Affine {
  const n = from.length
  const mean = (points: typeof from, axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / n
  const [px, py, qx, qy] = [mean(from, 0), mean(from, 1), mean(to, 0), mean(to, 1)]
  let [real, imaginary, spread] = [0, 0, 0]
  from.forEach(([x, y], i) => {
    const [u, v] = to[i]!
    real += (x - px) * (u - qx) + (y - py) * (v - qy)
    imaginary += (x - px) * (v - qy) - (y - py) * (u - qx)
    spread += (x - px) ** 2 + (y - py) ** 2
  })
  const [a, b] = spread > 0 ? [real / spread, imaginary / spread] : [1, 0]
  return [a, -b, qx - (a * px - b * py), b, a, qy - (b * px + a * py)]
}

/** The way back of a similarity transform. */
export function inverse([a, b, c, d, e, f]: Affine): Affine {
  const determinant = a * e - b * d
  const [ia, ib, id, ie] = [e / determinant, -b / determinant, -d / determinant, a / determinant]
  return [ia, ib, -(ia * c + ib * f), id, ie, -(id * c + ie * f)]
}

/** From pixels of the aligned face to pixels of the picture. @param points five, x then y */
export function alignment(points: readonly number[]): Affine {
  const five = Array.from({ length: 5 }, (_, i): [number, number] => [points[2 * i]!, points[2 * i + 1]!])
  return inverse(similarity(five, REFERENCE))
}

/** 112 × 112 × 3, eyes level. */
export function align(pixels: Pixels, points: readonly number[]): Uint8Array {
  return warp(pixels, alignment(points), ALIGNED_SIDE, ALIGNED_SIDE)
}
