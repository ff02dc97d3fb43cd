import type { Database } from 'better-sqlite3'
import type { Box, Profile } from '../src-main/contract/types.ts'
import type { Notices } from './notices.ts'
import type { Seal } from './seal.ts'

/** What lies in this box of the picture with this sha256 is this identity (`shows`), or is not. */
export interface Link {
  readonly id: string
  readonly sha256: string
  readonly box: Box
  readonly identityId: string
  readonly at: number
  readonly shows: boolean
}

interface Row {
  readonly id: string
  readonly picture: Buffer
  readonly identity_id: string
  readonly at: number
  readonly shows: number
}

/** Answers "no", obeyed in identification and in the next runs, and answers "yes", labels of the next runs. */
export function openLinks(db: Database, seal: Seal, notices: Notices) {
  const insert = db.prepare<[string, Buffer, Buffer, string, number, number]>(
    'INSERT INTO cannot_link (id, source_mac, picture, identity_id, at, shows) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const refusedOfSource = db.prepare<[Buffer], Row>(
    `SELECT cannot_link.id, picture, identity_id, at, shows FROM cannot_link JOIN identity ON identity.id = identity_id
     WHERE source_mac = ? AND deleted_at IS NULL AND shows = 0`,
  )
  const ofProfile = db.prepare<[Profile], Row>(
    `SELECT cannot_link.id, picture, identity_id, at, shows FROM cannot_link JOIN identity ON identity.id = identity_id
     WHERE profile = ? AND deleted_at IS NULL ORDER BY at, cannot_link.rowid`,
  )
  const idsOf = db.prepare<[string], string>('SELECT id FROM cannot_link WHERE identity_id = ?').pluck()
  const setIdentity = db.prepare<[string, string]>('UPDATE cannot_link SET identity_id = ? WHERE id = ?')
  const remove = db.prepare<[string]>('DELETE FROM cannot_link WHERE id = ?')
  const place = (id: string) => ({ table: 'cannot_link', row: id, column: 'picture' })

  function read({ id, picture, identity_id: identityId, at, shows }: Row): Link[] {
    try {
      const sealed = JSON.parse(seal.openText(place(id), picture)) as Pick<Link, 'sha256' | 'box'> & Partial<Link>
      // Not sealed with the answer in it, it could be turned into its opposite.
      if ((sealed.shows === true) !== (shows === 1)) throw new Error('another answer was sealed')
      return [{ id, sha256: sealed.sha256, box: sealed.box, identityId, at, shows: shows === 1 }]
    } catch {
      notices.report(
        'gallery-damaged',
        `An answer about a picture (${id.slice(0, 8)}) cannot be read and is passed over.`,
      )
      return []
    }
  }

  return {
    /** Answers "no" about a picture of this sha256. */
    refusedOfSource: (sha256: string): Link[] => refusedOfSource.all(seal.mac(sha256)).flatMap(read),
    /** Both kinds, the oldest first. */
    ofProfile: (profile: Profile): Link[] => ofProfile.all(profile).flatMap(read),
    idsOf: (identityId: string) => idsOf.all(identityId),
    insert({ id, sha256, box, identityId, at, shows }: Link): void {
      const sealed = seal.seal(place(id), JSON.stringify({ sha256, box, ...(shows && { shows }) }))
      insert.run(id, seal.mac(sha256), sealed, identityId, at, shows ? 1 : 0)
    },
    setIdentity: (id: string, identityId: string) => void setIdentity.run(identityId, id),
    remove: (id: string) => void remove.run(id),
  }
}

export type Links = ReturnType<typeof openLinks>
