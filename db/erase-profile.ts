import type { Database } from 'better-sqlite3'
import type { OwnProfile } from '../src-main/contract/types.ts'
import { scrub } from './erase.ts'
import type { Events } from './events.ts'
import type { Identities } from './identities.ts'
import type { Models } from './models.ts'
import type { Profiles } from './profiles.ts'

export interface ErasedProfile {
  readonly identities: readonly string[]
  readonly samples: number
  readonly models: readonly string[]
}

/** Samples first, for their number; then what refers to a row before the row itself. */
const REMOVE = [
  'DELETE FROM sample WHERE identity_id IN (SELECT id FROM identity WHERE profile = ?)',
  'DELETE FROM embedding WHERE model_id IN (SELECT id FROM model WHERE profile = ?)',
  'DELETE FROM prototype_sample WHERE model_id IN (SELECT id FROM model WHERE profile = ?)',
  'DELETE FROM prototype WHERE model_id IN (SELECT id FROM model WHERE profile = ?)',
  'DELETE FROM trained_on WHERE model_id IN (SELECT id FROM model WHERE profile = ?)',
  'DELETE FROM live WHERE profile = ?',
  'DELETE FROM identity WHERE profile = ?',
  'DELETE FROM learned WHERE model_id IN (SELECT id FROM model WHERE profile = ?)',
  'DELETE FROM model WHERE profile = ?',
] as const

interface Parts {
  readonly events: Events
  readonly profiles: Profiles
  readonly models: Models
  readonly identities: Identities
}

/**
 * Removes a profile of the user's own with all that is in it, deleted identities too: one transaction, then the log that still
 * holds the rows.
 * @throws AppError not-found; gallery-in-use as `scrub`; the rows are gone from the gallery by then
 */
export function eraseProfile(
  db: Database,
  path: string,
  profile: OwnProfile,
  { events, profiles, models, identities }: Parts,
): ErasedProfile {
  const idsOf = (sql: string) => db.prepare<[OwnProfile], string>(sql).pluck().all(profile)
  const gone = db.transaction((): ErasedProfile => {
    profiles.mustExist(profile)
    const people = idsOf('SELECT id FROM identity WHERE profile = ?')
    const made = idsOf('SELECT id FROM model WHERE profile = ?')
    const [samples, ...rest] = REMOVE.map((sql) => db.prepare(sql))
    const count = samples!.run(profile).changes
    for (const remove of rest) remove.run(profile)
    profiles.clear(profile)
    const known = db
      .prepare<[string, string], number>(
        'SELECT EXISTS (SELECT 1 FROM identity WHERE id = ?) OR EXISTS (SELECT 1 FROM sample WHERE id = ?)',
      )
      .pluck()
    events.prune((id) => known.get(id, id) === 1)
    return { identities: people, samples: count, models: made }
  })()
  models.refresh()
  identities.refresh(gone.identities)
  scrub(db, path)
  return gone
}
