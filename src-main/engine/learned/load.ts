import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import { MANIFEST, manifestSchema, MODEL_LIMITS, modelIdOf, type ModelManifest } from '../../contract/model-file.ts'
import type { ModelFact } from '../../contract/types.ts'
import { readTuned, type Tuned } from '../fine-tuning/tuned-file.ts'
import { applyHead, inputs } from '../heads/head.ts'
import { readHead } from '../heads/head-file.ts'

/** A learned model in memory: raw features of the shipped profile (F values) to an embedding (D, unit length). */
export interface Learned {
  readonly fact: ModelFact
  /** Id of the shipped model whose features it takes. */
  readonly base: string
  apply(features: Float32Array): Float32Array
  /** Of a fine-tuned model: the weights that its features are made with. */
  readonly tuned?: Tuned
}

/** Seeded feature vectors that a model must tell apart before it may be used. */
const PROBES = 16
/** Mean cosine of the probes' embeddings; above it the model gives the same answer to everything. */
const ALIKE = 0.999

/**
 * Reads `<folder>/<id>` and checks it: the id is made of the manifest's hash, every file has the size and the hash that the
 * manifest names, and no path in any file is followed.
 * @throws AppError model-missing
 */
export async function loadLearned(folder: string, id: string): Promise<Learned> {
  const { place, manifest } = await verified(folder, id)
  const tuned = manifest.kind === 'fine-tuned' ? await readTuned(place) : undefined
  if (manifest.kind !== 'head' && !tuned)
    throw unusable(id, `this program does not serve models of the kind "${manifest.kind}"`)
  const head = await readHead(place)
  const { profile, base, dimensions } = manifest
  if (head.profile !== profile || head.base !== base || head.dimensions !== dimensions)
    throw unusable(id, 'its manifest and its head disagree')
  // They are about people: the gallery keeps them sealed.
  if (head.prototypes) throw unusable(id, 'its files hold prototypes')
  const apply = (features: Float32Array) => {
    if (features.length !== inputs(head)) throw unusable(id, 'it takes features of another length')
    return applyHead(head, features)
  }
  tryOut(id, apply, inputs(head))
  const hidden = head.hidden ? head.hidden.into.length + head.hidden.bias.length + head.hidden.out.length : 0
  const changed = tuned ? [...tuned.weights.values()].reduce((sum, { values }) => sum + values.length, 0) : 0
  return {
    apply,
    base,
    ...(tuned && { tuned }),
    fact: {
      id,
      profile,
      network: tuned ? `head on ${base}, fine-tuned` : `head on ${base}`,
      dimensions,
      parameters: head.weights.length + hidden + changed,
      input: `${inputs(head)} features`,
      source: 'learned on this computer or imported',
      licence: '',
      sha256: id.slice(-16),
    },
  }
}

/** The manifest and the place of a model all of whose files are the ones it names. @throws AppError model-missing */
export async function verified(folder: string, id: string): Promise<{ place: string; manifest: ModelManifest }> {
  if (!/^[a-z0-9-]{1,200}$/.test(id)) throw unusable(id, 'its id is none')
  const place = join(folder, id)
  const manifest = await readManifest(place, id)
  for (const file of manifest.files) await check(place, file, id)
  return { place, manifest }
}

async function readManifest(place: string, id: string): Promise<ModelManifest> {
  const path = join(place, MANIFEST)
  const found = await stat(path).catch(() => undefined)
  if (!found) throw unusable(id, 'its files are missing')
  if (found.size > MODEL_LIMITS.manifest) throw unusable(id, 'its manifest is too large')
  const text = await readFile(path)
  const parsed = manifestSchema.safeParse(json(text.toString('utf8')))
  if (!parsed.success) throw unusable(id, 'its manifest is not one that this program reads')
  if (modelIdOf(parsed.data, createHash('sha256').update(text).digest('hex')) !== id)
    throw unusable(id, 'its manifest has been changed')
  return parsed.data
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function check(
  place: string,
  { name, bytes, sha256 }: ModelManifest['files'][number],
  id: string,
): Promise<void> {
  const path = join(place, name)
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile() || found.size !== bytes) throw unusable(id, `its file ${name} is missing or has another length`)
  const hash = createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
  if (hash !== sha256) throw unusable(id, `its file ${name} has been changed`)
}

/** A model that gives no numbers, or the same to everything, would match everybody with everybody. */
function tryOut(id: string, apply: Learned['apply'], length: number): void {
  mustDiffer(
    id,
    Array.from({ length: PROBES }, (_, probe) =>
      apply(Float32Array.from({ length }, (_, i) => Math.abs(Math.sin(12.9898 * (probe + 1) + 78.233 * i)))),
    ),
  )
}

/** @throws AppError model-missing unless the probes' embeddings are of unit length and unlike each other */
export function mustDiffer(id: string, seen: readonly Float32Array[], alike = ALIKE): void {
  for (const embedding of seen)
    if (!(Math.abs(Math.hypot(...embedding) - 1) < 1e-3)) throw unusable(id, 'what it gives is no embedding')
  let cosine = 0
  for (const other of seen.slice(1)) cosine += seen[0]!.reduce((sum, value, d) => sum + value * other[d]!, 0)
  if (cosine / (seen.length - 1) > alike) throw unusable(id, 'it gives the same embedding to everything')
}

export const unusable = (id: string, why: string) =>
  new AppError(
    'model-missing',
    `The learned model ${id} cannot be used: ${why}. Roll back to the model before it, or import it again.`,
  )
