import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { fromSqlite } from './sqlite-error.ts'

const SIZE = 2 * 1024 * 1024

/** A file that only takes up room: on a full disk even deleting needs some, and this is where it comes from. */
export function openBallast(path: string, db: Database) {
  function make(): void {
    if (statSync(path, { throwIfNoEntry: false })?.size === SIZE) return
    try {
      // Random, because a file system that compresses stores zeros in nothing.
      writeFileSync(path, randomBytes(SIZE), { mode: 0o600 })
    } catch (error) {
      // Half a ballast would take the last room from everything else.
      rmSync(path, { force: true })
      const { code } = error as NodeJS.ErrnoException
      if (code !== 'ENOSPC' && code !== 'EROFS' && code !== 'EACCES' && code !== 'EDQUOT') throw error
    }
  }

  /** `remove` again with the ballast's room, if the disk is full; the room is taken again at the next opening. */
  function spend<T>(remove: () => T): T {
    try {
      return remove()
    } catch (error) {
      const known = fromSqlite(error)
      if (!(known instanceof Error) || !('code' in known) || known.code !== 'disk-full' || !existsSync(path))
        throw error
      rmSync(path, { force: true })
      db.pragma('wal_checkpoint(PASSIVE)')
      return remove()
    }
  }

  make()
  return { make, spend }
}
