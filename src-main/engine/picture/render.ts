import sharp, { type Sharp } from 'sharp'
import { KEPT_CROP } from '../../contract/engine-api.ts'
import type { Box, Encoded } from '../../contract/types.ts'
import { refusal, type Picture } from './decode.ts'
import { clip, grow, square, type Pixels } from './geometry.ts'

const THUMBNAIL_SIDE = 192
const raw = ({ data, width, height }: Pixels): Sharp => sharp(data, { raw: { width, height, channels: 3 } })

/** sharp copies no metadata unless asked, so nothing written here carries a place or a device. */
export async function thumbnail(pixels: Pixels, box: Box, room: number): Promise<Uint8Array> {
  const around = square(box, room)
  const { x, y, width, height } = clip(around, pixels.width, pixels.height)
  return raw(pixels)
    .extract({ left: x, top: y, width, height })
    .resize(THUMBNAIL_SIDE, THUMBNAIL_SIDE, { fit: 'cover' })
    .webp({ quality: 80, effort: 2 })
    .toBuffer()
}

/** A box of the full picture with room about it, at most 1024 pixels, as JPEG. */
export async function keptCrop(picture: Picture, box: Box, room: number): Promise<Uint8Array> {
  const { x, y, width, height } = clip(grow(box, room), picture.width, picture.height)
  return picture
    .open()
    .extract({ left: x, top: y, width, height })
    .resize(KEPT_CROP.side, KEPT_CROP.side, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer()
    .catch((error: unknown) => Promise.reject(refusal(picture.name, error)))
}

/** The upright picture or a box of it, its longest side at most `size`, as WebP. */
export async function render(picture: Picture, box: Box | undefined, size: number): Promise<Encoded> {
  const bytes = await part(picture, box, size, Math.max)
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 85, effort: 2 })
    .toBuffer()
    .catch((error: unknown) => Promise.reject(refusal(picture.name, error)))
  return { bytes, type: 'image/webp' }
}

/** A box of the picture stretched to width × height; averaged, not picked, where it shrinks. */
export async function stretched(picture: Picture, box: Box, width: number, height: number, channels: 1 | 3) {
  const cut = part(picture, box, Math.max(width, height), Math.min).resize(width, height, {
    fit: 'fill',
    kernel: 'linear',
  })
  const { data, info } = await (channels === 1 ? cut.toColourspace('b-w') : cut)
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch((error: unknown) => Promise.reject(refusal(picture.name, error)))
  if (info.channels !== channels) throw new Error(`a crop has ${info.channels} channels`)
  return new Uint8Array(data)
}

/** A box from the reduced pixels where they hold enough detail: only a small box of a large picture needs the full ones. */
function part(picture: Picture, box: Box | undefined, size: number, side: (a: number, b: number) => number): Sharp {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height }
  const { x, y, width, height } = clip(box ?? whole, picture.width, picture.height)
  const enough = picture.scale === 1 || side(width, height) * picture.scale >= size
  const by = enough ? picture.scale : 1
  const { width: fullWidth, height: fullHeight } = enough ? picture.pixels : picture
  const at = clip({ x: x * by, y: y * by, width: width * by, height: height * by }, fullWidth, fullHeight)
  return (enough ? raw(picture.pixels) : picture.open()).extract({
    left: at.x,
    top: at.y,
    width: at.width,
    height: at.height,
  })
}
