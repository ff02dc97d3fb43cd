import type { Box } from '../../contract/types.ts'

/** 8-bit sRGB, three channels, rows from the top. */
export interface Pixels {
  readonly data: Uint8Array
  readonly width: number
  readonly height: number
}

/** x′ = a·x + b·y + c, y′ = d·x + e·y + f */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number]

export function apply([a, b, c, d, e, f]: Affine, x: number, y: number): [number, number] {
  return [a * x + b * y + c, d * x + e * y + f]
}

/** The part of a box that lies in the picture, in whole pixels, at least one. */
export function clip(box: Box, width: number, height: number): Box {
  const x = Math.min(Math.max(0, Math.floor(box.x)), width - 1)
  const y = Math.min(Math.max(0, Math.floor(box.y)), height - 1)
  return {
    x,
    y,
    width: Math.max(1, Math.min(width, Math.ceil(box.x + box.width)) - x),
    height: Math.max(1, Math.min(height, Math.ceil(box.y + box.height)) - y),
  }
}

/** A box grown by `factor` about its centre. */
export function grow(box: Box, factor: number): Box {
  const [width, height] = [box.width * factor, box.height * factor]
  return { x: box.x + (box.width - width) / 2, y: box.y + (box.height - height) / 2, width, height }
}

/** The square about a box's centre whose side is `factor` times the box's longer side. */
export function square(box: Box, factor: number): Box {
  const side = Math.max(box.width, box.height) * factor
  return { x: box.x + (box.width - side) / 2, y: box.y + (box.height - side) / 2, width: side, height: side }
}

export function scaled(box: Box, by: number): Box {
  return { x: box.x * by, y: box.y * by, width: box.width * by, height: box.height * by }
}

/** Intersection over union of two boxes, 0…1. */
export function overlap(a: Box, b: Box): number {
  const common = intersection(a, b)
  return common / (a.width * a.height + b.width * b.height - common)
}

/** Area that two boxes share, in square pixels. */
export function intersection(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return Math.max(0, width) * Math.max(0, height)
}

/**
 * Samples a picture of `width` × `height` at the places that `from` gives (target pixel → source pixel), bilinear; outside
 * the picture its border goes on. Where the target is coarser than the source by two or more, the source is averaged over
 * whole pixels first, so that fine detail does not alias.
 * @param every of a square of `step` pixels only each such row and column is averaged, which is enough to detect in
 */
export function warp(source: Pixels, from: Affine, width: number, height: number, every = 1): Uint8Array {
  const step = Math.floor(Math.hypot(from[0], from[3]) + 1e-6)
  if (step >= 2) {
    const corners = [
      [0, 0],
      [width, 0],
      [0, height],
      [width, height],
    ].map(([x, y]) => apply(from, x!, y!))
    const [xs, ys] = [corners.map((corner) => corner[0]), corners.map((corner) => corner[1])]
    const left = Math.min(...xs) - step
    const top = Math.min(...ys) - step
    const region = clip(
      { x: left, y: top, width: Math.max(...xs) + step - left, height: Math.max(...ys) + step - top },
      source.width,
      source.height,
    )
    const shrunk = average(source, region, step, step >= 2 * every ? every : 1)
    // The centre of averaged pixel i lies at region.x + step·i + (step − 1)/2.
    const toShrunk = (v: number, start: number) => (v - start - (step - 1) / 2) / step
    const [a, b, c, d, e, f] = from
    return bilinear(
      shrunk,
      [a / step, b / step, toShrunk(c, region.x), d / step, e / step, toShrunk(f, region.y)],
      width,
      height,
    )
  }
  return bilinear(source, from, width, height)
}

function bilinear(source: Pixels, [a, b, c, d, e, f]: Affine, width: number, height: number): Uint8Array {
  const { data } = source
  const [lastX, lastY, row] = [source.width - 1, source.height - 1, source.width * 3]
  const out = new Uint8Array(width * height * 3)
  let at = 0
  for (let v = 0; v < height; v++) {
    for (let u = 0; u < width; u++) {
      const x = a * u + b * v + c
      const y = d * u + e * v + f
      const x0 = Math.floor(x)
      const y0 = Math.floor(y)
      const fx = x - x0
      const fy = y - y0
      const left = (x0 < 0 ? 0 : x0 > lastX ? lastX : x0) * 3
      const right = (x0 + 1 < 0 ? 0 : x0 + 1 > lastX ? lastX : x0 + 1) * 3
      const top = (y0 < 0 ? 0 : y0 > lastY ? lastY : y0) * row
      const bottom = (y0 + 1 < 0 ? 0 : y0 + 1 > lastY ? lastY : y0 + 1) * row
      for (let k = 0; k < 3; k++) {
        const above = data[top + left + k]! * (1 - fx) + data[top + right + k]! * fx
        const below = data[bottom + left + k]! * (1 - fx) + data[bottom + right + k]! * fx
        out[at++] = above * (1 - fy) + below * fy + 0.5
      }
    }
  }
  return out
}

/** The region averaged over squares of step × step pixels; squares at the right and lower edge may be smaller. */
export function average(source: Pixels, region: Box, step: number, every = 1): Pixels {
  const { data } = source
  const width = Math.ceil(region.width / step)
  const height = Math.ceil(region.height / step)
  const out = new Uint8Array(width * height * 3)
  const sums = new Uint32Array(width * 3)
  const jump = every * 3
  for (let v = 0, to = 0; v < height; v++) {
    sums.fill(0)
    const bottom = Math.min(region.height, (v + 1) * step)
    let rows = 0
    for (let y = v * step; y < bottom; y += every, rows++) {
      const row = ((region.y + y) * source.width + region.x) * 3
      for (let u = 0, at = 0; u < width; u++, at += 3) {
        const end = row + Math.min(region.width, (u + 1) * step) * 3
        let red = 0
        let green = 0
        let blue = 0
        for (let from = row + u * step * 3; from < end; from += jump) {
          red += data[from]!
          green += data[from + 1]!
          blue += data[from + 2]!
        }
        sums[at]! += red
        sums[at + 1]! += green
        sums[at + 2]! += blue
      }
    }
    for (let u = 0, at = 0; u < width; u++) {
      const columns = Math.ceil((Math.min(region.width, (u + 1) * step) - u * step) / every)
      const one = 1 / (rows * columns)
      for (let k = 0; k < 3; k++) out[to++] = sums[at++]! * one + 0.5
    }
  }
  return { data: out, width, height }
}
