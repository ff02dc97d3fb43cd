import sharp, { type Sharp } from 'sharp'
import type { Box, Encoded } from '../../contract/types.ts'
import { refusal, type Picture } from './decode.ts'
import { clip, grow, square, type Pixels } from './geometry.ts'

const THUMBNAIL_SIDE = 192
const CROP_SIDE = 1024
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
    .resize(CROP_SIDE, CROP_SIDE, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
    .toBuffer()
    .catch((error: unknown) => Promise.reject(refusal(picture.name, error)))
}

/** The upright picture or a box of it, its longest side at most `size`, as WebP. */
export async function render(picture: Picture, box: Box | undefined, size: number): Promise<Encoded> {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height }
  const { x, y, width, height } = clip(box ?? whole, picture.width, picture.height)
  // The reduced pixels hold enough detail for most answers; only a small box of a large picture needs the full ones.
  const enough = picture.scale === 1 || Math.max(width, height) * picture.scale >= size
  const by = enough ? picture.scale : 1
  const part = clip(
    { x: x * by, y: y * by, width: width * by, height: height * by },
    enough ? picture.pixels.width : picture.width,
    enough ? picture.pixels.height : picture.height,
  )
  const bytes = await (enough ? raw(picture.pixels) : picture.open())
    .extract({ left: part.x, top: part.y, width: part.width, height: part.height })
    .resize(size, size, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 85, effort: 2 })
    .toBuffer()
    .catch((error: unknown) => Promise.reject(refusal(picture.name, error)))
  return { bytes, type: 'image/webp' }
}
