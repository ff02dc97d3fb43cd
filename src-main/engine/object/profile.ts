import { AppError } from '../../contract/errors.ts'
import type { LookRequest } from '../../contract/engine-api.ts'
import type { Box } from '../../contract/types.ts'
import { features } from '../features.ts'
import { modelFact, type LoadedProfile } from '../model.ts'
import { withWeights } from '../backbone.ts'
import { efficientnetLite0 } from '../networks/efficientnet-lite0.ts'
import type { Picture } from '../picture/decode.ts'
import { clip, grow, intersection, scaled } from '../picture/geometry.ts'
import { keptCrop, thumbnail } from '../picture/render.ts'
import { judge, measureCrop, readLimits, type Measures } from '../quality.ts'
import { openModelFolder, parameters } from '../weights.ts'
import { openObjectBackbone } from './backbone.ts'
import { cropObject } from './crop.ts'
import { embeddingOf, embedObject, readCorrection, seeObject } from './embed.ts'
import { rawFeatures, viewFeatures } from './views.ts'

const NETWORK = 'efficientnet-lite0'
/** Of crop and features together: embeddings of another version are not comparable. */
const PREPROCESSING = 1
/** Room about a drawn box: people draw close to the thing. */
const BOX_ROOM = 1.1
const THUMBNAIL_ROOM = 1

/** The object profile: the picture or a box of it, EfficientNet-Lite0 and colours. */
export async function loadObjectProfile(resources: string): Promise<LoadedProfile> {
  const folder = await openModelFolder(resources, 'object')
  const [backbone, correction, limits] = await Promise.all([
    openObjectBackbone(resources),
    readCorrection(folder),
    readLimits(resources, 'object'),
  ])
  const { weights, manifest, side } = backbone
  const run = features(efficientnetLite0, parameters(weights), manifest)
  const measure = (crop: Uint8Array, box: Box): Measures => {
    const { sharpness, brightness, contrast, clipped } = measureCrop(crop, side)
    return { size: Math.min(box.width, box.height), sharpness, brightness, contrast, clipped }
  }

  return {
    model: { ...modelFact('object', NETWORK, folder, PREPROCESSING), dimensions: correction.dimensions },
    side,
    async look(picture, request, model) {
      const { box, drawn } = boxOf(picture, request)
      const crop = await cropObject(picture, drawn ? grow(box, BOX_ROOM) : box, side)
      const seen = seeObject(crop, side, model?.features ?? run, correction)
      return [
        {
          box,
          score: 1,
          drawn,
          quality: judge(measure(crop, box), limits),
          embedding: model ? model.apply(rawFeatures(seen)) : embeddingOf(seen, correction),
          ...(request.keep && {
            thumbnail: await thumbnail(picture.pixels, scaled(box, picture.scale), THUMBNAIL_ROOM),
          }),
          ...(request.keep === 'crop' && { crop: await keptCrop(picture, box, drawn ? BOX_ROOM : 1) }),
        },
      ]
    },
    async features(picture, request) {
      const { box, drawn } = boxOf(picture, request)
      const around = drawn ? grow(box, BOX_ROOM) : box
      const crop = await cropObject(picture, around, side)
      const seen = seeObject(crop, side, run, correction)
      const features = rawFeatures(seen)
      const found = {
        box,
        score: 1,
        drawn,
        quality: judge(measure(crop, box), limits),
        features,
        views: viewFeatures(picture, around, { key: request.key, count: request.views, side }, run, correction),
        embedding: embeddingOf(seen, correction),
      }
      return { parts: [features.length - seen.colours.length, seen.colours.length], found: [found] }
    },
    async crops(picture, request) {
      const { box, drawn } = boxOf(picture, request)
      return [await cropObject(picture, drawn ? grow(box, BOX_ROOM) : box, side)]
    },
    tuned: (changed) => features(efficientnetLite0, parameters(withWeights(backbone, changed)), manifest),
    async measure(picture) {
      const { box } = boxOf(picture, {})
      return [measure(await cropObject(picture, box, side), box)]
    },
    warm() {
      embedObject(new Uint8Array(side * side * 3), side, run, correction)
    },
  }
}

/** The box of a look, cut at the picture's edges; the whole picture without one. @throws AppError wrong-use */
export function boxOf(
  picture: Picture,
  { box, drawn }: Pick<LookRequest, 'box' | 'drawn'>,
): { box: Box; drawn: boolean } {
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height }
  if (!box) return { box: whole, drawn: false }
  if (intersection(box, whole) <= 0) throw new AppError('wrong-use', `The box lies outside ${picture.name}.`)
  const clipped = clip(box, picture.width, picture.height)
  const all = clipped.width === whole.width && clipped.height === whole.height
  // The object profile finds the whole picture; looking at it again by that box is the same look.
  return { box: clipped, drawn: !all && (drawn ?? true) }
}
