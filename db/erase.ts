import { existsSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import type { Events } from './events.ts'
import type { Models } from './models.ts'

export interface Erased {
  readonly identities: number
  readonly samples: number
  /** Models that were trained on an identity that is gone; absent when there is none. */
  readonly models?: readonly string[]
}

/**
 * Removes what is marked as deleted from the disk: rows (their pages are overwritten: secure_delete), then the log that
 * still holds them, then copies made before a migration. Prototypes made from a removed sample go with it, and no report of a
 * model names a removed identity.
 * @returns how much is gone, and the models that were trained on a removed identity
 * @throws AppError gallery-in-use when a reader keeps the log alive; the rows are gone from the gallery by then
 */
export function eraseDeleted(db: Database, path: string, events: Events, models: Models): Erased {
  const gone = db.transaction(() => {
    const trained = db
      .prepare<[], string>(
        `SELECT DISTINCT model_id FROM trained_on JOIN learned USING (model_id) JOIN identity ON identity.id = identity_id
         WHERE deleted_at IS NOT NULL AND discarded_at IS NULL ORDER BY model_id`,
      )
      .pluck()
      .all()
    const leaving = db.prepare<[], string>('SELECT id FROM identity WHERE deleted_at IS NOT NULL').pluck().all()
    if (leaving.length > 0) models.forget(new Set(leaving))
    db.prepare(
      `DELETE FROM prototype WHERE EXISTS (SELECT 1 FROM prototype_sample AS made JOIN sample ON sample.id = made.sample_id
         WHERE made.model_id = prototype.model_id AND made.identity_id = prototype.identity_id AND deleted_at IS NOT NULL)`,
    ).run()
    const samples = db
      .prepare(
        `DELETE FROM sample WHERE deleted_at IS NOT NULL
           OR identity_id IN (SELECT id FROM identity WHERE deleted_at IS NOT NULL)`,
      )
      .run().changes
    const identities = db.prepare('DELETE FROM identity WHERE deleted_at IS NOT NULL').run().changes
    db.prepare(
      `UPDATE learned SET erased = erased + (SELECT count(*) FROM trained_on
         WHERE trained_on.model_id = learned.model_id AND identity_id NOT IN (SELECT id FROM identity))`,
    ).run()
    db.prepare('DELETE FROM trained_on WHERE identity_id NOT IN (SELECT id FROM identity)').run()
    const known = db
      .prepare<[string, string], number>(
        'SELECT EXISTS (SELECT 1 FROM identity WHERE id = ?) OR EXISTS (SELECT 1 FROM sample WHERE id = ?)',
      )
      .pluck()
    events.prune((id) => known.get(id, id) === 1)
    return { identities, samples, ...(trained.length > 0 && { models: trained }) }
  })()
  scrub(db, path)
  return gone
}

/** Deleted identities and samples that are not erased yet. */
export function countDeleted(db: Database): () => number {
  const count = db
    .prepare<[], number>(
      `SELECT (SELECT count(*) FROM identity WHERE deleted_at IS NOT NULL) + (SELECT count(*) FROM sample WHERE deleted_at IS NOT NULL)`,
    )
    .pluck()
  return () => count.get() ?? 0
}

/** After rows were removed for good: empties the log that still holds them, and removes copies made before a migration. */
export function scrub(db: Database, path: string): void {
  const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as [{ busy: number }]
  if (result.busy !== 0)
    throw new AppError(
      'gallery-in-use',
      'The deleted rows are removed, but another program reads the gallery and keeps a copy in its log. Close it, then empty again.',
    )
  for (const backup of backupsOf(path)) rmSync(backup, { force: true })
}

function backupsOf(path: string): string[] {
  const folder = dirname(path)
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(path)}.version-`))
    .map((name) => join(folder, name))
}
