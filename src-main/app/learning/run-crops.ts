import { join } from 'node:path'
import type { Source } from '../../contract/engine-api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Trainer } from '../../contract/trainer-api.ts'
import type { Box, Profile, Sample } from '../../contract/types.ts'
import { FATAL, LANES } from '../identify.ts'
import { inOrder } from '../in-order.ts'
import type { Parts } from '../parts.ts'
import { gather } from './gather.ts'
import { lookAt, seenOf } from './references.ts'
import { TooManyLost } from './run-data.ts'
import type { RunData, RunStore } from './run-store.ts'
import { createTable } from './table.ts'

/** Bytes of all crops together: the process that learns holds them in memory. */
const MOST = 2 * 1024 ** 3

interface Sending {
  readonly id: string
  readonly folder: string
  readonly profile: Profile
  readonly model: string
  readonly data: RunData
  readonly signal: AbortSignal
  /** After each photo. */
  onPhoto(done: number, total: number): void
}

/**
 * Hands the trainer what the network takes of every photo and reference, rows as in the tables of features: for a model whose
 * network is not the shipped one.
 * @throws TooManyLost when photos are gone whose crops are not kept; AppError not-trainable
 */
export async function sendCrops(parts: Parts, store: RunStore, trainer: Trainer, run: Sending): Promise<void> {
  const { id, folder, data, signal } = run
  const wanted = { profile: run.profile, model: run.model }
  const photos = createTable(trainer, 'photo-crops')
  let lost = 0
  let done = 0
  await inOrder(
    data.photos,
    LANES,
    signal,
    async (photo) => ({ crop: await ofPhoto(parts, join(folder, photo.path), photo, wanted) }),
    ({ crop }) => {
      run.onPhoto(++done, data.photos.length)
      if (crop && crop.length * data.photos.length > MOST)
        throw new AppError(
          'not-trainable',
          `${data.photos.length} photos are too many to learn from with the network itself: they have to fit in memory. Leave some out, or choose a recipe that fits a head.`,
        )
      if (crop) photos.add(crop)
      else lost++
    },
  )
  signal.throwIfAborted()
  if (lost > 0) throw new TooManyLost(lost, data.photos.length, folder)
  const kept = store.crops(id).read() ?? (await ofReferences(parts, data, wanted))
  store.crops(id).write(kept)
  const references = createTable(trainer, 'reference-crops')
  const size = kept.length / data.references.length
  for (let at = 0; at < kept.length; at += size) references.add(kept.slice(at, at + size))
  await Promise.all([photos.done(), references.done()])
}

interface Wanted {
  readonly profile: Profile
  readonly model: string
  readonly box?: Box | undefined
  readonly drawn?: boolean | undefined
}

/** One crop; undefined when the photo is gone, cannot be read, or is another one now. */
async function ofPhoto(
  parts: Parts,
  path: string,
  { sha256, which }: RunData['photos'][number],
  wanted: Wanted,
): Promise<Uint8Array | undefined> {
  try {
    return (await crops(parts, { path }, sha256, wanted))[which]
  } catch (error) {
    if (!(error instanceof AppError) || FATAL.has(error.code)) throw error
    return undefined
  }
}

/** Of all references, one after the other. @throws AppError not-trainable when one is there no longer */
async function ofReferences(parts: Parts, data: RunData, wanted: Wanted): Promise<Uint8Array> {
  const made: Uint8Array[] = []
  for (const { sampleId } of data.references) {
    const stored = parts.gallery.storedSample(sampleId)
    const crop = stored && (await ofSample(parts, stored.sample, stored.kept, { ...wanted, views: data.views }))
    if (!crop)
      throw new AppError('not-trainable', 'A sample that this run learns from was removed meanwhile. Start a new run.')
    made.push(crop)
  }
  return Buffer.concat(made)
}

async function ofSample(
  parts: Parts,
  sample: Sample,
  bytes: Uint8Array,
  wanted: Wanted & { readonly views: number },
): Promise<Uint8Array | undefined> {
  const source: Source = { name: sample.sourceName || 'a sample', bytes }
  const at = { ...wanted, ...lookAt(sample) }
  const { found, sha256 } = await gather(parts, source, at)
  const seen = seenOf(sample, found)
  return seen && (await crops(parts, source, sha256, at))[found.indexOf(seen)]
}

/** Crops of everything found, from the cache or from the engine. @throws AppError as `EngineApi.crops`; not-found for other bytes */
async function crops(parts: Parts, source: Source, sha256: string, wanted: Wanted): Promise<Uint8Array[]> {
  const { profile, model, box, drawn } = wanted
  const at = box ? [box.x, box.y, box.width, box.height, drawn === true].join(' ') : 'whole'
  const key = { sha256, model, how: `crops|${profile}|${at}` }
  const known = await parts.features.get(key)
  if (known) return apart(known)
  const made = await parts.engine.crops({ source, profile, ...(box && { box, drawn: drawn === true }) })
  if (made.sha256 !== sha256) throw new AppError('not-found', 'The photo has changed.')
  const side = Buffer.alloc(4)
  side.writeUInt32LE(made.side)
  parts.features.put(key, Buffer.concat([side, ...made.crops]))
  return [...made.crops]
}

/** The side, then one crop after the other. */
function apart(bytes: Uint8Array): Uint8Array[] {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = all.readUInt32LE() ** 2 * 3
  return Array.from({ length: (all.length - 4) / size }, (_, i) => all.subarray(4 + i * size, 4 + (i + 1) * size))
}
