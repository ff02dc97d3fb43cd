import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openGalleryFile } from '../../db/gallery.ts'
import { nameSchema } from '../../src-main/contract/api.ts'
import {
  codeOf,
  D,
  enrol,
  KEY,
  MODEL,
  newGallery,
  newSample,
  openGallery,
  temporaryFolder,
  unitVector,
} from './fixture.ts'

const HOSTILE_NAMES = [
  "'); DROP TABLE identity; --",
  '"; DELETE FROM sample; --',
  "Robert'); DROP TABLE students;--",
  "' OR '1'='1",
  "admin'/*",
  'UNION SELECT key_check FROM gallery',
  '%',
  '_',
  '?1',
  '@name',
  ':name',
  '$name',
  '`identity`',
  '[identity]',
  '\\',
  '\\\\',
  "''",
  '""',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  '0',
  'true',
  '{}',
  '[]',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  '=1+1',
  '+cmd|calc',
  '../../etc/passwd',
  'C:\\Windows',
  'Ada\nLovelace',
  'Ada\tLovelace',
  'עדה לאבלייס',
  '\u202Eevil\u202C',
  '👩‍💻 Ada',
  'Zoe\u0308',
  'e\u0301\u0302\u0303',
  'x'.repeat(200),
]

describe('gallery', () => {
  it('keeps hostile names as they are, and finds them again after it was closed', () => {
    expect(HOSTILE_NAMES.length).toBeGreaterThanOrEqual(40)
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    const names = HOSTILE_NAMES.map((name) => nameSchema.parse(name))
    const ids = names.map((name) => enrol(gallery, { name }).identity.id)
    const renamed = ids.map((id, at) => gallery.rename(id, names[(at + 1) % names.length]!).name)
    expect(renamed).toEqual([...names.slice(1), names[0]])
    gallery.close()
    const again = openGallery(path)
    expect(ids.map((id) => again.identity(id).name)).toEqual(renamed)
    expect(again.notices()).toEqual([])
  })

  it('refuses a name that no text can hold', () => {
    for (const name of ['', '   ', 'a\0b', 'x'.repeat(201), '\ud800', 'a\udc00b', 'x'.repeat(10_000_000)])
      expect(nameSchema.safeParse(name).success).toBe(false)
  })

  it('lets two identities bear one name', () => {
    const gallery = newGallery()
    const a = enrol(gallery, { name: 'Ada' }).identity
    const b = enrol(gallery, { name: 'Ada' }).identity
    expect(a.id).not.toBe(b.id)
  })

  it('stores every part of a sample, and none of them in the clear', () => {
    const folder = temporaryFolder()
    const gallery = openGallery(join(folder, 'gallery.db'))
    const sample = newSample({
      sourceName: 'portrait-of-somebody.jpg',
      thumbnail: Buffer.from('thumbnail bytes '.repeat(20)),
      kept: Buffer.from('kept picture '.repeat(20)),
      overridden: true,
      drawn: true,
    })
    const vector = unitVector(5)
    const { identity, sample: stored } = gallery.enrol({ name: 'Ada Lovelace' }, 'face', MODEL, vector, sample)
    gallery.rename(identity.id, 'Ida Rhodes')
    const { thumbnail, kept, ...facts } = sample
    expect(stored).toMatchObject({ ...facts, identityId: identity.id, profile: 'face' })
    expect(gallery.thumbnail(stored.id).equals(Buffer.from(thumbnail))).toBe(true)
    expect(gallery.kept(stored.id).equals(Buffer.from(kept))).toBe(true)
    expect(gallery.embedding(stored.id, { id: MODEL, profile: 'face', dimensions: D })).toEqual(vector)
    expect(gallery.samplesOfSource(sample.sourceSha256).map(({ id }) => id)).toEqual([stored.id])

    const secrets = [
      'Ada Lovelace',
      'Ida Rhodes',
      'portrait-of-somebody',
      'thumbnail bytes',
      'kept picture',
      sample.sourceSha256,
    ]
    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file))
      for (const secret of secrets) expect(bytes.includes(secret), `${secret} in ${file}`).toBe(false)
      expect(bytes.includes(Buffer.from(vector.buffer)), `the embedding in ${file}`).toBe(false)
    }
  })

  it('stores nothing of a sample whose embedding is no unit vector', () => {
    const gallery = newGallery()
    for (const vector of [new Float32Array(D), new Float32Array(D).fill(NaN), new Float32Array(D).fill(1e9)])
      expect(() => gallery.enrol({ name: 'Wolf' }, 'face', MODEL, vector, newSample())).toThrow()
    expect([...gallery.identities()]).toEqual([])
  })

  it('keeps people and things apart', () => {
    const gallery = newGallery()
    const person = enrol(gallery, { name: 'Ada' })
    const thing = gallery.enrol({ name: 'Cup' }, 'object', 'other-model', unitVector(1), newSample())
    expect(codeOf(() => gallery.merge(person.identity.id, thing.identity.id))).toBe('profile-mismatch')
    expect(codeOf(() => gallery.moveSample(person.sample.id, { identityId: thing.identity.id }))).toBe(
      'profile-mismatch',
    )
    expect(codeOf(() => enrol(gallery, { identityId: thing.identity.id }))).toBe('profile-mismatch')
    expect(codeOf(() => gallery.merge(person.identity.id, person.identity.id))).toBe('wrong-use')
  })

  it('does not open with another key, and changes nothing then', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    enrol(gallery, { name: 'Ada' })
    gallery.close()
    for (const byte of [0, 31]) {
      const wrong = Buffer.from(KEY)
      wrong[byte]! ^= 1
      const before = readFileSync(path)
      const file = openGalleryFile(path)
      expect(codeOf(() => file.open(wrong))).toBe('key-missing')
      file.close()
      expect(readFileSync(path).equals(before)).toBe(true)
    }
    expect([...openGallery(path).identities()].map(({ name }) => name)).toEqual(['Ada'])
  })

  it('sets a damaged row aside, names it, and goes on with the others', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    const [ada, ida, eve] = ['Ada', 'Ida', 'Eve'].map((name) => enrol(gallery, { name }))
    gallery.close()
    const db = new Database(path)
    db.prepare('UPDATE identity SET name = (SELECT name FROM identity WHERE id = ?) WHERE id = ?').run(
      ida!.identity.id,
      ada!.identity.id,
    )
    db.prepare(
      'UPDATE embedding SET vector = (SELECT vector FROM embedding WHERE sample_id = ?) WHERE sample_id = ?',
    ).run(eve!.sample.id, ida!.sample.id)
    db.prepare("UPDATE picture SET bytes = zeroblob(60) WHERE sample_id = ? AND kind = 'thumbnail'").run(eve!.sample.id)
    db.close()

    const again = openGallery(path)
    expect([...again.identities()].map(({ name }) => name).sort()).toEqual(['Eve', 'Ida'])
    const searchable: string[] = []
    again.eachEmbedding({ id: MODEL, profile: 'face', dimensions: D }, (sample) => searchable.push(sample))
    expect(searchable).toContain(eve!.sample.id)
    expect(searchable).not.toContain(ida!.sample.id)
    expect(codeOf(() => again.thumbnail(eve!.sample.id))).toBe('gallery-damaged')
    expect(again.kept(eve!.sample.id).length).toBeGreaterThan(0)
    expect(again.notices().map(({ code }) => code)).toEqual(Array(3).fill('gallery-damaged'))
    enrol(again, { identityId: ida!.identity.id })
  })

  it('leaves no trace of what was emptied, in any file, and nothing to take back', () => {
    const folder = temporaryFolder()
    const gallery = openGallery(join(folder, 'gallery.db'))
    writeFileSync(join(folder, 'gallery.db.version-1'), 'an old copy')
    const blobs = new Database(join(folder, 'gallery.db'))
    const kept = Array.from({ length: 20 }, (_, i) => enrol(gallery, { name: `Kept ${i}` }))
    const gone = Array.from({ length: 30 }, (_, i) =>
      enrol(gallery, { name: `Gone ${i}` }, { kept: Buffer.alloc(9000, i) }),
    )
    for (const { identity } of gone) gallery.rename(identity.id, `Renamed ${identity.name}`)
    const sealed = blobs
      .prepare(
        `SELECT name FROM identity WHERE id = ? UNION ALL SELECT bytes FROM picture WHERE sample_id = ?
         UNION ALL SELECT vector FROM embedding WHERE sample_id = ? UNION ALL SELECT source FROM sample WHERE id = ?`,
      )
      .pluck()
    const patterns = gone.flatMap(({ identity, sample }) =>
      (sealed.all(identity.id, sample.id, sample.id, sample.id) as Buffer[]).map((bytes) => bytes.subarray(0, 24)),
    )
    const events = (blobs.prepare('SELECT payload FROM event').pluck().all() as Buffer[]).map((bytes) =>
      bytes.subarray(0, 24),
    )
    blobs.close()
    for (const { identity } of gone) gallery.deleteIdentity(identity.id)
    gallery.deleteSample(kept[0]!.sample.id)
    expect(gallery.emptyDeleted()).toEqual({ identities: 30, samples: 31 })

    for (const file of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, file))
      for (const pattern of [...patterns, ...events]) expect(bytes.includes(pattern), file).toBe(false)
    }
    expect(existsSync(join(folder, 'gallery.db.version-1'))).toBe(false)
    expect(gallery.undoable()).toBeUndefined()
    expect(codeOf(() => gallery.undo())).toBe('nothing-to-undo')
    expect(gallery.deletedCount()).toBe(0)
    expect([...gallery.identities()].length).toBe(20)
  })

  it('keeps the undo steps of what was not emptied', () => {
    const gallery = newGallery()
    const a = enrol(gallery, { name: 'Ada' }).identity
    const b = enrol(gallery, { name: 'Bob' }).identity
    gallery.rename(a.id, 'Ida')
    gallery.deleteIdentity(b.id)
    gallery.emptyDeleted()
    expect(gallery.undo().label).toBe('rename of Ada to Ida')
    expect(gallery.identity(a.id).name).toBe('Ada')
  })

  it('says that erasing is not finished while another program reads the gallery', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    const { identity } = enrol(gallery, { name: 'Ada' })
    const reader = new Database(path)
    reader.exec('BEGIN')
    reader.prepare('SELECT count(*) FROM identity').get()
    gallery.deleteIdentity(identity.id)
    expect(codeOf(() => gallery.emptyDeleted())).toBe('gallery-in-use')
    reader.close()
    expect(gallery.emptyDeleted()).toEqual({ identities: 0, samples: 0 })
  })

  it('sets a picture aside at the second strike, for good, unless it proves harmless before', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    const picture = { name: 'killer.jpg', size: 123, sha256: 'ab'.repeat(32) }
    gallery.quarantine.strike(picture, false)
    expect(gallery.quarantine.mayHold(123)).toBe(true)
    expect(gallery.quarantine.mayHold(124)).toBe(false)
    expect(gallery.quarantine.holds(picture.sha256)).toBe(false)
    gallery.quarantine.acquit(picture.sha256)
    expect(gallery.quarantine.mayHold(123)).toBe(false)
    gallery.quarantine.strike(picture, false)
    gallery.quarantine.strike(picture, false)
    gallery.close()
    const again = openGallery(path)
    expect(again.quarantine.holds(picture.sha256)).toBe(true)
    expect(
      again
        .notices()
        .map(({ message }) => message)
        .join(),
    ).toContain('killer.jpg')
  })
})
