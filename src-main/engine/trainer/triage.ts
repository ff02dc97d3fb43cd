import type { TriageNumbers, TriageWork } from '../../contract/trainer-api.ts'
import { triage } from '../heads/triage.ts'
import { orEmpty, type Tables } from './tables.ts'

const HASH_BYTES = 8

/** What each photo is by its numbers. */
export function triageNumbers(tables: Tables, { photo, labels, classes, known }: TriageWork): TriageNumbers {
  const photos = tables.floats('embeddings')
  const bytes = Buffer.from(tables.bytes('hashes').values)
  return triage({
    photos,
    references: orEmpty(tables, 'reference-embeddings', photos.columns),
    labels,
    classes,
    known,
    pictures: photo,
    hashes: Array.from({ length: photos.rows }, (_, row) =>
      bytes.toString('hex', row * HASH_BYTES, (row + 1) * HASH_BYTES),
    ),
  })
}
