import type { Random } from './random.ts'

/** Small pictures side by side in memory: N × height × width × channels bytes. */
export interface Pictures {
  readonly values: Uint8Array
  readonly height: number
  readonly width: number
  readonly channels: number
}

/** How a picture may be changed. Each number is a bound: what is drawn lies evenly between minus and plus it. */
export interface Augmentation {
  /** In radians. */
  readonly rotation?: number
  /** Share by which each side grows or shrinks, drawn for each on its own. */
  readonly scale?: number
  /** Columns that a row is moved by, a row off the middle. */
  readonly shear?: number
  /** In pixels, drawn for each axis. */
  readonly shift?: number
  /** Half of the pictures are mirrored, left to right. Not for digits. */
  readonly mirror?: boolean
  readonly elastic?: Elastic
  /** Value outside the picture, 0 … 255; 'edge' takes the nearest pixel. 0 unless told. */
  readonly fill?: number | 'edge'
}

/**
 * Elastic distortion (Simard, Steinkraus & Platt, 2003): each point moves by a smooth random field. The field is drawn at
 * knots `spacing` pixels apart and joined by a cubic B-spline, which costs a tenth of a Gaussian blur of the whole field.
 */
export interface Elastic {
  readonly spacing: number
  /** Standard deviation of the movement of a point along each axis, in pixels. */
  readonly strength: number
}

/** Numbers enter a network as (value − 128)/128. */
const MIDDLE = 128

export const picturesOf = ({ values, height, width, channels }: Pictures): number =>
  values.length / (height * width * channels)

/**
 * The pictures at `places`, each changed by a draw of its own, as numbers of −1 … 1 (bilinear). Without an augmentation, or
 * with an empty one, they are as they are and nothing is drawn.
 * @returns B × height × width × channels
 */
export function batch(
  pictures: Pictures,
  places: ArrayLike<number>,
  augmentation?: Augmentation,
  random?: Random,
): Float32Array {
  const { values, height, width, channels } = pictures
  const size = height * width * channels
  const result = new Float32Array(places.length * size)
  const knots = augmentation?.elastic && {
    across: spline(width, augmentation.elastic.spacing),
    down: spline(height, augmentation.elastic.spacing),
  }
  const changes = augmentation !== undefined && Object.keys(augmentation).some((key) => key !== 'fill')
  if (changes && !random) throw new Error('An augmentation draws random numbers and is given none.')
  for (let i = 0; i < places.length; i++) {
    const from = values.subarray(places[i]! * size, (places[i]! + 1) * size)
    if (from.length !== size) throw new Error(`There is no picture ${places[i]} among ${picturesOf(pictures)}.`)
    const to = result.subarray(i * size, (i + 1) * size)
    if (changes) sample(from, to, pictures, draw(augmentation, knots, random!), augmentation.fill ?? 0)
    else for (let at = 0; at < size; at++) to[at] = (from[at]! - MIDDLE) / MIDDLE
  }
  return result
}

/** Where each output pixel is read: (x, y) ↦ (a·x + b·y + tx, c·x + d·y + ty) about the middle, plus the elastic field. */
interface Movement {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly tx: number
  readonly ty: number
  readonly elastic?: { readonly x: Float32Array; readonly y: Float32Array }
}

function draw(augmentation: Augmentation, knots: Knots | undefined, random: Random): Movement {
  const { rotation = 0, scale = 0, shear = 0, shift = 0, mirror = false, elastic } = augmentation
  const within = (bound: number) => (2 * random.next() - 1) * bound
  const angle = within(rotation)
  const [wide, high] = [1 + within(scale), 1 + within(scale)]
  const leaning = within(shear)
  const [tx, ty] = [within(shift), within(shift)]
  const flip = mirror && random.next() < 0.5 ? -1 : 1
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  return {
    a: flip * cos * wide,
    b: leaning - sin * high,
    c: flip * sin * wide,
    d: cos * high,
    tx,
    ty,
    ...(elastic && knots && { elastic: { x: field(knots, elastic, random), y: field(knots, elastic, random) } }),
  }
}

