import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import type { Events } from './events.ts'

/**
 * Removes what is marked as deleted from the disk: rows (their pages are overwritten: secure_delete), then the log that
 * still holds them, then copies made before a migration.
 * @throws AppError gallery-in-use when a reader keeps the log alive; the rows are gone from the gallery by then
 */
export function eraseDeleted(db: Database, path: string, events: Events): { identities: number; samples: number } {
  const gone = db.transaction(() => {
    const samples = db
      .prepare(
        `DELETE FROM sample WHERE deleted_at IS NOT NULL
           OR identity_id IN (SELECT id FROM identity WHERE deleted_at IS NOT NULL)`,
      )
      .run().changes
    const identities = db.prepare('DELETE FROM identity WHERE deleted_at IS NOT NULL').run().changes
    const known = db
      .prepare<[string, string], number>(
        'SELECT EXISTS (SELECT 1 FROM identity WHERE id = ?) OR EXISTS (SELECT 1 FROM sample WHERE id = ?)',
      )
      .pluck()
    events.prune((id) => known.get(id, id) === 1)
    return { identities, samples }
  })()
  const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
  if (result.busy !== 0)
    throw new AppError(
      'gallery-in-use',
      'The deleted rows are removed, but another program reads the gallery and keeps a copy in its log. Close it, then empty again.',
    )
  for (const backup of backupsOf(path)) rmSync(backup, { force: true })
  return gone
}

function backupsOf(path: string): string[] {
  const folder = dirname(path)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(path)}.version-`))
    .map((name) => join(folder, name))
}
