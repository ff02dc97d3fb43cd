import type { Mesh } from './landmarks.ts'

// Points of the mesh that move little with expression, by MediaPipe's numbering.
const OUTER_EYES = [33, 263] as const
const FOREHEAD = 10
const CHIN = 152

type Vector = readonly [number, number, number]

/**
 * Where a face looks, in degrees, from the three-dimensional mesh: yaw from the line through the eyes, pitch from the line
 * from chin to forehead, roll from the eyes in the picture. Positive: towards the picture's right, up, clockwise. The line
 * from chin to forehead leans, so a face that looks straight ahead has a pitch that is not 0: it is measured (quality.json).
 */
export function pose(mesh: Mesh): { yaw: number; pitch: number; roll: number } {
  const at = (point: number): Vector => [mesh.crop[point * 3]!, mesh.crop[point * 3 + 1]!, mesh.crop[point * 3 + 2]!]
  const [left, right] = [at(OUTER_EYES[0]), at(OUTER_EYES[1])]
  const [top, bottom] = [at(FOREHEAD), at(CHIN)]
  const degrees = (radians: number) => (radians * 180) / Math.PI
  const [lx, ly, rx, ry] = mesh.points as unknown as readonly [number, number, number, number]
  return {
    // The mesh's z grows away from the camera: the eye towards which the face turns is farther away.
    yaw: degrees(Math.atan2(right[2] - left[2], Math.hypot(right[0] - left[0], right[1] - left[1]))),
    pitch: degrees(Math.atan2(top[2] - bottom[2], Math.hypot(top[0] - bottom[0], top[1] - bottom[1]))),
    roll: degrees(Math.atan2(ry - ly, rx - lx)),
  }
}
