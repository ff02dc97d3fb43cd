import { compiled, type Forward } from '../backends/session.ts'
import type { Affine, Pixels } from '../picture/geometry.ts'
import { apply, warp } from '../picture/geometry.ts'
import { tf, type Tensor, type Tensor4D } from '../tf.ts'
import { network, readGraph, type ModelFolder } from '../weights.ts'

const SIDE = 192
/** Side of the crop in sides of the detector's box. */
const ROOM = 1.5

// Points of the mesh, by MediaPipe's numbering; left and right are the picture's.
const LEFT_EYE = [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246]
const RIGHT_EYE = [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466]
const NOSE = 1
const MOUTH = [61, 291]

/** Where to look for the mesh: a square about a centre, turned so that the eyes are level. */
export interface Place {
  readonly x: number
  readonly y: number
  /** Longer side of the detector's box, in pixels. */
  readonly size: number
  /** Of the line through the eyes, in radians. */
  readonly angle: number
}

export interface Mesh {
  /** How sure the network is that the crop holds a face, 0…1. */
  readonly presence: number
  /** 468 × (x, y, z) in pixels of the crop, the face upright as it is held against the crop. */
  readonly crop: Float32Array
  /** Left eye, right eye, nose, left and right corner of the mouth: x, y in pixels of the picture. */
  readonly points: readonly number[]
}

export type Landmarks = (pixels: Pixels, places: readonly Place[]) => Mesh[]

/** MediaPipe FaceMesh (Kartynnik et al., 2019, arXiv:1907.06724). */
export async function loadLandmarks(folder: ModelFolder): Promise<Landmarks> {
  const { outputs } = network(folder, 'facemesh')
  const model = await readGraph(folder, 'facemesh')
  const names = [outputs!['mesh']!, outputs!['presence']!]
  const forward = compiled((x) => model.execute(x, names) as Tensor[], [1, SIDE, SIDE, 3])
  return (pixels, places) => {
    const meshes: Mesh[] = []
    for (let at = 0; at < places.length; at += 8) meshes.push(...meshesOf(forward, pixels, places.slice(at, at + 8)))
    return meshes
  }
}

function meshesOf(forward: Forward, pixels: Pixels, places: readonly Place[]): Mesh[] {
  const froms = places.map(fromCrop)
  const input = new Uint8Array(places.length * SIDE * SIDE * 3)
  froms.forEach((from, i) => input.set(warp(pixels, from, SIDE, SIDE), i * SIDE * SIDE * 3))
  const [mesh, presence] = tf.tidy(() => {
    const bytes = tf.tensor4d(input, [places.length, SIDE, SIDE, 3], 'int32')
    return forward(tf.div(tf.cast(bytes, 'float32'), 255) as Tensor4D).map(
      (output) => output.dataSync() as Float32Array,
    )
  })
  const values = mesh!.length / places.length
  return froms.map((from, i) => {
    const crop = mesh!.slice(i * values, (i + 1) * values)
    return { presence: presence![i]!, crop, points: fivePoints(crop, from) }
  })
}

/** From pixels of the crop to pixels of the picture. */
function fromCrop({ x, y, size, angle }: Place): Affine {
  const step = (size * ROOM) / SIDE
  const [cos, sin] = [Math.cos(angle) * step, Math.sin(angle) * step]
  const half = SIDE / 2
  return [cos, -sin, x - half * cos + half * sin, sin, cos, y - half * sin - half * cos]
}

function fivePoints(crop: Float32Array, from: Affine): number[] {
  const mean = (points: readonly number[]) => {
    const sum = (axis: number) => points.reduce((total, point) => total + crop[point * 3 + axis]!, 0)
    return apply(from, sum(0) / points.length, sum(1) / points.length)
  }
  return [LEFT_EYE, RIGHT_EYE, [NOSE], [MOUTH[0]!], [MOUTH[1]!]].flatMap(mean)
}
