import { batch, picturesOf, type Augmentation, type Pictures } from '../src-main/engine/training/augment.ts'
import type { Random } from '../src-main/engine/training/random.ts'

/** How unlike two views of one digit may be. */
export interface Views {
  readonly movement: Augmentation
  /** Share of views whose strokes are made thicker; as many again are made thinner. */
  readonly stroke: number
  /** Share of views of which a square is left out. */
  readonly erase: number
  /** Share of views with a short straight stroke more, like the bar of a seven. None unless told. */
  readonly added?: number
}

/** At most: half the distance between a pixel and the lightest of its neighbours, four fifths of that to the darkest. */
const THINNER = 0.5
const THICKER = 0.8
/** Pixels on a side of what is left out. */
const ERASED = [5, 10] as const
const PAPER = -1
/** Pixels of an added stroke. */
const LENGTH = [5, 11] as const
const HALF_WIDTH = [0.6, 1.3] as const

/** A random view of each picture at `places`. @returns B × height × width × 1, −1 … 1 */
export function drawViews(pictures: Pictures, places: ArrayLike<number>, views: Views, random: Random): Float32Array {
  const { height, width } = pictures
  const values = batch(pictures, places, views.movement, random)
  const before = new Float32Array(height * width)
  for (let i = 0; i < places.length; i++) {
    const view = values.subarray(i * height * width, (i + 1) * height * width)
    const drawn = random.next()
    if (drawn < 2 * views.stroke) {
      before.set(view)
      const thicker = drawn < views.stroke
      restroke(before, view, width, thicker, random.next() * (thicker ? THICKER : THINNER))
    }
    if (views.added && random.next() < views.added) addStroke(view, height, width, random)
    if (random.next() < views.erase) erase(view, height, width, random)
  }
  return values
}

/** Each pixel goes `share` of the way to the darkest or lightest of itself and its four neighbours. Ink is high. */
export function restroke(from: Float32Array, to: Float32Array, width: number, thicker: boolean, share: number): void {
  for (let at = 0; at < from.length; at++) {
    const x = at % width
    const pixel = from[at]!
    const left = x > 0 ? from[at - 1]! : PAPER
    const right = x < width - 1 ? from[at + 1]! : PAPER
    const above = from[at - width] ?? PAPER
    const below = from[at + width] ?? PAPER
    const extreme = thicker ? Math.max(pixel, left, right, above, below) : Math.min(pixel, left, right, above, below)
    to[at] = pixel + share * (extreme - pixel)
  }
}

/** A stroke of full ink in any direction, its middle where digits have theirs. */
function addStroke(view: Float32Array, height: number, width: number, random: Random): void {
  const between = ([least, most]: readonly [number, number]) => least + (most - least) * random.next()
  const half = between(LENGTH) / 2
  const thick = between(HALF_WIDTH)
  const angle = Math.PI * random.next()
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)]
  const [middleX, middleY] = [width * (0.25 + 0.5 * random.next()), height * (0.25 + 0.5 * random.next())]
  for (let at = 0; at < view.length; at++) {
    const [x, y] = [(at % width) - middleX, Math.floor(at / width) - middleY]
    const along = Math.max(-half, Math.min(half, x * dx + y * dy))
    const ink = Math.min(1, thick + 0.5 - Math.hypot(x - along * dx, y - along * dy))
    if (ink > 0) view[at] = Math.max(view[at]!, 2 * ink - 1)
  }
}

function erase(view: Float32Array, height: number, width: number, random: Random): void {
  const side = ERASED[0] + random.integer(ERASED[1] - ERASED[0] + 1)
  const left = random.integer(width) - (side >> 1)
  const top = random.integer(height) - (side >> 1)
  for (let y = Math.max(0, top); y < Math.min(height, top + side); y++)
    view.fill(PAPER, y * width + Math.max(0, left), y * width + Math.min(width, left + side))
}

/** All places among the pictures. */
export const everyPlace = (pictures: Pictures): Int32Array =>
  Int32Array.from({ length: picturesOf(pictures) }, (_, i) => i)
