import sharp from 'sharp'
import type { Box } from '../../contract/types.ts'
import { region, type Picture } from '../picture/decode.ts'
import { clip } from '../picture/geometry.ts'

/** A box of the full picture as side × side × 3, stretched to a square as the network was measured; averaged, not picked, where it shrinks. */
export async function cropObject(picture: Picture, box: Box, side: number): Promise<Uint8Array> {
  const inside = clip(box, picture.width, picture.height)
  const enough = picture.scale === 1 || Math.min(inside.width, inside.height) * picture.scale >= side
  const { pixels, part } = enough ? reduced(picture, inside) : await full(picture, inside)
  const { data, info } = await sharp(pixels.data, { raw: { width: pixels.width, height: pixels.height, channels: 3 } })
    .extract({ left: part.x, top: part.y, width: part.width, height: part.height })
    .resize(side, side, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  if (info.channels !== 3) throw new Error(`a crop has ${info.channels} channels`)
  // A copy: slice() of a Node Buffer would share its memory, and a mirrored crop would change the crop.
  return new Uint8Array(data)
}

function reduced({ pixels, scale }: Picture, { x, y, width, height }: Box) {
  const part = { x: x * scale, y: y * scale, width: width * scale, height: height * scale }
  return { pixels, part: clip(part, pixels.width, pixels.height) }
}

async function full(picture: Picture, box: Box) {
  const { pixels } = await region(picture, box)
  return { pixels, part: { x: 0, y: 0, width: pixels.width, height: pixels.height } }
}
