import type { LookFound, LookRequest } from '../../contract/engine-api.ts'
import { AppError } from '../../contract/errors.ts'
import { boxOf } from '../object/profile.ts'
import type { Picture } from '../picture/decode.ts'
import { scaled } from '../picture/geometry.ts'
import { keptCrop, stretched, thumbnail } from '../picture/render.ts'
import type { ServedNetwork } from './network-file.ts'

/** Nothing was measured that a small picture could fail. */
const UNMEASURED = { passes: true, checks: [] }

/**
 * The whole picture, or the box that was drawn, as training saw its pictures: brought to the network's size and colours.
 * @throws AppError bad-picture when the network gives nothing for it; wrong-use for a box outside the picture
 */
export async function lookWith(
  network: ServedNetwork,
  picture: Picture,
  request: Pick<LookRequest, 'box' | 'drawn' | 'keep'>,
): Promise<LookFound[]> {
  const { box, drawn } = boxOf(picture, request)
  const [height, width, channels] = network.input
  const values = await stretched(picture, box, width, height, channels === 1 ? 1 : 3)
  const embedding = network.embed({ values, height, width, channels }, [0]).values
  if (!(Math.abs(Math.hypot(...embedding) - 1) < 1e-3))
    throw new AppError('bad-picture', `The network of this profile gives no embedding for "${picture.name}".`)
  return [
    {
      box,
      score: 1,
      drawn,
      quality: UNMEASURED,
      embedding,
      ...(request.keep && { thumbnail: await thumbnail(picture.pixels, scaled(box, picture.scale), 1) }),
      ...(request.keep === 'crop' && { crop: await keptCrop(picture, box, 1) }),
    },
  ]
}
