import sharp from 'sharp'
import { ALIGNED_SIDE, alignment } from '../src-main/engine/face/align.ts'
import { openFaceBackbone } from '../src-main/engine/face/backbone.ts'
import { features, mirrored, sum, unit } from '../src-main/engine/features.ts'
import { row, type Matrix } from '../src-main/engine/heads/matrix.ts'
import { convolution, depthwise, throughBlocks, type Blocks } from '../src-main/engine/networks/layers.ts'
import { MOBILE_FACE_NET } from '../src-main/engine/networks/mobile-face-net.ts'
import { decodePicture } from '../src-main/engine/picture/decode.ts'
import { warp, type Affine, type Pixels } from '../src-main/engine/picture/geometry.ts'
import { tf } from '../src-main/engine/tf.ts'
import { parameters } from '../src-main/engine/weights.ts'
import { keptRows, paths, RESOURCES, type FaceLooks, type FaceSet } from './face-set.ts'

const SIDE = ALIGNED_SIDE
/** Of the crop that is made smaller: the largest that is asked about, 65,536 pixels. */
const LARGE = 256

/** What becomes of an aligned face before the network sees it. */
export type Spoilt =
  | { readonly kind: 'none' }
  /** Coded as JPEG of this quality, chroma at half size as cameras do. */
  | { readonly kind: 'jpeg'; readonly quality: number }
  /** Brought to side × side pixels, and from there to what the network takes. */
  | { readonly kind: 'size'; readonly side: number }

/** The aligned face at side × side pixels: the place of the pixels' centres is that of `align`. */
export function alignedAt(pixels: Pixels, points: readonly number[], side: number): Uint8Array {
  const [a, b, c, d, e, f] = alignment(points)
  const k = SIDE / side
  const shift = (k - 1) / 2
  const from: Affine = [a * k, b * k, c + (a + b) * shift, d * k, e * k, f + (d + e) * shift]
  return warp(pixels, from, side, side)
}

const picture = (data: Uint8Array, side: number) => sharp(data, { raw: { width: side, height: side, channels: 3 } })

/** 112 × 112 × 3 */
export async function spoiltCrop(pixels: Pixels, points: readonly number[], spoilt: Spoilt): Promise<Uint8Array> {
  if (spoilt.kind === 'none') return alignedAt(pixels, points, SIDE)
  if (spoilt.kind === 'jpeg') {
    const jpeg = picture(alignedAt(pixels, points, SIDE), SIDE).jpeg({
      quality: spoilt.quality,
      chromaSubsampling: '4:2:0',
    })
    return new Uint8Array(
      await sharp(await jpeg.toBuffer())
        .raw()
        .toBuffer(),
    )
  }
  const large = alignedAt(pixels, points, LARGE)
  const { side } = spoilt
  const small = side === LARGE ? large : await picture(large, LARGE).resize(side, side).raw().toBuffer()
  return new Uint8Array(await picture(small, side).resize(SIDE, SIDE).raw().toBuffer())
}

/** MobileFaceNet up to the layer before its embedding. */
const BEFORE_LAST: Blocks = {
  blocks: [
    ...MOBILE_FACE_NET.blocks.slice(0, -1),
    {
      name: 'head',
      run: (p, x) => {
        let y = convolution(p, 'head', x, { activation: 'prelu' }) //                              B × 7 × 7 × 512
        y = depthwise(p, 'global-depthwise', y, { pad: 'valid' })
        return convolution(p, 'global-project', y) //                                              B × 1 × 1 × 512
      },
    },
  ],
  output: (y) => tf.reshape(y, [y.shape[0], 512]), //                                              B × 512
}

/** N × D: each face and its mirror, added, at unit length; `last` leaves the network's last layer out, 512-D. */
export async function faceVectors(
  { pictures }: FaceSet,
  { points, model, backend }: FaceLooks,
  spoilt: Spoilt,
  { last = true } = {},
): Promise<Matrix> {
  const { weights, manifest } = await openFaceBackbone(RESOURCES)
  const network = last ? MOBILE_FACE_NET : BEFORE_LAST
  const run = features((p, x) => throughBlocks(network, p, x), parameters(weights), manifest)
  const settings = JSON.stringify([spoilt, last ? 'embedding' : 'before'])
  try {
    return await keptRows(
      [model, settings, backend, ...paths(pictures)],
      pictures.length,
      last ? 192 : 512,
      async (i) => {
        const { pixels } = await decodePicture({ path: pictures[i]!.path }, true)
        const crop = await spoiltCrop(pixels, [...row(points, i)], spoilt)
        return unit(sum(...run([[crop, mirrored(crop, SIDE)]])[0]!))
      },
    )
  } finally {
    run.dispose()
  }
}
