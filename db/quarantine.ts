import type { Database } from 'better-sqlite3'
import type { Notices } from './notices.ts'
import { newId } from './open.ts'
import type { Seal } from './seal.ts'

/** A picture is set aside at this many ends of a process while it was looked at. */
const STRIKES = 2

/** Pictures that stopped a process, by keyed hash of their bytes. */
export function openQuarantine(db: Database, seal: Seal, notices: Notices) {
  const rows = db.prepare<[number], { id: string; name: Buffer }>('SELECT id, name FROM quarantine WHERE strikes >= ?')
  const sizes = db.prepare<[number], number>('SELECT EXISTS (SELECT 1 FROM quarantine WHERE size = ?)').pluck()
  const strikes = db.prepare<[Buffer], number>('SELECT strikes FROM quarantine WHERE source_mac = ?').pluck()
  const insert = db.prepare<[string, Buffer, Buffer, number, number, number]>(
    `INSERT INTO quarantine (id, source_mac, name, size, strikes, at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (source_mac) DO UPDATE SET strikes = min(strikes + excluded.strikes, 2), at = excluded.at`,
  )
  const remove = db.prepare<[Buffer]>('DELETE FROM quarantine WHERE source_mac = ?')
  const place = (id: string) => ({ table: 'quarantine', row: id, column: 'name' })
  const tell = (name: string) =>
    notices.report(
      'quarantined',
      `"${name}" stopped the program while it was looked at. It is set aside and not tried again.`,
    )

  for (const row of rows.all(STRIKES))
    try {
      tell(seal.openText(place(row.id), row.name))
    } catch {
      notices.report('gallery-damaged', `The name of quarantined picture ${row.id.slice(0, 8)} cannot be read.`)
    }

  return {
    /** Whether a picture of this many bytes may be in it: spares hashing every picture before it is looked at. */
    mayHold: (size: number) => sizes.get(size) === 1,
    holds: (sha256: string) => (strikes.get(seal.mac(sha256)) ?? 0) >= STRIKES,
    /** @param certain the picture alone was being looked at, twice; otherwise it is only one of the suspects */
    strike(picture: { name: string; size: number; sha256: string }, certain: boolean): void {
      const id = newId()
      const name = seal.seal(place(id), picture.name)
      insert.run(id, seal.mac(picture.sha256), name, picture.size, certain ? STRIKES : 1, Date.now())
      if ((strikes.get(seal.mac(picture.sha256)) ?? 0) >= STRIKES) tell(picture.name)
    },
    /** A suspect that was looked at without harm. */
    acquit: (sha256: string) => remove.run(seal.mac(sha256)),
  }
}

export type Quarantine = ReturnType<typeof openQuarantine>
