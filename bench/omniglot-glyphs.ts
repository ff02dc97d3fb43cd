import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { OMNIGLOT_SIDE } from '../src-main/engine/networks/omniglot-net.ts'
import type { Pictures } from '../src-main/engine/training/augment.ts'

// So small a picture takes longer to share out among threads than to read.
sharp.concurrency(1)

/** Pixels on a side of a drawing. */
export const SIDE = 105
/** Distances in a drawing are kept up to this many pixels, in so many steps of a pixel. */
const REACH = 15
const FIELD_STEPS = 16
/** Steps of a glyph's distance field in one of its own pixels. */
export const GLYPH_STEPS = 32
/** Half a glyph's side beside the ink's extent: a drawing of usual size fills 1/1.25 of its glyph. */
const MARGIN = 1.25
/** Half the side of ink of usual size, in pixels. Half of what a drawing differs from it, in logarithms, is taken out. */
const USUAL = 35

/**
 * Drawings, each as a glyph of OMNIGLOT_SIDE² pixels about the middle of its ink. A pixel is its distance from the ink, in
 * 1/GLYPH_STEPS pixel: strokes of any width are read from it with smooth edges, after it was turned or bent.
 */
export interface Drawings {
  readonly glyphs: Pictures
  readonly alphabets: readonly Alphabet[]
}

export interface Alphabet {
  readonly name: string
  /** Places among the glyphs, by character, then by drawer: drawer i is the same person in all characters. */
  readonly characters: readonly (readonly number[])[]
}

/** The alphabets below a folder: `<alphabet>/<character>/<number>_<drawer>.png`, in order of their names. */
export async function readAlphabets(folder: string): Promise<Drawings> {
  const alphabets: Alphabet[] = []
  const read: Uint8Array[] = []
  for (const name of readdirSync(folder).sort()) {
    const characters: number[][] = []
    for (const character of readdirSync(join(folder, name)).sort()) {
      const of = join(folder, name, character)
      const drawn = await Promise.all(
        readdirSync(of)
          .sort()
          .map((file) => readGlyph(join(of, file))),
      )
      characters.push(drawn.map((glyph) => read.push(glyph) - 1))
    }
    alphabets.push({ name, characters })
  }
  return { glyphs: together(read), alphabets }
}

export function together(glyphs: readonly Uint8Array[]): Pictures {
  const size = OMNIGLOT_SIDE * OMNIGLOT_SIDE
  const values = new Uint8Array(glyphs.length * size)
  glyphs.forEach((glyph, i) => values.set(glyph, i * size))
  return { values, height: OMNIGLOT_SIDE, width: OMNIGLOT_SIDE, channels: 1 }
}

/** @throws Error when the picture is not SIDE × SIDE or holds no ink */
export async function readGlyph(path: string): Promise<Uint8Array> {
  const { data, info } = await sharp(path).greyscale().raw().toBuffer({ resolveWithObject: true })
  if (info.width !== SIDE || info.height !== SIDE || info.channels !== 1)
    throw new Error(`${path} is ${info.width} × ${info.height} × ${info.channels}, not ${SIDE} × ${SIDE} × 1.`)
  return glyphOf(Uint8Array.from(data, (value) => (value < 128 ? 1 : 0)))
}

/**
 * @param ink SIDE × SIDE, 1 where there is ink
 * @throws Error when there is none
 */
export function glyphOf(ink: Uint8Array): Uint8Array {
  let [left, right, top, bottom] = [SIDE, -1, SIDE, -1]
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      if (ink[y * SIDE + x]) {
        left = Math.min(left, x)
        right = Math.max(right, x)
        top = Math.min(top, y)
        bottom = Math.max(bottom, y)
      }
  if (right < 0) throw new Error('A drawing holds no ink.')
  const field = distanceField(ink)
  const extent = Math.max(right - left + 1, bottom - top + 1) / 2
  const pixel = (2 * MARGIN * Math.sqrt(extent * USUAL)) / OMNIGLOT_SIDE
  const at = (place: number) => (place - (OMNIGLOT_SIDE - 1) / 2) * pixel
  const glyph = new Uint8Array(OMNIGLOT_SIDE * OMNIGLOT_SIDE)
  for (let row = 0; row < OMNIGLOT_SIDE; row++)
    for (let column = 0; column < OMNIGLOT_SIDE; column++) {
      const distance = between(field, (left + right) / 2 + at(column), (top + bottom) / 2 + at(row)) / FIELD_STEPS
      glyph[row * OMNIGLOT_SIDE + column] = Math.min(255, Math.round((GLYPH_STEPS * distance) / pixel))
    }
  return glyph
}

/** Bilinear; beyond the drawing everything is far from ink. */
function between(field: Uint8Array, x: number, y: number): number {
  const left = Math.floor(x)
  const top = Math.floor(y)
  if (left < 0 || top < 0 || left >= SIDE - 1 || top >= SIDE - 1) return REACH * FIELD_STEPS
  const at = top * SIDE + left
  const upper = field[at]! + (x - left) * (field[at + 1]! - field[at]!)
  const lower = field[at + SIDE]! + (x - left) * (field[at + SIDE + 1]! - field[at + SIDE]!)
  return upper + (y - top) * (lower - upper)
}

/** Euclidean distance to the nearest ink, exact up to REACH pixels: along columns first, then across them. */
export function distanceField(ink: Uint8Array): Uint8Array {
  const column = new Int32Array(SIDE * SIDE).fill(REACH)
  for (let x = 0; x < SIDE; x++) {
    let since = REACH
    for (let y = 0; y < SIDE; y++) {
      since = ink[y * SIDE + x] ? 0 : Math.min(REACH, since + 1)
      column[y * SIDE + x] = since
    }
    since = REACH
    for (let y = SIDE - 1; y >= 0; y--) {
      since = ink[y * SIDE + x] ? 0 : Math.min(REACH, since + 1)
      if (since < column[y * SIDE + x]!) column[y * SIDE + x] = since
    }
  }
  const field = new Uint8Array(SIDE * SIDE)
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const own = column[y * SIDE + x]!
      let nearest = own * own
      // Nothing further aside than what is found already can be nearer.
      for (let aside = 1; aside * aside < nearest; aside++) {
        const left = x >= aside ? column[y * SIDE + x - aside]! : REACH
        const right = x + aside < SIDE ? column[y * SIDE + x + aside]! : REACH
        const down = Math.min(left, right)
        nearest = Math.min(nearest, down * down + aside * aside)
      }
      field[y * SIDE + x] = Math.round(FIELD_STEPS * Math.sqrt(nearest))
    }
  return field
}
