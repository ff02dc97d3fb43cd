import type { Database } from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import type { Box, Profile, Quality, Sample } from '../src-main/contract/types.ts'
import type { Notices } from './notices.ts'
import { newId } from './open.ts'
import type { Seal } from './seal.ts'

/** What an enrolment stores. */
export interface NewSample {
  readonly box: Box
  readonly drawn: boolean
  readonly quality: Quality
  readonly overridden: boolean
  readonly keeps: 'original' | 'crop'
  readonly sourceName: string
  /** Of the bytes that were decoded, hex. */
  readonly sourceSha256: string
  readonly width: number
  readonly height: number
  readonly thumbnail: Uint8Array
  /** The original's bytes, or the crop as JPEG. */
  readonly kept: Uint8Array
}

interface Row {
  readonly id: string
  readonly identity_id: string
  readonly profile: Profile
  readonly box_x: number
  readonly box_y: number
  readonly box_width: number
  readonly box_height: number
  readonly drawn: number
  readonly quality: string
  readonly overridden: number
  readonly keeps: 'original' | 'crop'
  readonly source: Buffer
  readonly width: number
  readonly height: number
  readonly created_at: number
}

type PictureKind = 'thumbnail' | 'kept'

const SELECT = `
  SELECT sample.id, identity_id, profile, box_x, box_y, box_width, box_height, drawn, quality, overridden, keeps, source,
    width, height, sample.created_at
  FROM sample JOIN identity ON identity.id = identity_id
  WHERE sample.deleted_at IS NULL AND identity.deleted_at IS NULL`
const SELECT_ANY = `
  SELECT sample.id, identity_id, profile, box_x, box_y, box_width, box_height, drawn, quality, overridden, keeps, source,
    width, height, sample.created_at
  FROM sample JOIN identity ON identity.id = identity_id
  WHERE sample.id = ?`
const SELECT_ONE = SELECT + ' AND sample.id = ?'
const SELECT_OF_IDENTITY = SELECT + ' AND identity_id = ? ORDER BY sample.created_at, sample.rowid'
const SELECT_OF_SOURCE = SELECT + ' AND source_mac = ? ORDER BY sample.created_at, sample.rowid'

