import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import { renameDurably } from './durable-file.ts'
import gallery from './migrations/001-gallery.sql?raw'
import learning from './migrations/002-learning.sql?raw'
import ownProfiles from './migrations/003-own-profiles.sql?raw'
import confirmed from './migrations/004-confirmed.sql?raw'
import attributes from './migrations/005-attributes.sql?raw'
import { fromSqlite } from './sqlite-error.ts'

/** One line a version, oldest first. A released migration is never edited; add the next one. */
const MIGRATIONS: readonly string[] = [gallery, learning, ownProfiles, confirmed, attributes]

export const newId = () => randomUUID().replaceAll('-', '')

/**
 * Opens the gallery file, or makes it: whole under another name first, so that a file of this name is never half made
 * and an empty one is always damage.
 * @throws AppError gallery-damaged (the file stays as it is), newer-gallery, read-only, disk-full, gallery-in-use
 */
export function openDatabase(path: string, migrations = MIGRATIONS): Database.Database {
  try {
    if (!existsSync(path)) create(path, migrations)
    else if (statSync(path).size === 0) throw damaged('it is empty')
    const db = new Database(path)
    try {
      refuseNewer(db, migrations)
      configure(db)
      const found = db.pragma('quick_check(1)', { simple: true })
      if (found !== 'ok') throw damaged('its check fails')
      migrate(db, path, migrations)
      return db
    } catch (error) {
      db.close()
      throw error
    }
  } catch (error) {
    throw fromSqlite(error)
  }
}

/**
 * A lock that dies with its process, however that ends: an exclusive transaction on a file of its own.
 * @returns what releases it, or undefined while another process holds it
 */
export function holdLock(path: string): (() => void) | undefined {
  try {
    makePrivate(path)
    const db = new Database(path, { timeout: 0 })
    try {
      db.exec('BEGIN EXCLUSIVE')
      return () => db.close()
    } catch (error) {
      db.close()
      if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined
      throw error
    }
  } catch (error) {
    throw fromSqlite(error)
  }
}

/**
 * Makes an empty file for its owner alone. One that is there is not even opened: closing any handle of a file drops the
 * locks that this process has on it through SQLite.
 */
function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Where the file as it was before a migration is kept. */
export const backupPath = (path: string, version: number) => `${path}.version-${version}`

function create(path: string, migrations: readonly string[]): void {
  if (existsSync(`${path}-wal`)) throw damaged('its main file is missing')
  const making = `${path}.making`
  for (const end of ['', '-wal', '-shm']) rmSync(making + end, { force: true })
  closeSync(openSync(making, 'a', 0o600))
  const db = new Database(making)
  try {
    configure(db)
    migrate(db, making, migrations)
    db.prepare('INSERT INTO gallery (id, created_at) VALUES (?, ?)').run(newId(), Date.now())
  } finally {
    db.close()
  }
  renameDurably(making, path)
}

/** On every connection: `synchronous` alone falls back to NORMAL whenever a WAL file is opened again. */
function configure(db: Database.Database): void {
  db.pragma('busy_timeout = 5000')
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('secure_delete = ON')
  db.pragma('foreign_keys = ON')
  db.pragma('trusted_schema = OFF')
  db.pragma('cell_size_check = ON')
  db.pragma('mmap_size = 0')
  db.pragma('temp_store = MEMORY')
  if (process.platform === 'darwin') db.pragma('checkpoint_fullfsync = ON')
}

const versionOf = (db: Database.Database) => db.pragma('user_version', { simple: true }) as number

function refuseNewer(db: Database.Database, migrations: readonly string[]): void {
  const version = versionOf(db)
  if (version > migrations.length)
    throw new AppError(
      'newer-gallery',
      `The gallery has version ${version}; this program reads up to ${migrations.length}. Install the newer program.`,
    )
}

function migrate(db: Database.Database, path: string, migrations: readonly string[]): void {
  const from = versionOf(db)
  if (from > 0 && from < migrations.length) backUp(db, path, from)
  // A table that is made anew is dropped in between, and with foreign keys on its children would go with it.
  db.pragma('foreign_keys = OFF')
  for (let version = from; version < migrations.length; version++)
    db.transaction(() => {
      db.exec(migrations[version]!)
      if ((db.pragma('foreign_key_check') as unknown[]).length > 0) throw damaged('a row refers to one that is missing')
      db.pragma(`user_version = ${version + 1}`)
    })()
  db.pragma('foreign_keys = ON')
}

function backUp(db: Database.Database, path: string, version: number): void {
  const part = `${backupPath(path, version)}.part`
  rmSync(part, { force: true })
  closeSync(openSync(part, 'a', 0o600))
  db.prepare('VACUUM INTO ?').run(part)
  renameDurably(part, backupPath(path, version))
}

const damaged = (what: string) =>
  new AppError(
    'gallery-damaged',
    `The gallery file is damaged: ${what}. It is left as it is: restore a copy of it, or move it away to start a new gallery.`,
  )
