/** Where a map of points in −1…1 lies on a canvas: pixel = centre + (x, −y) · scale. */
export interface View {
  readonly x: number
  readonly y: number
  /** Pixels for one unit of the map. */
  readonly scale: number
}

/** The whole map with a margin, in the middle. */
export function fit(width: number, height: number, margin = 18): View {
  return { x: width / 2, y: height / 2, scale: Math.max(10, Math.min(width, height) / 2 - margin) }
}

export const toX = (view: View, x: number) => view.x + x * view.scale
export const toY = (view: View, y: number) => view.y - y * view.scale

/** Zooms so that what lies under the pixel (px, py) stays there; between a half and 200 times the whole map. */
export function zoom(view: View, by: number, px: number, py: number, whole: number): View {
  const scale = Math.min(Math.max(view.scale * by, whole / 2), whole * 200)
  const ratio = scale / view.scale
  return { x: px - (px - view.x) * ratio, y: py - (py - view.y) * ratio, scale }
}

/** Points sorted into cells, so that those near a place are found without looking at all. */
export interface Cells {
  readonly side: number
  /** First place in `order` of each cell, and one past the last. */
  readonly start: Int32Array
  readonly order: Int32Array
}

/** @param xy 2 × N, x then y of each point, in −1…1 */
export function sortIntoCells(xy: Float32Array, side = 96): Cells {
  const n = xy.length / 2
  const start = new Int32Array(side * side + 1)
  const cell = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    cell[i] = place(xy[2 * i]!, side) + side * place(xy[2 * i + 1]!, side)
    start[cell[i]! + 1]!++
  }
  for (let c = 0; c < side * side; c++) start[c + 1]! += start[c]!
  const next = start.slice()
  const order = new Int32Array(n)
  for (let i = 0; i < n; i++) order[next[cell[i]!]!++] = i
  return { side, start, order }
}
const place = (v: number, side: number) => Math.min(side - 1, Math.max(0, Math.floor(((v + 1) / 2) * side)))

/** The point nearest to (x, y) within `radius`, all in units of the map; −1 when there is none. */
export function nearest(xy: Float32Array, cells: Cells, x: number, y: number, radius: number): number {
  const { side, start, order } = cells
  let best = -1
  let least = radius * radius
  for (let row = place(y - radius, side); row <= place(y + radius, side); row++)
    for (let column = place(x - radius, side); column <= place(x + radius, side); column++)
      for (let at = start[row * side + column]!; at < start[row * side + column + 1]!; at++) {
        const i = order[at]!
        const d = (xy[2 * i]! - x) ** 2 + (xy[2 * i + 1]! - y) ** 2
        if (d <= least) {
          least = d
          best = i
        }
      }
  return best
}

/** Points inside a closed line (even-odd rule). @param line 2 × M, in units of the map */
export function inside(xy: Float32Array, line: readonly number[]): number[] {
  const xs = line.filter((_, i) => i % 2 === 0)
  const ys = line.filter((_, i) => i % 2 === 1)
  const [left, right, low, high] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]
  const found: number[] = []
  for (let i = 0; i < xy.length / 2; i++) {
    const x = xy[2 * i]!
    const y = xy[2 * i + 1]!
    if (x < left || x > right || y < low || y > high) continue
    let odd = false
    for (let a = 0, b = xs.length - 1; a < xs.length; b = a++)
      if (ys[a]! > y !== ys[b]! > y && x < ((xs[b]! - xs[a]!) * (y - ys[a]!)) / (ys[b]! - ys[a]!) + xs[a]!) odd = !odd
    if (odd) found.push(i)
  }
  return found
}

/** For each reference the unlabelled points that lie nearest to it on the map. @param label as RunMap */
export function byReference(xy: Float32Array, label: Int32Array): ReadonlyMap<number, number[]> {
  const references: number[] = []
  label.forEach((of, i) => {
    if (of >= 0) references.push(i)
  })
  const found = new Map<number, number[]>(references.map((i) => [label[i]!, []]))
  for (let i = 0; i < label.length; i++) {
    if (label[i]! >= 0) continue
    let best = -1
    let least = Infinity
    for (const r of references) {
      const d = (xy[2 * i]! - xy[2 * r]!) ** 2 + (xy[2 * i + 1]! - xy[2 * r + 1]!) ** 2
      if (d < least) {
        least = d
        best = r
      }
    }
    if (best >= 0) found.get(label[best]!)!.push(i)
  }
  return found
}

/** How much of a pixel at (dx, dy) from the middle a dot of this radius covers, 0…1. */
export const coverage = (dx: number, dy: number, radius: number) =>
  Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(dx, dy)))

/**
 * Draws a dot for every unlabelled point into RGBA pixels of one colour; dots over one another grow denser. Plain
 * arithmetic on bytes: 50,000 dots take a few milliseconds, where as many canvas paths take a tenth of a second.
 */
export function drawDots(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  points: { readonly xy: Float32Array; readonly label: Int32Array },
  view: View,
  dot: { readonly radius: number; readonly colour: readonly [number, number, number]; readonly alpha: number },
): void {
  const reach = Math.ceil(dot.radius)
  const side = 2 * reach + 1
  const mask = new Uint8Array(side * side)
  for (let y = -reach; y <= reach; y++)
    for (let x = -reach; x <= reach; x++)
      mask[(y + reach) * side + x + reach] = coverage(x, y, dot.radius) * dot.alpha * 255
  const { xy, label } = points
  const [red, green, blue] = dot.colour
  for (let i = 0; i < label.length; i++) {
    if (label[i]! >= 0) continue
    const cx = Math.round(toX(view, xy[2 * i]!))
    const cy = Math.round(toY(view, xy[2 * i + 1]!))
    if (cx < reach || cy < reach || cx >= width - reach || cy >= height - reach) continue
    for (let row = 0; row < side; row++) {
      let at = ((cy - reach + row) * width + cx - reach) * 4
      for (let column = 0; column < side; column++, at += 4) {
        const add = mask[row * side + column]!
        if (add === 0) continue
        pixels[at] = red
        pixels[at + 1] = green
        pixels[at + 2] = blue
        const had = pixels[at + 3]!
        pixels[at + 3] = had + ((255 - had) * add) / 255
      }
    }
  }
}

/** Hues far apart for neighbours in the list; the first six as drawn. */
const FIRST = ['#d4475a', '#6b7ff0', '#b04fc4', '#2b7de6', '#3fa66b', '#d9822b']
export const colourOf = (identity: number) =>
  FIRST[identity] ?? `hsl(${Math.round((identity * 137.508) % 360)} 58% ${identity % 2 ? 46 : 58}%)`
