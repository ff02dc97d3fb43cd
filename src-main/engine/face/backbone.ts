import type { Backbone } from '../backbone.ts'
import { mirrored } from '../features.ts'
import { MOBILE_FACE_NET } from '../networks/mobile-face-net.ts'
import { faceView } from '../picture/views.ts'
import { network, openModelFolder, readWeights } from '../weights.ts'
import { ALIGNED_SIDE } from './align.ts'

const NETWORK = 'mobile-face-net'

export async function openFaceBackbone(resources: string): Promise<Backbone> {
  const folder = await openModelFolder(resources, 'face')
  return {
    profile: 'face',
    name: NETWORK,
    sha256: folder.files.get(`${NETWORK}.bin`)!,
    manifest: network(folder, NETWORK),
    network: MOBILE_FACE_NET,
    weights: await readWeights(folder, NETWORK),
    side: ALIGNED_SIDE,
    second: (crop) => mirrored(crop, ALIGNED_SIDE),
    view: (crop, view) => faceView(crop, ALIGNED_SIDE, view),
    beside: () => new Float32Array(),
  }
}
