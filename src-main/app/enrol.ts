import type { NewSample, Target } from '../../db/gallery.ts'
import type { EnrolRequest, InspectRequest } from '../contract/api.ts'
import type { Look, LookFound } from '../contract/engine-api.ts'
import { AppError } from '../contract/errors.ts'
import {
  isOwn,
  type Box,
  type Duplicate,
  type Found,
  type Identity,
  type Inspection,
  type Picture,
  type Profile,
  type Quality,
  type Sample,
  type Thresholds,
} from '../contract/types.ts'
import { overlap, refusedFor, SAME_BOX } from './boxes.ts'
import { liveOf } from './models/facts.ts'
import type { Parts } from './parts.ts'

/** What is in a picture, and what the gallery already knows of it. Finding nothing is an answer, not an error. */
export async function inspect(parts: Parts, request: InspectRequest): Promise<Inspection> {
  const { profile, box } = request
  const source = parts.pictures.source(request.picture)
  const look = await parts.engine.look({ source, profile, ...liveOf(parts, profile), ...(box && { box, drawn: true }) })
  const { thresholds } = await parts.calibrations(profile, look.model)
  return {
    picture: pictureOf(request.picture, look),
    profile,
    found: look.found.map((found) => ({
      ...plain(found),
      duplicate: duplicateOf(parts, look, found, profile, thresholds),
    })),
  }
}

/**
 * Stores one sample; answers once it is on the disk.
 * @throws AppError no-face, several-faces, low-quality, damaged-picture, profile-mismatch, disk-full
 */
export async function enrol(parts: Parts, request: EnrolRequest): Promise<{ identity: Identity; sample: Sample }> {
  const { profile, box, to } = request
  if ('identityId' in to) parts.gallery.identity(to.identityId)
  const keep = parts.settings.get().keep
  const source = parts.pictures.source(request.picture)
  for (;;) {
    const look = await parts.engine.look({
      source,
      profile,
      keep,
      ...liveOf(parts, profile),
      ...(box && { box, drawn: request.drawn === true }),
    })
    // Another model may have gone live during the look: by the one before, nobody would find the sample.
    if (!isCurrent(parts, profile, look.model)) continue
    const found = onlyOne(look, box !== undefined)
    if (!found.quality.passes && request.override !== true) throw lowQuality(look.name, found.quality)
    return store(parts, to, profile, keep, look, found)
  }
}

/** Whether the model that made an embedding is the live one. What follows without waiting sees the same model. */
export function isCurrent({ gallery }: Parts, profile: Profile, model: string): boolean {
  const live = gallery.live(profile)
  return live ? live.model === model : !isOwn(profile) && !gallery.isLearned(model)
}

/** Commits a sample of what was found. */
export function store(
  parts: Parts,
  to: Target,
  profile: Profile,
  keeps: 'original' | 'crop',
  look: Look,
  found: LookFound,
): { identity: Identity; sample: Sample } {
  const kept = keeps === 'original' ? look.original : found.crop
  const { thumbnail } = found
  if (!kept || !thumbnail) throw new Error(`The engine was asked for the ${keeps} of a picture and did not give it.`)
  const sample: NewSample = {
    box: found.box,
    drawn: found.drawn,
    quality: found.quality,
    overridden: !found.quality.passes,
    keeps,
    sourceName: look.name,
    sourceSha256: look.sha256,
    width: look.width,
    height: look.height,
    thumbnail,
    kept,
  }
  const enrolled = parts.gallery.enrol(to, profile, look.model, found.embedding, sample)
  parts.changed([enrolled.sample.id])
  return enrolled
}

/** Samples that come from the same bytes and the same place in them. */
export const samplesAt = ({ gallery }: Pick<Parts, 'gallery'>, profile: Profile, sha256: string, box: Box): Sample[] =>
  gallery.samplesOfSource(sha256).filter((sample) => sample.profile === profile && overlap(sample.box, box) >= SAME_BOX)

/**
 * same-picture: a sample comes from the very same bytes and the same place in them. already-enrolled: nearer than strangers
 * are (`same`). looks-like: identification would name it (`known`). `different` would be the wrong limit here: it is a
 * rate for one pair, and a gallery asks as many pairs as it has samples.
 */
function duplicateOf(parts: Parts, look: Look, found: LookFound, profile: Profile, limits: Thresholds): Duplicate {
  const [twin] = samplesAt(parts, profile, look.sha256, found.box)
  const owner = twin && parts.gallery.findIdentity(twin.identityId)
  if (owner) return { kind: 'same-picture', identityId: owner.id, name: owner.name, sampleId: twin.id }
  const refused = refusedFor(parts.gallery.cannotLinksOf(look.sha256), found.box)
  const match = parts.search
    .nearest(look.model, found.embedding, 1 + refused.size)
    .find(({ identityId }) => !refused.has(identityId))
  if (match && match.distance <= limits.same) return { kind: 'already-enrolled', match }
  if (match && match.distance <= limits.known) return { kind: 'looks-like', match }
  return { kind: 'safe' }
}

/** @throws AppError no-face, several-faces */
function onlyOne(look: Look, boxGiven: boolean): LookFound {
  const [first] = look.found
  if (!first) throw noFace(look.name)
  if (look.found.length > 1 && !boxGiven) throw severalFaces(look.name, look.found.length)
  return first
}

export const severalFaces = (name: string, faces: number) =>
  new AppError('several-faces', `"${name}" shows ${faces} faces. Choose one of them.`)

export const noFace = (name: string) =>
  new AppError('no-face', `No face is found in "${name}". Choose another picture, or draw a box around the face.`)

export function lowQuality(name: string, quality: Quality): AppError {
  const failing = quality.checks.filter((check) => !check.passes).map(({ words }) => words)
  return new AppError(
    'low-quality',
    `"${name}" fails a quality check: ${failing.join('; ')}. Choose another picture, or enrol it all the same.`,
  )
}

export const pictureOf = (token: string, { name, width, height, sha256 }: Look): Picture => ({
  token,
  name,
  width,
  height,
  sha256,
})

/** What crosses to the window: no embedding, no pictures. */
export const plain = ({ box, score, drawn, quality }: LookFound): Found => ({ box, score, drawn, quality })
