import type { Box } from '../src-main/contract/types.ts'

interface Extent {
  readonly width: number
  readonly height: number
}

/** A square around `box` with a margin, moved inside the picture, so that every crop shows its face at the same zoom. */
export function around(box: Box, picture: Extent, margin = 0.5): Box {
  const side = Math.min(Math.max(box.width, box.height) * (1 + margin), picture.width, picture.height)
  const x = Math.min(Math.max(box.x + box.width / 2 - side / 2, 0), picture.width - side)
  const y = Math.min(Math.max(box.y + box.height / 2 - side / 2, 0), picture.height - side)
  return { x, y, width: side, height: side }
}

/** `box` kept inside the picture, at least `least` pixels a side. */
export function inside(box: Box, picture: Extent, least = 16): Box {
  const width = Math.min(Math.max(box.width, least), picture.width)
  const height = Math.min(Math.max(box.height, least), picture.height)
  return {
    x: Math.min(Math.max(box.x, 0), picture.width - width),
    y: Math.min(Math.max(box.y, 0), picture.height - height),
    width,
    height,
  }
}

/** The box between two corners, in whichever order they were pointed at. */
export const between = (x0: number, y0: number, x1: number, y1: number): Box => ({
  x: Math.min(x0, x1),
  y: Math.min(y0, y1),
  width: Math.abs(x1 - x0),
  height: Math.abs(y1 - y0),
})

/** Position in per cent of the picture, for an element laid over it. */
export const overlay = (box: Box, picture: Extent) => ({
  left: `${(box.x / picture.width) * 100}%`,
  top: `${(box.y / picture.height) * 100}%`,
  width: `${(box.width / picture.width) * 100}%`,
  height: `${(box.height / picture.height) * 100}%`,
})

export const sameBox = (a: Box, b: Box) => a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height
