import type { Link } from '../../db/gallery.ts'
import type { Box } from '../contract/types.ts'

/** Intersection over union, 0…1. */
export function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  if (width <= 0 || height <= 0) return 0
  const shared = width * height
  return shared / (a.width * a.height + b.width * b.height - shared)
}

/** Two boxes that overlap this much show the same face or thing. */
export const SAME_BOX = 0.5

/** Identities that the user has said this face, or thing, is not. */
export function refusedFor(answers: readonly Link[], box: Box): ReadonlySet<string> {
  return new Set(answers.filter((answer) => overlap(answer.box, box) >= SAME_BOX).map(({ identityId }) => identityId))
}
