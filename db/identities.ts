import type { Database } from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import type { Identity, Profile } from '../src-main/contract/types.ts'
import type { Notices } from './notices.ts'
import { newId } from './open.ts'
import type { Seal } from './seal.ts'

interface Row {
  readonly id: string
  readonly profile: Profile
  readonly name: Buffer
  readonly created_at: number
  readonly changed_at: number
  readonly samples: number
  readonly cover: string | null
}

const SELECT = `
  SELECT id, profile, name, created_at, changed_at,
    (SELECT count(*) FROM sample WHERE identity_id = identity.id AND deleted_at IS NULL) AS samples,
    (SELECT id FROM sample WHERE identity_id = identity.id AND deleted_at IS NULL ORDER BY created_at, rowid LIMIT 1) AS cover
  FROM identity WHERE deleted_at IS NULL`
const SELECT_ONE = SELECT + ' AND id = ?'

/** Identities that are not deleted, with their names open in memory: a sealed name cannot be searched or sorted by SQL. */
export function openIdentities(db: Database, seal: Seal, notices: Notices) {
  const all = db.prepare<[], Row>(SELECT)
  const one = db.prepare<[string], Row>(SELECT_ONE)
  const insert = db.prepare<[string, Profile, Buffer, number, number]>(
    'INSERT INTO identity (id, profile, name, created_at, changed_at) VALUES (?, ?, ?, ?, ?)',
  )
  const setName = db.prepare<[Buffer, number, string]>('UPDATE identity SET name = ?, changed_at = ? WHERE id = ?')
  const touch = db.prepare<[number, string]>('UPDATE identity SET changed_at = ? WHERE id = ?')
  const setDeleted = db.prepare<[number | null, number, string]>(
    'UPDATE identity SET deleted_at = ?, changed_at = ? WHERE id = ?',
  )
  const dropEmpty = db.prepare<[string]>(
    'DELETE FROM identity WHERE id = ? AND NOT EXISTS (SELECT 1 FROM sample WHERE identity_id = identity.id)',
  )

  const byId = new Map<string, Identity>()
  const place = (id: string) => ({ table: 'identity', row: id, column: 'name' })

  function keep(row: Row): void {
    try {
      byId.set(row.id, {
        id: row.id,
        name: seal.openText(place(row.id), row.name),
        profile: row.profile,
        samples: row.samples,
        cover: row.cover,
        createdAt: row.created_at,
        changedAt: row.changed_at,
      })
    } catch {
      byId.delete(row.id)
      notices.report(
        'gallery-damaged',
        `The name of identity ${row.id.slice(0, 8)} cannot be read. The identity with its ${row.samples} samples is set aside; the others work.`,
      )
    }
  }
  for (const row of all.iterate()) keep(row)

  return {
    all: () => byId.values(),
    find: (id: string) => byId.get(id),
    /** @throws AppError not-found */
    get(id: string): Identity {
      const identity = byId.get(id)
      if (!identity) throw new AppError('not-found', 'This identity is no longer in the gallery.')
      return identity
    },
    /** After a commit: reads again what it changed. */
    refresh(ids: Iterable<string>): void {
      for (const id of ids) {
        const row = one.get(id)
        if (row) keep(row)
        else byId.delete(id)
      }
    },
    insert(name: string, profile: Profile, now: number): string {
      const id = newId()
      insert.run(id, profile, seal.seal(place(id), name), now, now)
      return id
    },
    setName: (id: string, name: string, now: number) => setName.run(seal.seal(place(id), name), now, id),
    touch: (id: string, now: number) => touch.run(now, id),
    setDeleted: (id: string, at: number | null, now: number) => setDeleted.run(at, now, id),
    /** Removes an identity that never held a sample, or whose last one has moved away for good. */
    dropEmpty: (id: string) => dropEmpty.run(id),
  }
}

export type Identities = ReturnType<typeof openIdentities>
