import type { Box } from '../../contract/types.ts'
import { intersection, overlap, square, type Pixels } from '../picture/geometry.ts'
import type { Detection, Detector } from './detect.ts'

// The detector sees 256 × 256 pixels and finds faces from about 10 of them on, the smaller the less surely. Sides below are
// fractions of the picture's longer side. Chosen on group photos, a mosaic of twelve of them and pictures without faces.

/** A face this large in the first look is seen well; windows are looked at only where all faces are smaller. */
const LARGE = 0.1
/** Faces found in half-size windows that are all smaller than this call for windows half as large again. */
const SMALL = 0.06
/** A first look at a large face is believed from this score on; below it, and for every small face, a closer look decides. */
const SURE = 0.65
/** What a closer look must give: true faces score 0.71 and more there, patterns 0.64 and less. */
const CONFIRMED = 0.65
/** Side of the window of a closer look, in sides of the box. */
const CLOSER = 3
/** Boxes that overlap this much, as a fraction of their union, are the same face. */
const TOGETHER = 0.3
/** Boxes of which one holds this much of the other are the same face. */
const SAME = 0.6
/** Smaller windows would have to be enlarged for the detector. */
const LEAST_WINDOW = 256
/** Neighbouring windows share a quarter, more than the largest face that is looked for in them. */
const STEP = 0.75

/** A detection, and whether the first look was enough to believe it. */
export interface Seen extends Detection {
  readonly sure: boolean
}

/** Every face of a picture: in the whole first, then, where faces are small, in overlapping windows of a half and a quarter. */
export function scan(pixels: Pixels, detect: Detector): Seen[] {
  const side = Math.max(pixels.width, pixels.height)
  const whole = { x: (pixels.width - side) / 2, y: (pixels.height - side) / 2, width: side, height: side }
  let found = confirmed(pixels, detect, detect(pixels, [whole]).flat(), LARGE * side)
  for (const [fraction, enough] of [
    [1 / 2, LARGE],
    [1 / 4, SMALL],
  ] as const) {
    const largest = Math.max(0, ...found.map(({ box }) => box.width))
    const looksFurther = fraction === 1 / 2 ? largest < enough * side : largest > 0 && largest < enough * side
    if (!looksFurther || side * fraction < LEAST_WINDOW) break
    const further = distinct(detect(pixels, windows(pixels, Math.round(side * fraction))).flat())
    found = distinct([...found, ...confirmed(pixels, detect, further)])
  }
  return found
}

/** Detections that hold up at a closer look, in the place that it gives; sure ones of at least `large` pixels as they are. */
export function confirmed(
  pixels: Pixels,
  detect: Detector,
  detections: readonly Detection[],
  large = Infinity,
): Seen[] {
  const plain = ({ box, score }: Detection) => score >= SURE && box.width >= large
  const doubtful = detections.filter((detection) => !plain(detection))
  const looks = detect(
    pixels,
    doubtful.map(({ box }) => square(box, CLOSER)),
  )
  const held = doubtful.flatMap(({ box }, i) => {
    const there = looks[i]!.filter((other) => other.score >= CONFIRMED && overlap(other.box, box) > TOGETHER)
    return there.sort((a, b) => overlap(b.box, box) - overlap(a.box, box)).slice(0, 1)
  })
  return distinct([
    ...detections.filter(plain).map((one) => ({ ...one, sure: true })),
    ...held.map((one) => ({ ...one, sure: false })),
  ])
}

/** Of detections of the same face the one with the best score. */
function distinct<D extends Detection>(detections: readonly D[]): D[] {
  const kept: D[] = []
  for (const one of [...detections].sort((a, b) => b.score - a.score))
    if (!kept.some((other) => same(one.box, other.box))) kept.push(one)
  return kept
}

function same(a: Box, b: Box): boolean {
  return overlap(a, b) > TOGETHER || intersection(a, b) > SAME * Math.min(a.width * a.height, b.width * b.height)
}

/** Squares of `side` that cover a picture, evenly spaced. */
export function windows({ width, height }: { width: number; height: number }, side: number): Box[] {
  const starts = (length: number) => {
    if (length <= side) return [(length - side) / 2]
    const steps = Math.ceil((length - side) / (side * STEP))
    return Array.from({ length: steps + 1 }, (_, i) => ((length - side) * i) / steps)
  }
  return starts(height).flatMap((y) => starts(width).map((x) => ({ x, y, width: side, height: side })))
}
