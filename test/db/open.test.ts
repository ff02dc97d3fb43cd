import { fork, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openGalleryFile } from '../../db/gallery.ts'
import { backupPath, holdLock, openDatabase } from '../../db/open.ts'
import { AppError } from '../../src-main/contract/errors.ts'
import { enrol, openGallery, temporaryFolder } from './fixture.ts'

const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
  return 'none'
}

function open(path: string, migrations?: readonly string[]) {
  const db = openDatabase(path, migrations)
  onTestFinished(() => void db.close())
  return db
}

describe('openDatabase', () => {
  it('sets every pragma, on the second opening too', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    open(path).close()
    const db = open(path)
    const pragma = (name: string) => db.pragma(name, { simple: true })
    expect({
      journal: pragma('journal_mode'),
      synchronous: pragma('synchronous'),
      secureDelete: pragma('secure_delete'),
      foreignKeys: pragma('foreign_keys'),
      trustedSchema: pragma('trusted_schema'),
      cellSizeCheck: pragma('cell_size_check'),
      mmap: pragma('mmap_size'),
      busy: pragma('busy_timeout'),
      temporary: pragma('temp_store'),
    }).toEqual({
      journal: 'wal',
      synchronous: 2,
      secureDelete: 1,
      foreignKeys: 1,
      trustedSchema: 0,
      cellSizeCheck: 1,
      mmap: 0,
      busy: 5000,
      temporary: 2,
    })
  })

  it('makes a file that only its owner may read', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    open(path)
    for (const end of ['', '-wal', '-shm'])
      if (existsSync(path + end)) expect(statSync(path + end).mode & 0o077, end).toBe(0)
  })

  it('refuses a file of a newer version and leaves it as it is', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const db = open(path)
    db.pragma('user_version = 99')
    db.close()
    const before = readFileSync(path)
    expect(codeOf(() => openDatabase(path))).toBe('newer-gallery')
    expect(readFileSync(path).equals(before)).toBe(true)
  })

  it('keeps a copy before a migration, and migrates in one transaction', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const first = ['CREATE TABLE gallery (id TEXT, created_at INTEGER) STRICT']
    open(path, first).close()
    expect(() =>
      openDatabase(path, [...first, 'CREATE TABLE a (x TEXT) STRICT; CREATE TABLE broken (x NOTHING) STRICT']),
    ).toThrow()
    const still = open(path, first)
    expect(still.pragma('user_version', { simple: true })).toBe(1)
    expect(still.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'a'").pluck().get()).toBe(0)
    still.close()
    open(path, [...first, 'CREATE TABLE a (x TEXT) STRICT'])
    const copy = new Database(backupPath(path, 1), { readonly: true })
    expect(copy.pragma('user_version', { simple: true })).toBe(1)
    expect(copy.prepare('SELECT count(*) FROM gallery').pluck().get()).toBe(1)
    copy.close()
  })

  it('has the old version or the new one whole after a kill at any moment of a migration', async () => {
    const folder = temporaryFolder()
    const program = resolve(import.meta.dirname, 'migrating-process.ts')
    const first = ['CREATE TABLE gallery (id TEXT, created_at INTEGER) STRICT; CREATE TABLE item (x INTEGER) STRICT']
    const versions = new Set<number>()
    for (let round = 0; round < 16; round++) {
      const path = join(folder, `${round}.db`)
      const db = open(path, first)
      db.exec(
        'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) INSERT INTO item SELECT x FROM n',
      )
      db.close()
      const child = fork(program, [path, JSON.stringify(first)], {
        execArgv: ['--import', resolve(import.meta.dirname, '../from-source.mjs')],
      })
      const ended = new Promise((done) => child.once('exit', done))
      await new Promise((done) => child.once('message', done))
      await new Promise((done) => setTimeout(done, round * 2))
      child.kill('SIGKILL')
      await ended
      const check = new Database(path)
      const version = check.pragma('user_version', { simple: true }) as number
      versions.add(version)
      expect(check.pragma('quick_check', { simple: true })).toBe('ok')
      const tables = check.prepare("SELECT name FROM sqlite_schema WHERE name LIKE 'copy%'").all().length
      expect(tables).toBe(version === 2 ? 4 : 0)
      expect(check.prepare('SELECT count(*) FROM item').pluck().get()).toBe(20000)
      check.close()
    }
    expect([...versions].every((version) => version === 1 || version === 2)).toBe(true)
  })

  const damage: Record<string, (path: string) => void> = {
    'an empty file': (path) => truncateSync(path, 0),
    'half a file': (path) => truncateSync(path, statSync(path).size >> 1),
    'another kind of file': (path) => writeFileSync(path, 'This is a letter.\n'.repeat(1000)),
    'a page of noise': (path) => {
      const bytes = readFileSync(path)
      bytes.fill(0xa5, 4096, 8192)
      writeFileSync(path, bytes)
    },
    'a missing main file beside its log': (path) => {
      renameSync(path, `${path}-wal`)
    },
  }
  for (const [what, harm] of Object.entries(damage))
    it(`calls ${what} damaged and leaves it as it is`, () => {
      const path = join(temporaryFolder(), 'gallery.db')
      const gallery = openGallery(path)
      for (let i = 0; i < 20; i++) enrol(gallery, { name: `Identity ${i}` })
      gallery.close()
      harm(path)
      const before = existsSync(path) ? readFileSync(path) : undefined
      expect(codeOf(() => openGalleryFile(path))).toBe('gallery-damaged')
      expect(existsSync(path) ? readFileSync(path).equals(before!) : true).toBe(true)
    })

  it('removes what an interrupted creation left', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    writeFileSync(`${path}.making`, 'half made')
    expect(open(path).pragma('quick_check', { simple: true })).toBe('ok')
    expect(existsSync(`${path}.making`)).toBe(false)
  })
})

describe('holdLock', () => {
  it('lets one in, and the next once the first has let go', () => {
    const path = join(temporaryFolder(), 'lock.db')
    const release = holdLock(path)
    expect(release).toBeTypeOf('function')
    expect(holdLock(path)).toBeUndefined()
    // From another process too: a lock of this one must not have been dropped by the attempt before.
    const other = `import D from 'better-sqlite3'; try { new D(${JSON.stringify(path)}, { timeout: 0 }).exec('BEGIN EXCLUSIVE'); process.exit(0) } catch { process.exit(9) }`
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', other]).status).toBe(9)
    release!()
    const again = holdLock(path)
    expect(again).toBeTypeOf('function')
    again!()
    rmSync(path)
  })
})
