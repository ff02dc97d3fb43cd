import { AppError } from '../../contract/errors.ts'
import type { LookRequest } from '../../contract/engine-api.ts'
import type { Box } from '../../contract/types.ts'
import { region, type Picture } from '../picture/decode.ts'
import { clip, grow, intersection, overlap, scaled, square } from '../picture/geometry.ts'
import { align } from './align.ts'
import type { Detector } from './detect.ts'
import type { Landmarks, Mesh, Place } from './landmarks.ts'
import { confirmed, scan, type Seen } from './scan.ts'

/**
 * The landmark network must believe in a face too: MediaPipe's own limit where the detector is sure, more where it is not.
 * True faces have 0.9 and more there, patterns up to 0.6.
 */
const LEAST_PRESENCE = { sure: 0.5, doubtful: 0.8 }
/** A request's box and a detection that overlap this much are the same face. */
const SAME_BOX = 0.5
/** Eyes closer than this in the reduced picture would be enlarged by the alignment, which sets them 35 pixels apart. */
const ENOUGH_EYES = 36
/** How much larger the landmark network's crop is at a second try. */
const MORE_ROOM = 1.4
/** Room about a face that is decoded again in full, for its mesh and its alignment. */
const ROOM = 2

/** A face with its landmarks, in pixels of the full picture, and aligned. */
export interface Face {
  readonly box: Box
  readonly score: number
  readonly drawn: boolean
  readonly mesh: Mesh
  /** 112 × 112 × 3 */
  readonly aligned: Uint8Array
}

/** In pixels of the reduced picture. */
interface Candidate {
  readonly box: Box
  readonly place: Place
  readonly score: number
  /** What the landmark network must give; below it the candidate is no face. */
  readonly presence: number
}

export interface Networks {
  readonly detect: Detector
  readonly landmarks: Landmarks
}

/**
 * Every face of a picture, best first: by area less twice the squared distance to the centre. With a box, the one face in it.
 * @throws AppError 'wrong-use' for a box outside the picture
 */
export async function facesOf(
  picture: Picture,
  { box, drawn = false }: Pick<LookRequest, 'box' | 'drawn'>,
  networks: Networks,
): Promise<Face[]> {
  if (!box) return inOrder(picture, await everyFace(picture, networks))
  if (intersection(box, { x: 0, y: 0, width: picture.width, height: picture.height }) <= 0)
    throw new AppError('wrong-use', `The box lies outside ${picture.name}.`)
  const again = drawn ? undefined : await foundBefore(picture, box, networks)
  return again ? [again] : [await inBox(picture, box, drawn, networks)]
}

/**
 * A face turned far to the side may be missed by the landmark network as it is first shown to it. Only where no other face
 * is found, and a closer look still sees one, it is shown again: level, and with more room.
 */
async function everyFace(picture: Picture, networks: Networks): Promise<Face[]> {
  const detections = scan(picture.pixels, networks.detect)
  const faces = await meet(picture, detections.map(candidate), networks)
  if (faces.length > 0) return faces
  const seen = detections.filter((detection) => confirmed(picture.pixels, networks.detect, [detection]).length > 0)
  const again = seen.map((detection) => {
    const first = candidate(detection)
    const places = [
      { ...first.place, angle: 0 },
      { ...first.place, size: first.place.size * MORE_ROOM },
    ]
    const [level, wide] = networks.landmarks(picture.pixels, places).map(({ presence }) => presence)
    return { ...first, place: places[level! >= wide! ? 0 : 1]!, presence: LEAST_PRESENCE.doubtful }
  })
  return meet(picture, again, networks)
}

/** The whole picture is looked at as without a box, so that a face found before is found in the very same place. */
async function foundBefore(picture: Picture, box: Box, networks: Networks): Promise<Face | undefined> {
  const asked = scaled(box, picture.scale)
  const same = scan(picture.pixels, networks.detect)
    .map((detection) => ({ detection, shared: overlap(detection.box, asked) }))
    .filter(({ shared }) => shared >= SAME_BOX)
    .sort((a, b) => b.shared - a.shared)
  const best = same[0]
  return best && (await meet(picture, [candidate(best.detection)], networks))[0]
}

