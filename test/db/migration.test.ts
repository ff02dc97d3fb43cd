import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openGalleryFile } from '../../db/gallery.ts'
import { backupPath, newId, openDatabase } from '../../db/open.ts'
import { createSeal } from '../../db/seal.ts'
import { D, KEY, MODEL, openGallery, temporaryFolder, unitVector } from './fixture.ts'

const first = readFileSync(resolve(import.meta.dirname, '../../db/migrations/001-gallery.sql'), 'utf8')

/** A gallery as version 1 wrote it: one identity with two samples, and one that is deleted. */
function versionOne(path: string) {
  const db = openDatabase(path, [first])
  const seal = createSeal(KEY)
  const gallery = db.prepare('SELECT id FROM gallery').pluck().get() as string
  const check = { table: 'gallery', row: gallery, column: 'key_check' }
  db.prepare('UPDATE gallery SET key_check = ?').run(seal.seal(check, gallery))
  db.prepare("INSERT INTO model VALUES (?, 'face', ?, 1)").run(MODEL, D)
  const identity = (name: string, deletedAt: number | null) => {
    const id = newId()
    const sealed = seal.seal({ table: 'identity', row: id, column: 'name' }, name)
    db.prepare("INSERT INTO identity VALUES (?, 'face', ?, 1, 1, ?)").run(id, sealed, deletedAt)
    return id
  }
  const sample = (owner: string, seed: number) => {
    const id = newId()
    const source = seal.seal(
      { table: 'sample', row: id, column: 'source' },
      JSON.stringify({ name: 'a.jpg', sha256: 'ab' }),
    )
    db.prepare(
      `INSERT INTO sample VALUES (?, ?, 1, 2, 3, 4, 0, '{"passes":true,"checks":[]}', 0, 'crop', ?, ?, 64, 48, 1, NULL)`,
    ).run(id, owner, source, seal.mac('ab'))
    for (const kind of ['thumbnail', 'kept'])
      db.prepare('INSERT INTO picture VALUES (?, ?, ?)').run(
        id,
        kind,
        seal.seal({ table: 'picture', row: id, column: kind }, `${kind} ${seed}`),
      )
    const place = { table: 'embedding', row: id, model: MODEL, column: 'vector' }
    const bytes = new Uint8Array(unitVector(seed).buffer)
    db.prepare('INSERT INTO embedding VALUES (?, ?, ?)').run(MODEL, id, seal.seal(place, bytes))
    return id
  }
  const ada = identity('Ada', null)
  const bob = identity('Bob', 2)
  const samples = [sample(ada, 1), sample(ada, 2), sample(bob, 3)]
  db.close()
  return { ada, samples }
}

describe('a gallery of version 1', () => {
  it('keeps every row when it is opened, and a copy of the old file', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const { ada, samples } = versionOne(path)
    const gallery = openGallery(path)
    expect([...gallery.identities()].map(({ id, name, samples: count }) => [id, name, count])).toEqual([
      [ada, 'Ada', 2],
    ])
    expect(gallery.thumbnail(samples[0]!).toString()).toBe('thumbnail 1')
    expect(gallery.storedSample(samples[2]!)!.kept.toString()).toBe('kept 3')
    const [model] = gallery.models()
    expect([...gallery.embedding(samples[1]!, model!)!]).toEqual([...unitVector(2)])
    expect(gallery.notices()).toEqual([])
    expect(gallery.emptyDeleted()).toEqual({ identities: 1, samples: 1 })
    expect(existsSync(backupPath(path, 1))).toBe(false)
  })

  it('still refers from sample to identity, and deletes what hangs on a row with it', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const { ada } = versionOne(path)
    openGalleryFile(path).close()
    const db = openDatabase(path)
    expect(db.pragma('foreign_keys', { simple: true })).toBe(1)
    expect(db.pragma('foreign_key_check')).toEqual([])
    db.prepare('DELETE FROM identity WHERE id = ?').run(ada)
    expect(db.prepare('SELECT count(*) FROM sample').pluck().get()).toBe(1)
    expect(db.prepare('SELECT count(*) FROM embedding').pluck().get()).toBe(1)
    db.close()
    const copy = new Database(backupPath(path, 1), { readonly: true })
    expect(copy.prepare('SELECT count(*) FROM sample').pluck().get()).toBe(3)
    copy.close()
  })

  it.each([
    ['own-0123456789abcdef', true],
    ['object', true],
    ['own-', false],
    ['own-xyz12345', false],
    ['thing', false],
    ["own-12'--345", false],
  ])('takes the profile %s: %s', (profile, fits) => {
    const db = openDatabase(join(temporaryFolder(), 'gallery.db'))
    const insert = () => db.prepare('INSERT INTO model VALUES (?, ?, 4, 1)').run('m', profile)
    if (fits) expect(insert().changes).toBe(1)
    else expect(insert).toThrow('CHECK')
    db.close()
  })
})
