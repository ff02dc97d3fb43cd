import type { Database } from 'better-sqlite3'
import type { Box, Profile } from '../src-main/contract/types.ts'
import type { Notices } from './notices.ts'
import type { Seal } from './seal.ts'

/** What lies in this box of the picture with this sha256 is not this identity. */
export interface CannotLink {
  readonly id: string
  readonly sha256: string
  readonly box: Box
  readonly identityId: string
  readonly at: number
}

interface Row {
  readonly id: string
  readonly picture: Buffer
  readonly identity_id: string
  readonly at: number
}

/** Answers "no": obeyed in identification, and hard negatives of the next run. */
export function openCannotLinks(db: Database, seal: Seal, notices: Notices) {
  const insert = db.prepare<[string, Buffer, Buffer, string, number]>(
    'INSERT INTO cannot_link (id, source_mac, picture, identity_id, at) VALUES (?, ?, ?, ?, ?)',
  )
  const ofSource = db.prepare<[Buffer], Row>(
    `SELECT cannot_link.id, picture, identity_id, at FROM cannot_link JOIN identity ON identity.id = identity_id
     WHERE source_mac = ? AND deleted_at IS NULL`,
  )
  const ofProfile = db.prepare<[Profile], Row>(
    `SELECT cannot_link.id, picture, identity_id, at FROM cannot_link JOIN identity ON identity.id = identity_id
     WHERE profile = ? AND deleted_at IS NULL ORDER BY at, cannot_link.rowid`,
  )
  const idsOf = db.prepare<[string], string>('SELECT id FROM cannot_link WHERE identity_id = ?').pluck()
  const setIdentity = db.prepare<[string, string]>('UPDATE cannot_link SET identity_id = ? WHERE id = ?')
  const remove = db.prepare<[string]>('DELETE FROM cannot_link WHERE id = ?')
  const place = (id: string) => ({ table: 'cannot_link', row: id, column: 'picture' })

  function read({ id, picture, identity_id: identityId, at }: Row): CannotLink[] {
    try {
      const { sha256, box } = JSON.parse(seal.openText(place(id), picture)) as Pick<CannotLink, 'sha256' | 'box'>
      return [{ id, sha256, box, identityId, at }]
    } catch {
      notices.report('gallery-damaged', `An answer "no" (${id.slice(0, 8)}) cannot be read and is passed over.`)
      return []
    }
  }

  return {
    /** Answers "no" about a picture of this sha256. */
    ofSource: (sha256: string): CannotLink[] => ofSource.all(seal.mac(sha256)).flatMap(read),
    ofProfile: (profile: Profile): CannotLink[] => ofProfile.all(profile).flatMap(read),
    idsOf: (identityId: string) => idsOf.all(identityId),
    insert({ id, sha256, box, identityId, at }: CannotLink): void {
      insert.run(id, seal.mac(sha256), seal.seal(place(id), JSON.stringify({ sha256, box })), identityId, at)
    },
    setIdentity: (id: string, identityId: string) => void setIdentity.run(identityId, id),
    remove: (id: string) => void remove.run(id),
  }
}

export type CannotLinks = ReturnType<typeof openCannotLinks>
