import { createHash } from 'node:crypto'
import type { Box } from '../../contract/types.ts'
import { warp, type Pixels } from './geometry.ts'

/** A random view of a thing, by which a head learns what does not matter. Every number is uniform in its range. */
export interface View {
  /** Share of the area that is seen, 0.35–1, and how much wider than high the part is, 3/4–4/3 (its logarithm is uniform). */
  readonly area: number
  readonly aspect: number
  /** Where the part lies in the room that is left, 0–1. */
  readonly x: number
  readonly y: number
  /** Radians; 0 for every view that is not turned, about half of them. */
  readonly angle: number
  readonly mirror: boolean
  /** Factors of brightness, contrast and saturation, 0.7–1.3; absent for every first of two views. */
  readonly colour?: readonly [brightness: number, contrast: number, saturation: number]
  /** Of a face: shift in pixels of the aligned face, scale, and how many pixels are averaged. */
  readonly face: { readonly shift: readonly [number, number]; readonly scale: number; readonly blur: number }
}

const TURN = (15 * Math.PI) / 180
/** A face is aligned already: what is left is what an alignment misses. */
const FACE = { turn: (5 * Math.PI) / 180, shift: 3, scale: 0.06, blur: 2 }

/** View number `index` of the thing that `key` names: the same key gives the same view for ever. */
export function viewOf(key: string, index: number): View {
  const digest = createHash('sha512').update(`${key}:${index}`).digest()
  let at = 0
  const next = (from: number, to: number) => from + ((to - from) * digest.readUInt32LE(4 * at++)) / 2 ** 32
  const area = next(0.35, 1)
  const aspect = Math.exp(next(Math.log(3 / 4), Math.log(4 / 3)))
  const [x, y] = [next(0, 1), next(0, 1)]
  const turn = next(-TURN, TURN)
  const angle = next(0, 1) < 0.5 ? turn : 0
  const mirror = next(0, 1) < 0.5
  const colour = [next(0.7, 1.3), next(0.7, 1.3), next(0.7, 1.3)] as const
  const shift = [next(-FACE.shift, FACE.shift), next(-FACE.shift, FACE.shift)] as const
  const face = { shift, scale: next(1 - FACE.scale, 1 + FACE.scale), blur: next(1, FACE.blur) }
  return { area, aspect, x, y, angle, mirror, ...(index % 2 === 1 && { colour }), face }
}

/** The view of a box of the pixels, side × side × 3; outside the picture its border goes on. */
export function objectView(pixels: Pixels, box: Box, view: View, side: number): Uint8Array {
  const { area, aspect, angle, mirror } = view
  const size = area * box.width * box.height
  const width = Math.min(box.width, Math.sqrt(size * aspect))
  const height = Math.min(box.height, Math.sqrt(size / aspect))
  const left = box.x + view.x * (box.width - width)
  const top = box.y + view.y * (box.height - height)
  // Turned about the middle of the box, as if the whole thing had been turned before it was cut.
  const [cx, cy] = [box.x + box.width / 2, box.y + box.height / 2]
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const [sx, sy] = [(mirror ? -width : width) / side, height / side]
  const [px, py] = [(mirror ? left + width : left) + sx / 2 - cx, top + sy / 2 - cy]
  return coloured(
    warp(
      pixels,
      [cos * sx, -sin * sy, cos * px - sin * py + cx - 0.5, sin * sx, cos * sy, sin * px + cos * py + cy - 0.5],
      side,
      side,
    ),
    view.colour,
  )
}

/** The view of an aligned face: a little moved, turned and enlarged, mirrored, darker or lighter, blurred as a small JPEG is. */
export function faceView(aligned: Uint8Array, side: number, view: View): Uint8Array {
  const { face, mirror, colour } = view
  const angle = (view.angle / TURN) * FACE.turn
  const [cos, sin] = [Math.cos(angle) * face.scale, Math.sin(angle) * face.scale]
  const middle = (side - 1) / 2
  const flip = mirror ? -1 : 1
  const [dx, dy] = [middle + face.shift[0], middle + face.shift[1]]
  const from = [
    flip * cos,
    -sin,
    dx - flip * cos * middle + sin * middle,
    flip * sin,
    cos,
    dy - flip * sin * middle - cos * middle,
  ] as const
  const pixels = { data: aligned, width: side, height: side }
  const small = Math.round(side / face.blur)
  const by = side / small
  const shrunk = warp(pixels, [by, 0, (by - 1) / 2, 0, by, (by - 1) / 2], small, small)
  const back = 1 / by
  const there = from.map((value) => value * back)
  const shift = (back - 1) / 2
  const seen = warp(
    { data: shrunk, width: small, height: small },
    [there[0]!, there[1]!, there[2]! + shift, there[3]!, there[4]!, there[5]! + shift],
    side,
    side,
  )
  return coloured(seen, colour && [colour[0], 1, 1])
}

/** Brightness, then contrast about the mean grey, then saturation about each pixel's grey. */
function coloured(crop: Uint8Array, colour: View['colour']): Uint8Array {
  if (!colour) return crop
  const [brightness, contrast, saturation] = colour
  const grey = (at: number) => 0.299 * crop[at]! + 0.587 * crop[at + 1]! + 0.114 * crop[at + 2]!
  let total = 0
  for (let at = 0; at < crop.length; at += 3) total += grey(at)
  const mean = (brightness * total * 3) / crop.length
  const out = new Uint8ClampedArray(crop.length)
  for (let at = 0; at < crop.length; at += 3) {
    const own = grey(at)
    for (let k = 0; k < 3; k++) {
      const value = brightness * (own + (crop[at + k]! - own) * saturation)
      out[at + k] = mean + (value - mean) * contrast
    }
  }
  return new Uint8Array(out.buffer)
}