export function openSamples(db: Database, seal: Seal, notices: Notices) {
  const one = db.prepare<[string], Row>(SELECT_ONE)
  const ofIdentity = db.prepare<[string], Row>(SELECT_OF_IDENTITY)
  const ofSource = db.prepare<[Buffer], Row>(SELECT_OF_SOURCE)
  const owner = db.prepare<[string], { identity_id: string }>(
    `SELECT identity_id FROM sample JOIN identity ON identity.id = identity_id
     WHERE sample.id = ? AND sample.deleted_at IS NULL AND identity.deleted_at IS NULL`,
  )
  const idsOf = db
    .prepare<[string], string>('SELECT id FROM sample WHERE identity_id = ? AND deleted_at IS NULL ORDER BY created_at')
    .pluck()
  const insert = db.prepare(
    `INSERT INTO sample (id, identity_id, box_x, box_y, box_width, box_height, drawn, quality, overridden, keeps, source,
       source_mac, width, height, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const insertPicture = db.prepare<[string, PictureKind, Buffer]>(
    'INSERT INTO picture (sample_id, kind, bytes) VALUES (?, ?, ?)',
  )
  const picture = db
    .prepare<[string, PictureKind], Buffer>('SELECT bytes FROM picture WHERE sample_id = ? AND kind = ?')
    .pluck()
  const anyRow = db.prepare<[string], Row>(SELECT_ANY)
  const setIdentity = db.prepare<[string, string]>('UPDATE sample SET identity_id = ? WHERE id = ?')
  const setDeleted = db.prepare<[number | null, string]>('UPDATE sample SET deleted_at = ? WHERE id = ?')

  const sourcePlace = (id: string) => ({ table: 'sample', row: id, column: 'source' })
  const picturePlace = (id: string, kind: PictureKind) => ({ table: 'picture', row: id, column: kind })

  function read(row: Row): Sample {
    return {
      id: row.id,
      identityId: row.identity_id,
      profile: row.profile,
      box: { x: row.box_x, y: row.box_y, width: row.box_width, height: row.box_height },
      drawn: row.drawn === 1,
      quality: JSON.parse(row.quality) as Quality,
      overridden: row.overridden === 1,
      keeps: row.keeps,
      ...readSource(row),
      width: row.width,
      height: row.height,
      createdAt: row.created_at,
    }
  }

  /** A sample whose source cannot be read stays visible, so that it can be deleted. */
  function readSource(row: Row): { sourceName: string; sourceSha256: string } {
    try {
      const source = JSON.parse(seal.openText(sourcePlace(row.id), row.source)) as { name: string; sha256: string }
      return { sourceName: source.name, sourceSha256: source.sha256 }
    } catch {
      notices.report('gallery-damaged', `The source of sample ${row.id.slice(0, 8)} cannot be read.`)
      return { sourceName: '', sourceSha256: '' }
    }
  }

  function readPicture(id: string, kind: PictureKind): Buffer {
    if (!owner.get(id)) throw missing()
    return openPicture(id, kind)
  }

  function openPicture(id: string, kind: PictureKind): Buffer {
    const sealed = picture.get(id, kind)
    if (!sealed) throw missing()
    try {
      return seal.open(picturePlace(id, kind), sealed)
    } catch (error) {
      const message = `A picture of sample ${id.slice(0, 8)} cannot be read. Delete the sample and enrol the picture again.`
      notices.report('gallery-damaged', message)
      throw new AppError('gallery-damaged', message, { cause: error })
    }
  }

  return {
    /** @throws AppError not-found */
    get(id: string): Sample {
      const row = one.get(id)
      if (!row) throw missing()
      return read(row)
    },
    ofIdentity: (identityId: string) => ofIdentity.all(identityId).map(read),
    /** Samples that come from a picture of this sha256. */
    ofSource: (sha256: string) => ofSource.all(seal.mac(sha256)).map(read),
    idsOf: (identityId: string) => idsOf.all(identityId),
    /** The identity a sample belongs to; undefined when either is deleted. */
    owner: (id: string) => owner.get(id)?.identity_id,
    thumbnail: (id: string) => readPicture(id, 'thumbnail'),
    kept: (id: string) => readPicture(id, 'kept'),
    /** A sample with the picture it keeps, deleted or not; undefined once it is erased. */
    stored(id: string): { sample: Sample; kept: Buffer } | undefined {
      const row = anyRow.get(id)
      return row && { sample: read(row), kept: openPicture(id, 'kept') }
    },
    insert(identityId: string, sample: NewSample, now: number): string {
      const id = newId()
      const { box } = sample
      const source = JSON.stringify({ name: sample.sourceName, sha256: sample.sourceSha256 })
      insert.run(
        id,
        identityId,
        box.x,
        box.y,
        box.width,
        box.height,
        Number(sample.drawn),
        JSON.stringify(sample.quality),
        Number(sample.overridden),
        sample.keeps,
        seal.seal(sourcePlace(id), source),
        seal.mac(sample.sourceSha256),
        sample.width,
        sample.height,
        now,
      )
      insertPicture.run(id, 'thumbnail', seal.seal(picturePlace(id, 'thumbnail'), sample.thumbnail))
      insertPicture.run(id, 'kept', seal.seal(picturePlace(id, 'kept'), sample.kept))
      return id
    },
    setIdentity: (id: string, identityId: string) => setIdentity.run(identityId, id),
    setDeleted: (id: string, at: number | null) => setDeleted.run(at, id),
  }
}

const missing = () => new AppError('not-found', 'This sample is no longer in the gallery.')

export type Samples = ReturnType<typeof openSamples>
