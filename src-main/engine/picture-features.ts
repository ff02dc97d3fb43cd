import type {
  Crops,
  CropsRequest,
  FeaturesRequest,
  PictureFeatures,
  PixelsRequest,
  Source,
} from '../contract/engine-api.ts'
import { AppError } from '../contract/errors.ts'
import type { LoadedProfile } from './model.ts'
import { decodePicture } from './picture/decode.ts'
import { intersection } from './picture/geometry.ts'
import { differenceHash } from './picture/hash.ts'
import { stretched } from './picture/render.ts'

const MOST_VIEWS = 64
const MOST_SIDE = 512

/**
 * Features of everything found in a picture. Views depend on the picture's bytes, the box and the seed alone, so that what is
 * kept of them can be kept by content.
 * @throws AppError as `decodePicture`, 'wrong-use'
 */
export async function pictureFeatures(request: FeaturesRequest, profile: LoadedProfile): Promise<PictureFeatures> {
  const { views, box, seed } = request
  if (!Number.isInteger(views) || views < 0 || views > MOST_VIEWS)
    throw new AppError('wrong-use', `A picture has 0 to ${MOST_VIEWS} views, not ${views}.`)
  const picture = await decodePicture(request.source, true)
  const { name, width, height, sha256 } = picture
  const corners = box ? [box.x, box.y, box.width, box.height].join() : 'all'
  const { parts, found } = await profile.features(picture, { ...request, key: `${seed}:${sha256}:${corners}` })
  return { name, width, height, sha256, model: profile.model.id, parts, hash: differenceHash(picture.pixels), found }
}

/** @throws AppError as `decodePicture`, 'wrong-use' for a box outside the picture */
export async function pictureCrops(request: CropsRequest, profile: LoadedProfile): Promise<Crops> {
  const picture = await decodePicture(request.source, true)
  return { sha256: picture.sha256, side: profile.side, crops: await profile.crops(picture, request) }
}

/** @throws AppError as `decodePicture`, 'wrong-use' for a size that is none or a box outside the picture */
export async function picturePixels({ source, box, width, height, channels }: PixelsRequest): Promise<Uint8Array> {
  for (const side of [width, height])
    if (!Number.isInteger(side) || side < 1 || side > MOST_SIDE)
      throw new AppError('wrong-use', `Pixels are asked for by sides of 1 to ${MOST_SIDE}, not ${width} × ${height}.`)
  const picture = await decodePicture(source, true)
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height }
  if (box && intersection(box, whole) <= 0) throw new AppError('wrong-use', `The box lies outside ${picture.name}.`)
  return stretched(picture, box ?? whole, width, height, channels)
}

/** Values of a pixel that differ by no more than this are grey: JPEG rounds. */
const GREY = 12

/** @throws AppError as `decodePicture` */
export async function pictureShape(source: Source): Promise<{ width: number; height: number; grey: boolean }> {
  const { width, height, pixels } = await decodePicture(source, true)
  let grey = true
  for (let at = 0; grey && at < pixels.data.length; at += 3) {
    const [r, g, b] = [pixels.data[at]!, pixels.data[at + 1]!, pixels.data[at + 2]!]
    grey = Math.max(r, g, b) - Math.min(r, g, b) <= GREY
  }
  return { width, height, grey }
}
