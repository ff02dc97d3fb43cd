import sharp, { type Sharp, type SharpOptions } from 'sharp'
import { AppError } from '../../contract/errors.ts'
import type { Source } from '../../contract/engine-api.ts'
import type { Box } from '../../contract/types.ts'
import { clip, type Pixels } from './geometry.ts'
import { decodeHeic, isHeic } from './heic.ts'
import { readSource } from './read.ts'

const MOST_PIXELS = 50_000_000
/** Longest side of the pixels that detectors and most crops work on; a larger picture is reduced while it is decoded. */
const WORKING_SIDE = 2400
const TIMEOUT_SECONDS = 10
const FORMATS: readonly string[] = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']

// Everything libvips can load is refused but these, from memory: no format that names other files, runs a script or is rare.
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((format) => `VipsForeignLoad${format}Buffer`),
})
sharp.cache(false)
sharp.concurrency(1)

/** A picture that decodes: upright, 8-bit sRGB, its first frame. */
export interface Picture {
  readonly name: string
  readonly bytes: Uint8Array
  readonly sha256: string
  /** Of the upright picture in full. */
  readonly width: number
  readonly height: number
  /** It ends too early; what is missing is grey. */
  readonly damaged: boolean
  /** The whole picture, its longest side at most 2400. */
  readonly pixels: Pixels
  /** Pixels of `pixels` to a pixel of the full picture, ≤ 1. */
  readonly scale: number
  /** The full picture upright, for a region or another size. */
  open(): Sharp
}

interface Opened {
  readonly width: number
  readonly height: number
  open(failOn: 'truncated' | 'none'): Sharp
}

/**
 * Reads and decodes a picture. Transparent parts become white, as pages and shop pictures show them.
 * @param strict refuse a picture that ends too early instead of reading what is there
 * @throws AppError as `readSource`, 'bad-picture', 'damaged-picture', 'picture-too-large'
 */
export async function decodePicture(source: Source, strict: boolean): Promise<Picture> {
  const file = await readSource(source)
  const { name, bytes, sha256 } = file
  const { width, height, open } = await header(name, bytes)
  const size = workingSize(width, height)
  const whole = (failOn: 'truncated' | 'none') =>
    toPixels(size ? open(failOn).resize({ ...size, fit: 'fill', kernel: 'linear' }) : open(failOn))

  let damaged = false
  const pixels = await whole('truncated').catch(async (error: unknown) => {
    if (strict) throw refusal(name, error)
    damaged = true
    return whole('none').catch((again: unknown) => Promise.reject(refusal(name, again)))
  })
  const scale = Math.max(pixels.width / width, pixels.height / height)
  return {
    name,
    bytes,
    sha256,
    width,
    height,
    damaged,
    pixels,
    scale,
    open: () => open(damaged ? 'none' : 'truncated'),
  }
}

/** A half, a quarter or an eighth, which a JPEG decoder gives at once; none for a picture that is small enough. */
function workingSize(width: number, height: number): { width: number; height: number } | undefined {
  let by = 1
  while (Math.max(width, height) / by > WORKING_SIDE) by *= 2
  const part = (side: number) => Math.max(1, Math.floor(side / by))
  return by === 1 ? undefined : { width: part(width), height: part(height) }
}

/** Size and format from the header alone: an oversized picture is refused before a pixel is decoded. */
async function header(name: string, bytes: Uint8Array): Promise<Opened> {
  if (isHeic(bytes)) {
    const { data, width, height } = await decodeHeic(name, bytes, MOST_PIXELS)
    return { width, height, open: () => upright(sharp(data, { raw: { width, height, channels: 4 } })) }
  }
  const options: SharpOptions = { limitInputPixels: false, failOn: 'none' }
  const facts = await sharp(bytes, options)
    .metadata()
    .catch((error: unknown) => Promise.reject(refusal(name, error)))
  if (!FORMATS.includes(facts.format)) throw unsupported(name)
  const { width, height } = facts.autoOrient
  if (width * height > MOST_PIXELS) throw tooManyPixels(name, width, height)
  return {
    width,
    height,
    open: (failOn) =>
      upright(
        sharp(bytes, { failOn, limitInputPixels: MOST_PIXELS, limitInputChannels: 5, pages: 1, sequentialRead: true }),
      ),
  }
}

function upright(picture: Sharp): Sharp {
  return picture
    .timeout({ seconds: TIMEOUT_SECONDS })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
}

async function toPixels(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
  const { width, height, channels } = info
  if (channels === 3) return { data, width, height }
  const rgb = new Uint8Array(width * height * 3)
  const colours = channels >= 3
  for (let i = 0; i < width * height; i++)
    for (let k = 0; k < 3; k++) rgb[i * 3 + k] = data[i * channels + (colours ? k : 0)]!
  return { data: rgb, width, height }
}

/** Pixels of a box at full resolution, decoded again, and where its corner lies in the full picture. */
export async function region(picture: Picture, box: Box): Promise<{ pixels: Pixels; x: number; y: number }> {
  const { x, y, width, height } = clip(box, picture.width, picture.height)
  const cut = picture.open().extract({ left: x, top: y, width, height })
  const pixels = await toPixels(cut).catch((error: unknown) => Promise.reject(refusal(picture.name, error)))
  return { pixels, x, y }
}

/** Turns what a decoder throws into what a user can act on. */
export function refusal(name: string, error: unknown): AppError {
  if (error instanceof AppError) return error
  const text = error instanceof Error ? error.message : String(error)
  const because = { cause: error }
  if (/pixel limit|dimensions exceed|too large/i.test(text))
    return new AppError(
      'picture-too-large',
      `${name} has more than 50 million pixels. A smaller copy can be used.`,
      because,
    )
  if (/timeout/i.test(text))
    return new AppError('bad-picture', `${name} takes longer than ${TIMEOUT_SECONDS} s to decode.`, because)
  if (/premature|truncated|unexpected end|not enough data|corrupt|ended|read error|libspng read/i.test(text))
    return new AppError(
      'damaged-picture',
      `${name} is damaged: it ends too early or holds wrong data. An intact copy is needed.`,
      because,
    )
  if (/unsupported image format|blocked|no known/i.test(text)) return unsupported(name, error)
  return new AppError('bad-picture', `${name} cannot be decoded. Saving it again as JPEG or PNG may help.`, because)
}

const unsupported = (name: string, cause?: unknown) =>
  new AppError(
    'bad-picture',
    `${name} is not a picture in a supported format (JPEG, PNG, WebP, GIF, TIFF, AVIF, HEIC).`,
    { cause },
  )

const tooManyPixels = (name: string, width: number, height: number) =>
  new AppError(
    'picture-too-large',
    `${name} has ${width} × ${height} pixels; at most 50 million are read. A smaller copy can be used.`,
  )
