import type { Box } from '../../contract/types.ts'
import { compiled, type Forward } from '../backends/session.ts'
import { overlap, warp, type Pixels } from '../picture/geometry.ts'
import { tf, type Tensor, type Tensor4D } from '../tf.ts'
import { network, readGraph, type GraphFile, type ModelFolder } from '../weights.ts'

const SIDE = 256
/** A detection below this is none. */
const LEAST_SCORE = 0.5
/** Detections that overlap more than this are one face. */
const SAME_FACE = 0.3

/** A face as BlazeFace gives it, in pixels: box, score and the two eyes (left in the picture first). */
export interface Detection {
  readonly box: Box
  readonly score: number
  /** x, y of the eye on the picture's left, then of the other. */
  readonly eyes: readonly [number, number, number, number]
}

/** Finds faces in square windows of a picture; one list a window. */
export type Detector = (pixels: Pixels, windows: readonly Box[]) => Detection[][]

/** Centres of the two anchor grids: 16 × 16 with 2 boxes each, then 8 × 8 with 6, in pixels of the 256-pixel input. */
const ANCHORS = [
  [16, 2],
  [8, 6],
].flatMap(([cells, boxes]) =>
  Array.from({ length: cells! * cells! * boxes! }, (_, i) => {
    const cell = Math.floor(i / boxes!)
    return [((cell % cells!) + 0.5) * (SIDE / cells!), (Math.floor(cell / cells!) + 0.5) * (SIDE / cells!)] as const
  }),
)

const VALUES = 16

/** BlazeFace, back-camera model (Bazarevsky et al., 2019, arXiv:1907.05047). */
export async function loadDetector(folder: ModelFolder): Promise<Detector> {
  const { outputs } = network(folder, 'blazeface-back')
  const { boxes16, boxes8, scores16, scores8 } = outputs ?? {}
  const model = await readGraph(folder, 'blazeface-back', anyBatch)
  const names = [boxes16!, boxes8!, scores16!, scores8!]
  const forward = compiled((x) => model.execute(x, names) as Tensor[], [1, SIDE, SIDE, 3])
  return (pixels, windows) => {
    const found: Detection[][] = []
    // Batches of a few windows keep the memory of a large picture's many windows low.
    for (let at = 0; at < windows.length; at += 8) found.push(...detectIn(forward, pixels, windows.slice(at, at + 8)))
    return found
  }
}

function detectIn(forward: Forward, pixels: Pixels, windows: readonly Box[]): Detection[][] {
  const input = new Uint8Array(windows.length * SIDE * SIDE * 3)
  windows.forEach(({ x, y, width }, i) => {
    const step = width / SIDE
    // Centres of pixels correspond, so both pictures share their borders.
    const shift = (step - 1) / 2
    input.set(warp(pixels, [step, 0, x + shift, 0, step, y + shift], SIDE, SIDE, 2), i * SIDE * SIDE * 3)
  })
  const [near, far, nearScores, farScores] = tf.tidy(() => {
    const bytes = tf.tensor4d(input, [windows.length, SIDE, SIDE, 3], 'int32')
    const x = tf.sub(tf.div(tf.cast(bytes, 'float32'), 127.5), 1) as Tensor4D
    return forward(x).map((output) => output.dataSync() as Float32Array)
  })
  const nearCount = nearScores!.length / windows.length
  const farCount = farScores!.length / windows.length
  return windows.map((window, i) => {
    const [nearFrom, farFrom] = [i * nearCount, i * farCount]
    return merge([
      ...decode(near!.subarray(nearFrom * VALUES), nearScores!.subarray(nearFrom, nearFrom + nearCount), 0, window),
      ...decode(far!.subarray(farFrom * VALUES), farScores!.subarray(farFrom, farFrom + farCount), nearCount, window),
    ])
  })
}

/** Raw offsets and logits to detections in picture coordinates. */
function decode(raw: Float32Array, logits: Float32Array, firstAnchor: number, window: Box): Detection[] {
  const found: Detection[] = []
  const by = window.width / SIDE
  logits.forEach((logit, i) => {
    const score = 1 / (1 + Math.exp(-logit))
    if (score < LEAST_SCORE) return
    const [anchorX, anchorY] = ANCHORS[firstAnchor + i]!
    const value = (k: number) => raw[i * VALUES + k]!
    const toX = (offset: number) => window.x + (offset + anchorX) * by
    const toY = (offset: number) => window.y + (offset + anchorY) * by
    const [width, height] = [value(2), value(3)]
    found.push({
      score,
      box: { x: toX(value(0) - width / 2), y: toY(value(1) - height / 2), width: width * by, height: height * by },
      eyes: [toX(value(4)), toY(value(5)), toX(value(6)), toY(value(7))],
    })
  })
  return found
}

/**
 * Weighted non-maximum suppression: the best detection and all that overlap it become one, whose box and points are their
 * mean weighted by score.
 */
export function merge(detections: readonly Detection[], limit = SAME_FACE): Detection[] {
  let rest = [...detections].sort((a, b) => b.score - a.score)
  const kept: Detection[] = []
  while (rest.length > 0) {
    const best = rest[0]!
    const group = rest.filter((other) => other === best || overlap(best.box, other.box) > limit)
    rest = rest.filter((other) => !group.includes(other))
    const weight = group.reduce((sum, { score }) => sum + score, 0)
    const mean = (of: (d: Detection) => number) => group.reduce((sum, d) => sum + d.score * of(d), 0) / weight
    const [x, y, width, height] = [
      mean((d) => d.box.x),
      mean((d) => d.box.y),
      mean((d) => d.box.width),
      mean((d) => d.box.height),
    ]
    const eyes = [0, 1, 2, 3].map((i) => mean((d) => d.eyes[i]!)) as unknown as Detection['eyes']
    kept.push({ score: best.score, box: { x, y, width, height }, eyes })
  }
  return kept
}

/** The graph is packaged for one picture at a time; its input and its reshapes are freed to take any number. */
function anyBatch(file: GraphFile, weights: Buffer): void {
  const reshapes = new Set<string>()
  for (const node of file.modelTopology.node) {
    if (node.op === 'Placeholder') node.attr.shape!.shape.dim[0]!.size = '-1'
    if (node.op === 'Reshape') reshapes.add(node.input![1]!)
  }
  let at = 0
  for (const { name, shape, dtype, quantization } of file.weightsManifest.flatMap((group) => group.weights)) {
    if (reshapes.has(name)) weights.writeInt32LE(-1, at)
    const bytes = (quantization?.dtype ?? dtype) === 'float16' ? 2 : 4
    at += shape.reduce((product, size) => product * size, 1) * bytes
  }
}
