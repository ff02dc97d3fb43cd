import type { AnalogyAnswer, AnalogyMatch, AnalogyRequest, AnalogySide, AnalogyTerm } from '../contract/analogies.ts'
import { AppError } from '../contract/errors.ts'
import type { Box, Match, Profile } from '../contract/types.ts'
import { pictureOf, samplesAt, severalFaces } from './enrol.ts'
import { labelOf, liveOf, shippedModel } from './models/facts.ts'
import type { Parts } from './parts.ts'
import { distanceBetween, similarityAt } from './vector-index.ts'
import { choose } from './verify.ts'

const ANSWERS = 5
/** A vector that is shorter than this has no direction worth the name. */
const SHORTEST = 1e-6

/**
 * A is to B as C is to what? The identities whose samples lie nearest to F(C) + F(B) − F(A) under the live model, with A, B and
 * C left out: of an identity all its samples, of a picture or a sample those that show the very same thing in the same file.
 * @throws AppError several-faces, no-face; profile-mismatch for what is enrolled in another profile; not-found when nothing is
 * left to answer with, and for what is no longer there; wrong-use when A, B and C cancel out
 */
export async function analogy(parts: Parts, { profile, ...request }: AnalogyRequest): Promise<AnalogyAnswer> {
  // One model for all, whatever is promoted meanwhile.
  const live = liveOf(parts, profile)
  const model = live.model ?? (await shippedModel(parts, profile)).id
  const place = (term: AnalogyTerm) =>
    'picture' in term
      ? ofPicture(parts, term, profile, live)
      : 'sampleId' in term
        ? ofSample(parts, term.sampleId, profile, model)
        : ofIdentity(parts, term.identityId, profile, model)
  const [a, b, c] = await Promise.all([place(request.a), place(request.b), place(request.c)])

  const without = new Set([...a.samples, ...b.samples, ...c.samples])
  const target = analogyTarget(a.vector, b.vector, c.vector)
  const located = (match: Match): AnalogyMatch => {
    const vector = parts.search.vector(model, match.sampleId)!
    const distance = distanceBetween(target, vector)
    return { ...match, distance, similarity: similarityAt(distance), fromC: distanceBetween(c.vector, vector) }
  }
  const found = parts.search.nearest(model, target, ANSWERS, without).map(located)
  const [first] = found
  const [plain] = parts.search.nearest(model, c.vector, 1, without).map(located)
  if (!first || !plain) throw nothingLeft(labelOf(parts, profile))
  const sides = { a: a.side, b: b.side, c: c.side }
  // Two sums of the same numbers in another order differ in their last digit.
  const gain = Math.max(0, plain.distance - first.distance)
  return { profile, model, ...sides, found, plain, gain, candidates: candidates(parts, profile, without) }
}

/**
 * Where the answer to an analogy should lie (shared/spec/method.md 2): C + B − A at unit length. All are D numbers.
 * @throws AppError wrong-use when the sum has no direction
 */
export function analogyTarget(a: Float32Array, b: Float32Array, c: Float32Array): Float32Array {
  return unit(c.map((value, d) => value + b[d]! - a[d]!))
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector)
  if (length < SHORTEST)
    throw new AppError('wrong-use', 'A, B and C cancel each other out. Choose others: their sum points nowhere.')
  return vector.map((value) => value / length)
}

interface Placed {
  readonly side: AnalogySide
  /** D, unit length. */
  readonly vector: Float32Array
  /** Those that cannot be the answer. */
  readonly samples: readonly string[]
}

async function ofPicture(
  parts: Parts,
  { picture, box }: { readonly picture: string; readonly box?: Box | undefined },
  profile: Profile,
  live: ReturnType<typeof liveOf>,
): Promise<Placed> {
  const source = parts.pictures.source(picture)
  const { look, found, faces } = await choose(parts, { source, profile, ...live }, box)
  if (!box && faces > 1) throw severalFaces(look.name, faces)
  return {
    side: { kind: 'picture', picture: pictureOf(picture, look), box: found.box },
    vector: found.embedding,
    samples: samplesAt(parts, profile, look.sha256, found.box).map(({ id }) => id),
  }
}

function ofSample(parts: Parts, sampleId: string, profile: Profile, model: string): Placed {
  const { identityId, sourceSha256, box, profile: own } = parts.gallery.sample(sampleId)
  const { name } = parts.gallery.identity(identityId)
  mustBeOf(parts, { name, profile: own }, profile)
  const stored = parts.gallery.models().find(({ id }) => id === model)
  const vector = stored && parts.gallery.embedding(sampleId, stored)
  if (!vector) throw unreadable(name)
  const same = samplesAt(parts, profile, sourceSha256, box).map(({ id }) => id)
  return { side: { kind: 'sample', identityId, name, sampleId }, vector, samples: [sampleId, ...same] }
}

function ofIdentity(parts: Parts, identityId: string, profile: Profile, model: string): Placed {
  const identity = parts.gallery.identity(identityId)
  mustBeOf(parts, identity, profile)
  const { name } = identity
  const samples = parts.gallery.samplesOf(identityId).map(({ id }) => id)
  if (samples.length === 0)
    throw new AppError('not-found', `${name} has no sample. Enrol a picture of it, or choose another identity.`)
  const vectors = samples.flatMap((id) => parts.search.vector(model, id) ?? [])
  const [first] = vectors
  if (!first) throw unreadable(name)
  const sum = first.map((_, d) => vectors.reduce((total, vector) => total + vector[d]!, 0))
  return { side: { kind: 'identity', identityId, name, samples: samples.length }, vector: unit(sum), samples }
}

/** Identities with a sample that may be the answer. */
function candidates({ gallery }: Parts, profile: Profile, without: ReadonlySet<string>): number {
  const leftOut = new Map<string, number>()
  for (const sample of without) {
    const owner = gallery.ownerOf(sample)
    if (owner !== undefined) leftOut.set(owner, (leftOut.get(owner) ?? 0) + 1)
  }
  const all = [...gallery.identities()].filter((identity) => identity.profile === profile)
  return all.filter(({ id, samples }) => samples > (leftOut.get(id) ?? 0)).length
}

function mustBeOf(parts: Parts, one: { readonly name: string; readonly profile: Profile }, profile: Profile): void {
  if (one.profile === profile) return
  const [own, asked] = [labelOf(parts, one.profile), labelOf(parts, profile)]
  throw new AppError(
    'profile-mismatch',
    `${one.name} is enrolled in the ${own} profile, and the analogy is asked in the ${asked} profile. Choose one of that.`,
  )
}

const unreadable = (name: string) =>
  new AppError(
    'gallery-damaged',
    `What is stored of ${name} cannot be compared. Delete it and enrol its picture again.`,
  )

const nothingLeft = (label: string) =>
  new AppError(
    'not-found',
    `The gallery of the ${label} profile holds nothing besides A, B and C. Enrol what could be the answer.`,
  )
