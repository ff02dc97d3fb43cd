import type { VerifyRequest } from '../contract/api.ts'
import type { Look, LookFound, LookRequest } from '../contract/engine-api.ts'
import type { Box, Profile, Thresholds, Verdict, VerifyAnswer, VerifySide } from '../contract/types.ts'
import { attributeFor, byAttribute } from './attributes/chosen.ts'
import { overlap, SAME_BOX } from './boxes.ts'
import { noFace, pictureOf, plain } from './enrol.ts'
import { liveOf } from './models/facts.ts'
import type { Parts } from './parts.ts'
import { distanceBetween, similarityAt } from './vector-index.ts'

/** Whether two pictures show the same one. Without a box it is the main face. @throws AppError no-face */
export async function verify(parts: Parts, request: VerifyRequest): Promise<VerifyAnswer> {
  const { profile } = request
  const by = request.by === undefined ? undefined : attributeFor(parts, request.by, profile)
  // One model for both, whatever is promoted meanwhile.
  const model = by ? { model: by.model } : liveOf(parts, profile)
  const [a, b] = await byAttribute(by, () =>
    Promise.all([side(parts, request.a, profile, model), side(parts, request.b, profile, model)]),
  )
  const { thresholds } = await parts.calibrations(profile, a.model)
  const distance = distanceBetween(a.embedding, b.embedding)
  return {
    verdict: verdictAt(distance, thresholds),
    distance,
    similarity: similarityAt(distance),
    thresholds,
    profile,
    model: a.model,
    a: a.side,
    b: b.side,
    ...(by && { by: { id: by.id, name: by.name } }),
  }
}

export function verdictAt(distance: number, { same, different }: Thresholds): Verdict {
  if (distance <= same) return 'same'
  return distance >= different ? 'different' : 'uncertain'
}

interface Side {
  readonly side: VerifySide
  readonly embedding: Float32Array
  readonly model: string
}

type Model = ReturnType<typeof liveOf>

async function side(parts: Parts, { picture, box }: VerifyRequest['a'], profile: Profile, model: Model): Promise<Side> {
  const source = parts.pictures.source(picture)
  const { look, index, found, faces } = await choose(parts, { source, profile, ...model }, box)
  return {
    side: { ...plain(found), picture: pictureOf(picture, look), faces, index },
    embedding: found.embedding,
    model: look.model,
  }
}

interface Chosen {
  readonly look: Look
  readonly found: LookFound
  readonly index: number
  readonly faces: number
}

/**
 * A box that lies on a found face means that face; any other was drawn by hand and is one more. Without a box it is the main
 * face. @throws AppError no-face
 */
export async function choose(parts: Parts, request: LookRequest, box: Box | undefined): Promise<Chosen> {
  if (box && request.profile !== 'face') return single(await parts.engine.look({ ...request, box, drawn: true }))
  const look = await parts.engine.look(request)
  const faces = look.found.length
  if (!box) return single(look)
  const index = look.found.findIndex((found) => overlap(found.box, box) >= SAME_BOX)
  const found = look.found[index]
  if (found) return { look, found, index, faces }
  const drawn = single(await parts.engine.look({ ...request, box, drawn: true }))
  return { ...drawn, index: faces, faces: faces + 1 }
}

function single(look: Look): Chosen {
  const [found] = look.found
  if (!found) throw noFace(look.name)
  return { look, found, index: 0, faces: look.found.length }
}
