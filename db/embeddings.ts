import type { Database } from 'better-sqlite3'
import type { Profile } from '../src-main/contract/types.ts'
import type { Notices } from './notices.ts'
import type { Place, Seal } from './seal.ts'

export interface StoredModel {
  readonly id: string
  readonly profile: Profile
  readonly dimensions: number
}

interface Row {
  readonly sample_id: string
  readonly vector: Buffer
}

/** How far a stored vector's length may be from 1. */
const UNIT = 1e-3

export function openEmbeddings(db: Database, seal: Seal, notices: Notices) {
  const models = db.prepare<[], StoredModel>('SELECT id, profile, dimensions FROM model')
  const insertModel = db.prepare<[string, Profile, number, number]>(
    'INSERT INTO model (id, profile, dimensions, added_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const insert = db.prepare<[string, string, Buffer]>(
    'INSERT INTO embedding (model_id, sample_id, vector) VALUES (?, ?, ?)',
  )
  const all = db.prepare<[string], Row & { identity_id: string }>(
    `SELECT sample_id, vector, identity_id FROM embedding
     JOIN sample ON sample.id = sample_id JOIN identity ON identity.id = identity_id
     WHERE model_id = ? AND sample.deleted_at IS NULL AND identity.deleted_at IS NULL
     ORDER BY sample.rowid`,
  )
  const one = db.prepare<[string, string], Row>(
    'SELECT sample_id, vector FROM embedding WHERE model_id = ? AND sample_id = ?',
  )
  const place = (sample: string, model: string) => ({ table: 'embedding', row: sample, model, column: 'vector' })

  /** Undefined for what does not open or holds no unit vector: one wrong vector could match everybody. */
  function open(from: Place, sealed: Buffer, dimensions: number): Float32Array | undefined {
    try {
      const bytes = seal.open(from, sealed)
      const vector = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
      return isUnit(vector, dimensions) ? vector : undefined
    } catch {
      // The caller tells, as of a vector that opens and is none.
      return undefined
    }
  }

  function mustBeUnit(vector: Float32Array, dimensions: number, model: string): void {
    if (!isUnit(vector, dimensions)) throw new Error(`The engine's embedding for ${model} is not a unit vector.`)
  }

  function read(row: Row, model: StoredModel): Float32Array | undefined {
    const vector = open(place(row.sample_id, model.id), row.vector, model.dimensions)
    if (vector) return vector
    notices.report(
      'gallery-damaged',
      `The embedding of sample ${row.sample_id.slice(0, 8)} cannot be read. The sample is left out of comparisons: delete it and enrol its picture again.`,
    )
    return undefined
  }

  return {
    open,
    mustBeUnit,
    models: () => models.all(),
    /** Every embedding of a model whose sample and identity are not deleted. */
    each(model: StoredModel, visit: (sampleId: string, identityId: string, vector: Float32Array) => void): void {
      for (const row of all.iterate(model.id)) {
        const vector = read(row, model)
        if (vector) visit(row.sample_id, row.identity_id, vector)
      }
    },
    get(sampleId: string, model: StoredModel): Float32Array | undefined {
      const row = one.get(model.id, sampleId)
      return row && read(row, model)
    },
    insert(sampleId: string, profile: Profile, model: string, vector: Float32Array, now: number): void {
      mustBeUnit(vector, vector.length, model)
      insertModel.run(model, profile, vector.length, now)
      const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
      insert.run(model, sampleId, seal.seal(place(sampleId, model), bytes))
    },
  }
}

function isUnit(vector: Float32Array, dimensions: number): boolean {
  if (vector.length !== dimensions) return false
  let sum = 0
  for (const value of vector) sum += value * value
  return Math.abs(Math.sqrt(sum) - 1) <= UNIT
}

export type Embeddings = ReturnType<typeof openEmbeddings>
