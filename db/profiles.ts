import type { Database } from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import { isOwn, type OwnProfile, type Profile } from '../src-main/contract/types.ts'
import type { Notices } from './notices.ts'
import type { Seal } from './seal.ts'

export interface StoredProfile {
  readonly id: OwnProfile
  readonly name: string
  readonly createdAt: number
}

interface Row {
  readonly id: OwnProfile
  readonly name: Buffer | null
  readonly createdAt: number
}

/** Profiles of the user's own. One whose name cannot be read goes by its id, so that it can still be deleted. */
export function openProfiles(db: Database, seal: Seal, notices: Notices) {
  const all = db.prepare<[], Row>('SELECT id, name, created_at AS createdAt FROM own_profile ORDER BY created_at, id')
  const one = db.prepare<[string], Row>('SELECT id, name, created_at AS createdAt FROM own_profile WHERE id = ?')
  const insert = db.prepare<[OwnProfile, Buffer, number]>(
    `INSERT INTO own_profile (id, name, created_at) VALUES (?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, created_at = excluded.created_at`,
  )
  const clear = db.prepare<[OwnProfile]>('UPDATE own_profile SET name = NULL WHERE id = ?')
  const place = (id: string) => ({ table: 'own_profile', row: id, column: 'name' })

  function read({ id, name, createdAt }: Row): StoredProfile[] {
    if (name === null) return []
    try {
      return [{ id, name: seal.openText(place(id), name), createdAt }]
    } catch {
      notices.report('gallery-damaged', `The name of profile ${id} cannot be read. It goes by this id.`)
      return [{ id, name: id, createdAt }]
    }
  }

  function find(id: string): StoredProfile | undefined {
    const row = one.get(id)
    return row && read(row)[0]
  }

  return {
    all: (): StoredProfile[] => all.all().flatMap(read),
    find,
    /** @throws AppError not-found */
    mustExist(profile: Profile): void {
      if (isOwn(profile) && !find(profile)) throw noProfile()
    },
    /** Whether it was there and is deleted. */
    isDeleted: (id: string) => one.get(id)?.name === null,
    insert: (id: OwnProfile, name: string, now: number) => void insert.run(id, seal.seal(place(id), name), now),
    clear: (id: OwnProfile) => void clear.run(id),
  }
}

export const noProfile = () => new AppError('not-found', 'This profile is not there any more. Choose another one.')

export type Profiles = ReturnType<typeof openProfiles>