/** A box drawn by hand: the face that the detector finds in it, else what the landmarks make of the box itself. */
async function inBox(picture: Picture, box: Box, drawn: boolean, networks: Networks): Promise<Face> {
  const asked = scaled(box, picture.scale)
  const inside = networks
    .detect(picture.pixels, [square(asked, 1), square(asked, 2)])
    .flat()
    .filter((found) => intersection(found.box, asked) > 0.5 * found.box.width * found.box.height)
    .sort((a, b) => b.box.width - a.box.width)[0]
  const place = inside
    ? candidate({ ...inside, sure: true }).place
    : {
        x: asked.x + asked.width / 2,
        y: asked.y + asked.height / 2,
        size: Math.max(asked.width, asked.height),
        angle: 0,
      }
  const [face] = await meet(picture, [{ box: asked, place, score: 1, presence: 0 }], networks)
  return { ...face!, box: clip(box, picture.width, picture.height), drawn }
}

function candidate({ box, score, eyes, sure }: Seen): Candidate {
  const [lx, ly, rx, ry] = eyes
  const place = {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    size: Math.max(box.width, box.height),
    angle: Math.atan2(ry - ly, rx - lx),
  }
  return { box, place, score, presence: sure ? LEAST_PRESENCE.sure : LEAST_PRESENCE.doubtful }
}

/** Landmarks and alignment of each candidate; those in which the landmark network sees no face are left out. */
async function meet(picture: Picture, candidates: readonly Candidate[], { landmarks }: Networks): Promise<Face[]> {
  const { pixels, scale } = picture
  const meshes = landmarks(
    pixels,
    candidates.map(({ place }) => place),
  )
  const faces: Face[] = []
  for (const [i, { box, place, score, presence }] of candidates.entries()) {
    let mesh = meshes[i]!
    if (mesh.presence < presence) continue
    let aligned: Uint8Array | undefined
    if (scale < 1 && eyeDistance(mesh.points) < ENOUGH_EYES) {
      const around = grow(
        scaled(
          { x: place.x - place.size / 2, y: place.y - place.size / 2, width: place.size, height: place.size },
          1 / scale,
        ),
        ROOM,
      )
      const part = await region(picture, around)
      const by = 1 / scale
      const there = { x: place.x * by - part.x, y: place.y * by - part.y, size: place.size * by, angle: place.angle }
      const [closer] = landmarks(part.pixels, [there])
      aligned = align(part.pixels, closer!.points)
      mesh = { ...closer!, points: closer!.points.map((value, k) => value + (k % 2 === 0 ? part.x : part.y)) }
    } else {
      aligned = align(pixels, mesh.points)
      mesh = { ...mesh, points: mesh.points.map((value) => value / scale) }
    }
    faces.push({ box: visible(scaled(box, 1 / scale), picture), score, drawn: false, mesh, aligned })
  }
  return faces
}

/** Pixels between the eyes. */
export function eyeDistance([lx, ly, rx, ry]: readonly number[]): number {
  return Math.hypot(rx! - lx!, ry! - ly!)
}

/** A detector's box may reach over the border. */
function visible(box: Box, { width, height }: Picture): Box {
  const x = Math.max(0, box.x)
  const y = Math.max(0, box.y)
  return { x, y, width: Math.min(width, box.x + box.width) - x, height: Math.min(height, box.y + box.height) - y }
}

function inOrder(picture: Picture, faces: Face[]): Face[] {
  const rank = ({ box }: Face) =>
    box.width * box.height -
    2 * ((box.x + box.width / 2 - picture.width / 2) ** 2 + (box.y + box.height / 2 - picture.height / 2) ** 2)
  return faces.sort((a, b) => rank(b) - rank(a))
}