function sample(
  from: Uint8Array,
  to: Float32Array,
  { height, width, channels }: Pictures,
  { a, b, c, d, tx, ty, elastic }: Movement,
  fill: number | 'edge',
): void {
  const middleX = (width - 1) / 2
  const middleY = (height - 1) / 2
  const edge = fill === 'edge'
  const outside = edge ? 0 : fill
  const below = width * channels
  const pixel = (x: number, y: number, channel: number) =>
    x >= 0 && x < width && y >= 0 && y < height ? from[(y * width + x) * channels + channel]! : outside
  let at = 0
  for (let row = 0; row < height; row++) {
    const dy = row - middleY
    for (let column = 0; column < width; column++) {
      const dx = column - middleX
      let x = a * dx + b * dy + tx + middleX
      let y = c * dx + d * dy + ty + middleY
      if (elastic) {
        x += elastic.x[row * width + column]!
        y += elastic.y[row * width + column]!
      }
      if (edge) {
        x = Math.min(width - 1, Math.max(0, x))
        y = Math.min(height - 1, Math.max(0, y))
      }
      const left = Math.floor(x)
      const top = Math.floor(y)
      const right = x - left
      const low = y - top
      const inside = left >= 0 && top >= 0 && left < width - 1 && top < height - 1
      for (let channel = 0; channel < channels; channel++) {
        const p = (top * width + left) * channels + channel
        const topLeft = inside ? from[p]! : pixel(left, top, channel)
        const topRight = inside ? from[p + channels]! : pixel(left + 1, top, channel)
        const lowLeft = inside ? from[p + below]! : pixel(left, top + 1, channel)
        const lowRight = inside ? from[p + below + channels]! : pixel(left + 1, top + 1, channel)
        const upper = topLeft + right * (topRight - topLeft)
        const lower = lowLeft + right * (lowRight - lowLeft)
        to[at++] = (upper + low * (lower - upper) - MIDDLE) / MIDDLE
      }
    }
  }
}

/** Σ w_k² of a cubic B-spline along one axis, averaged over a knot's interval: a field of two axes has its square as variance. */
const SPREAD = 151 / 315

interface Knots {
  readonly across: Spline
  readonly down: Spline
}

/** A random field, height × width, of the given standard deviation. */
function field({ across, down }: Knots, { strength }: Elastic, random: Random): Float32Array {
  const [height, width] = [down.first.length, across.first.length]
  const scale = strength / SPREAD
  const knots = Float32Array.from({ length: down.knots * across.knots }, () => scale * random.normal())
  // Along the rows of knots first, then down the columns.
  const rows = new Float32Array(down.knots * width)
  for (let knot = 0; knot < down.knots; knot++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let k = 0; k < 4; k++) sum += across.weights[4 * x + k]! * knots[knot * across.knots + across.first[x]! + k]!
      rows[knot * width + x] = sum
    }
  const result = new Float32Array(height * width)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let k = 0; k < 4; k++) sum += down.weights[4 * y + k]! * rows[(down.first[y]! + k) * width + x]!
      result[y * width + x] = sum
    }
  return result
}

interface Spline {
  readonly knots: number
  /** The first of the four knots that each place hangs on, and their weights. */
  readonly first: Int32Array
  readonly weights: Float32Array
}

function spline(length: number, spacing: number): Spline {
  const first = new Int32Array(length)
  const weights = new Float32Array(4 * length)
  for (let place = 0; place < length; place++) {
    const at = place / spacing
    const t = at - Math.floor(at)
    first[place] = Math.floor(at)
    weights[4 * place] = (1 - t) ** 3 / 6
    weights[4 * place + 1] = (3 * t ** 3 - 6 * t ** 2 + 4) / 6
    weights[4 * place + 2] = (-3 * t ** 3 + 3 * t ** 2 + 3 * t + 1) / 6
    weights[4 * place + 3] = t ** 3 / 6
  }
  return { knots: Math.floor((length - 1) / spacing) + 4, first, weights }
}
