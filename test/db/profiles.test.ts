import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { Gallery } from '../../db/gallery.ts'
import type { OwnProfile } from '../../src-main/contract/types.ts'
import { codeOf, enrol, newGallery, newSample, openGallery, temporaryFolder, unitVector } from './fixture.ts'
import { facts, learn } from './learned-fixture.ts'

const DIGITS: OwnProfile = 'own-0123456789abcdef'
let made = 0

/** Registers a network of the profile. @returns its id */
function network(gallery: Gallery, profile: OwnProfile, profileName?: string): string {
  const id = `${profile}-network-${String(made++).padStart(16, '0')}`
  const named = profileName === undefined ? {} : { profileName }
  return learn(gallery, { id, profile, kind: 'network', facts: facts({ title: `network ${made}` }), ...named })
}
const put = (gallery: Gallery, profile: OwnProfile, name: string, model: string) =>
  gallery.enrol({ name }, profile, model, unitVector(made++), newSample())

describe('a profile of the user’s own', () => {
  it('is made with its first network, which is live in it; a second one is not', () => {
    const gallery = newGallery()
    expect(gallery.profiles()).toEqual([])
    const first = network(gallery, DIGITS, 'Digits')
    const second = network(gallery, DIGITS, 'Another name')
    expect(gallery.profiles()).toMatchObject([{ id: DIGITS, name: 'Digits' }])
    expect(gallery.live(DIGITS)?.model).toBe(first)
    // There is no shipped model under the first.
    expect(gallery.beforeLive(DIGITS)).toBeUndefined()
    gallery.switchModel({ profile: DIGITS, model: second, by: 'promotion' }, new Map())
    expect(gallery.beforeLive(DIGITS)).toBe(first)
    gallery.switchModel({ profile: DIGITS, model: second, by: 'rollback' }, new Map())
    expect([gallery.live(DIGITS)?.model, gallery.beforeLive(DIGITS)]).toEqual([first, undefined])
  })

  it('is not made without a name, and then its network is not registered', () => {
    const gallery = newGallery()
    expect(() => network(gallery, DIGITS)).toThrow('without a name')
    expect([gallery.learned(), gallery.profiles(), gallery.live(DIGITS)]).toEqual([[], [], undefined])
  })

  it('takes samples only while it is there', () => {
    const gallery = newGallery()
    expect(codeOf(() => put(gallery, DIGITS, 'Seven', 'model'))).toBe('not-found')
    const model = network(gallery, DIGITS, 'Digits')
    const { identity } = put(gallery, DIGITS, 'Seven', model)
    const ada = enrol(gallery, { name: 'Ada' })
    expect(codeOf(() => gallery.merge(identity.id, ada.identity.id))).toBe('profile-mismatch')
  })

  it('is deleted whole: nothing of it is left in any table but its id, and all else stays', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    const ada = enrol(gallery, { name: 'Ada' })
    const letters: OwnProfile = 'own-00000000'
    const kept = network(gallery, letters, 'Letters')
    put(gallery, letters, 'A', kept)
    const counts = () => {
      const db = new Database(path, { readonly: true })
      const tables = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()
      const rows = tables.map((table) => [
        table,
        db.prepare<[], number>(`SELECT count(*) FROM "${table}"`).pluck().get(),
      ])
      db.close()
      return Object.fromEntries(rows.filter(([table]) => table !== 'sqlite_sequence')) as Record<string, number>
    }
    const before = counts()
    const models = [network(gallery, DIGITS, 'Digits'), network(gallery, DIGITS)]
    const [seven, eight] = [put(gallery, DIGITS, 'Seven', models[0]!), put(gallery, DIGITS, 'Eight', models[0]!)]
    gallery.cannotLink('ab', seven.sample.box, seven.identity.id)
    gallery.rename(seven.identity.id, '7')
    gallery.deleteIdentity(eight.identity.id)
    const gone = gallery.deleteProfile(DIGITS)
    expect(gone.models.toSorted()).toEqual(models.toSorted())
    expect([gone.identities.length, gone.samples]).toEqual([2, 2])
    expect(counts()).toEqual({ ...before, own_profile: 2 })
    expect([...gallery.identities()].map(({ name }) => name)).toEqual(['Ada', 'A'])
    expect(gallery.profiles().map(({ name }) => name)).toEqual(['Letters'])
    expect([gallery.isDeletedProfile(DIGITS), gallery.isDeletedProfile(letters)]).toEqual([true, false])
    expect(gallery.live(DIGITS)).toBeUndefined()
    expect(gallery.undoable()).toBeUndefined()
    expect(gallery.live(letters)?.model).toBe(kept)
    expect(gallery.sample(ada.sample.id).id).toBe(ada.sample.id)
    expect(codeOf(() => gallery.deleteProfile(DIGITS))).toBe('not-found')
    // It may come back, as when its model is imported again.
    network(gallery, DIGITS, 'Digits again')
    expect(gallery.profiles().map(({ name }) => name)).toContain('Digits again')
    expect(gallery.isDeletedProfile(DIGITS)).toBe(false)
  })

  it('keeps its name sealed, and goes by its id when that cannot be read', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    network(gallery, DIGITS, 'Secret signs')
    const db = new Database(path)
    const name = db.prepare<[], Buffer>('SELECT name FROM own_profile').pluck().get()!
    expect(name.includes('Secret')).toBe(false)
    db.prepare('UPDATE own_profile SET name = ?').run(Buffer.from(name.map((byte, i) => (i === 20 ? byte ^ 1 : byte))))
    db.close()
    expect(gallery.profiles()).toMatchObject([{ id: DIGITS, name: DIGITS }])
    expect(gallery.notices().map(({ code }) => code)).toEqual(['gallery-damaged'])
  })

  it.each(['own-', 'own-12', 'own-XYZ00000', 'mine'])('is never called %s', (profile) => {
    const gallery = newGallery()
    expect(() => network(gallery, profile as OwnProfile, 'x')).toThrow('CHECK constraint failed')
  })
})
