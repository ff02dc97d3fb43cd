import type { Backbone } from '../backbone.ts'
import { mirrored } from '../features.ts'
import { EFFICIENTNET_LITE0 } from '../networks/efficientnet-lite0.ts'
import { objectView } from '../picture/views.ts'
import { foldBatchNorm, network, openModelFolder, readWeights } from '../weights.ts'
import { colourPart } from './colour.ts'
import { middleOf, readCorrection } from './embed.ts'

const NETWORK = 'efficientnet-lite0'

export async function openObjectBackbone(resources: string): Promise<Backbone> {
  const folder = await openModelFolder(resources, 'object')
  const manifest = network(folder, NETWORK)
  const [weights, correction] = await Promise.all([readWeights(folder, NETWORK), readCorrection(folder)])
  const side = manifest.input.width
  return {
    profile: 'object',
    name: NETWORK,
    sha256: folder.files.get(`${NETWORK}.bin`)!,
    manifest,
    network: EFFICIENTNET_LITE0,
    weights: foldBatchNorm(weights, manifest.batchNormEpsilon ?? 0),
    side,
    second: (crop) => mirrored(middleOf(crop, side, correction.crop), side),
    view: (crop, view) => {
      const pixels = { data: crop, width: side, height: side }
      return objectView(pixels, { x: 0, y: 0, width: side, height: side }, view, side)
    },
    beside: (crop) => colourPart(crop, side, correction.colour),
  }
}
