import { KEPT_CROP, type LookFound } from '../../contract/engine-api.ts'
import { withWeights } from '../backbone.ts'
import { features, inPairs, mirrored, rowByRow, sum, unit, type Features } from '../features.ts'
import { modelFact, type LoadedProfile } from '../model.ts'
import { mobileFaceNet } from '../networks/mobile-face-net.ts'
import { scaled } from '../picture/geometry.ts'
import { keptCrop, thumbnail } from '../picture/render.ts'
import { faceView, viewOf } from '../picture/views.ts'
import { judge, measureCrop, readLimits, type Measures } from '../quality.ts'
import { openModelFolder, parameters } from '../weights.ts'
import { ALIGNED_SIDE } from './align.ts'
import { openFaceBackbone } from './backbone.ts'
import { loadDetector } from './detect.ts'
import { eyeDistance, facesOf, type Face } from './faces.ts'
import { loadLandmarks } from './landmarks.ts'
import { pose } from './pose.ts'

const NETWORK = 'mobile-face-net'
/** Of detection, landmarks and alignment together: embeddings of another version are not comparable. */
const PREPROCESSING = 1
/** Share of the aligned face about its centre that shows skin and no background. */
const INNER = 0.7
/** Room about a face, so that a thumbnail shows hair and chin, and a face is found again in the crop that is kept. */
const THUMBNAIL_ROOM = 1.5

/** The face profile: BlazeFace, FaceMesh, five-point alignment, MobileFaceNet with mirror. */
export async function loadFaceProfile(resources: string): Promise<LoadedProfile> {
  const folder = await openModelFolder(resources, 'face')
  const [detect, landmarks, backbone, limits] = await Promise.all([
    loadDetector(folder),
    loadLandmarks(folder),
    openFaceBackbone(resources),
    readLimits(resources, 'face'),
  ])
  const { manifest } = backbone
  const own = features(mobileFaceNet, parameters(backbone.weights), manifest)
  // Each face and its mirror, added.
  const sums = (faces: readonly Uint8Array[], run: Features = own) =>
    run(faces.map((face) => [face, mirrored(face, ALIGNED_SIDE)])).map(([face, mirror]) => sum(face, mirror))
  const networks = { detect, landmarks }

  return {
    model: modelFact('face', NETWORK, folder, PREPROCESSING),
    side: ALIGNED_SIDE,
    async look(picture, request, model) {
      const faces = await facesOf(picture, request, networks)
      // Encoders work in threads of their own while the network runs.
      const pictures = faces.map(async ({ box }) => ({
        ...(request.keep && {
          thumbnail: await thumbnail(picture.pixels, scaled(box, picture.scale), THUMBNAIL_ROOM),
        }),
        ...(request.keep === 'crop' && { crop: await keptCrop(picture, box, KEPT_CROP.faceRoom) }),
      }))
      // The length does not matter to a unit vector, and to a head it is what it learned from.
      const head = model?.apply ?? unit
      const embeddings = sums(
        faces.map(({ aligned }) => aligned),
        model?.features,
      ).map((both) => head(halved(both)))
      return Promise.all(
        faces.map(async (face, i): Promise<LookFound> => {
          const { box, score, drawn, mesh } = face
          const quality = judge(measureFace(face), limits)
          return { box, score, drawn, points: mesh.points, quality, embedding: embeddings[i]!, ...(await pictures[i]!) }
        }),
      )
    },
    async features(picture, request) {
      const faces = await facesOf(picture, request, networks)
      const raw = own(faces.map(({ aligned }) => [aligned, mirrored(aligned, ALIGNED_SIDE)])).map((pair) =>
        sum(...pair),
      )
      const views = (face: Face, i: number) =>
        Array.from({ length: request.views }, (_, view) =>
          faceView(face.aligned, ALIGNED_SIDE, viewOf(`${request.key}:${i}`, view)),
        )
      const found = faces.map((face, i) => ({
        box: face.box,
        score: face.score,
        drawn: face.drawn,
        quality: judge(measureFace(face), limits),
        features: halved(raw[i]!),
        views: rowByRow(inPairs(views(face, i), own)),
        embedding: unit(raw[i]!),
      }))
      return { parts: [raw[0]?.length ?? 0], found }
    },
    async crops(picture, request) {
      return (await facesOf(picture, request, networks)).map(({ aligned }) => aligned)
    },
    tuned: (changed) => features(mobileFaceNet, parameters(withWeights(backbone, changed)), manifest),
    async measure(picture) {
      return (await facesOf(picture, {}, networks)).map(measureFace)
    },
    warm() {
      const pixels = { data: new Uint8Array(256 * 256 * 3), width: 256, height: 256 }
      detect(pixels, [{ x: 0, y: 0, width: 256, height: 256 }])
      landmarks(pixels, [{ x: 128, y: 128, size: 128, angle: 0 }])
      sums([new Uint8Array(ALIGNED_SIDE * ALIGNED_SIDE * 3)])
    },
  }
}

const halved = (both: Float32Array) => both.map((value) => value / 2)

function measureFace({ mesh, aligned }: Face): Measures {
  return { size: eyeDistance(mesh.points), ...measureCrop(aligned, ALIGNED_SIDE, INNER), pose: pose(mesh) }
}
