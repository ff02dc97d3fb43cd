import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { Gallery } from '../../db/gallery.ts'
import type { Comparison } from '../../src-main/contract/types.ts'
import { codeOf, D, enrol, MODEL, newGallery, openGallery, temporaryFolder, unitVector } from './fixture.ts'
import { facts, learn } from './learned-fixture.ts'

function embedAll(gallery: Gallery, model: string, seed = 500) {
  const missing = gallery.missingEmbeddings('face', model)
  return new Map(missing.map((sample, i) => [sample, unitVector(seed + i)]))
}

describe('learned models', () => {
  it('go live only when every sample of the profile has an embedding, deleted ones too', () => {
    const gallery = newGallery()
    const ada = enrol(gallery, { name: 'Ada' })
    const bob = enrol(gallery, { name: 'Bob' })
    gallery.deleteIdentity(bob.identity.id)
    const model = learn(gallery)
    expect(gallery.live('face')).toBeUndefined()
    const vectors = new Map([[ada.sample.id, unitVector(1)]])
    expect(gallery.switchModel({ profile: 'face', model, by: 'promotion' }, vectors)).toEqual([bob.sample.id])
    expect(gallery.live('face')).toBeUndefined()
    expect(gallery.missingEmbeddings('face', model)).toEqual([ada.sample.id, bob.sample.id])

    vectors.set(bob.sample.id, unitVector(2))
    expect(gallery.switchModel({ profile: 'face', model, by: 'promotion' }, vectors)).toEqual([])
    expect(gallery.live('face')).toMatchObject({ model })
    const stored = gallery.models().find(({ id }) => id === model)!
    expect(gallery.embedding(ada.sample.id, stored)).toEqual(unitVector(1))
    expect(gallery.embedding(ada.sample.id, { id: MODEL, profile: 'face', dimensions: D })).toBeDefined()
  })

  it('are embedded little by little, which nothing keeps until they are live', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    const [ada, bob] = [enrol(gallery, { name: 'Ada' }), enrol(gallery, { name: 'Bob' })]
    const model = learn(gallery)
    const some = new Map([...embedAll(gallery, model)].slice(0, 1))
    const erased = new Map([['f'.repeat(32), unitVector(9)]])
    gallery.addEmbeddings('face', model, new Map([...some, ...erased]))
    gallery.addEmbeddings('face', model, some)
    expect(gallery.missingEmbeddings('face', model)).toEqual([bob.sample.id])
    expect(gallery.live('face')).toBeUndefined()
    gallery.close()

    // The change was killed: the next start removes what it wrote.
    const again = openGallery(path)
    expect(again.missingEmbeddings('face', model)).toEqual([ada.sample.id, bob.sample.id])
    again.addEmbeddings('face', model, some)
    const rest = embedAll(again, model)
    expect([...rest.keys()]).toEqual([bob.sample.id])
    expect(again.switchModel({ profile: 'face', model, by: 'promotion' }, rest)).toEqual([])
    again.close()
    const live = openGallery(path)
    expect(live.live('face')?.model).toBe(model)
    expect(live.missingEmbeddings('face', model)).toEqual([])
    live.close()
  })

  it('are rolled back to one another, past discarded ones, down to the shipped one', () => {
    const gallery = newGallery()
    enrol(gallery, { name: 'Ada' })
    expect(gallery.beforeLive('face')).toBeUndefined()
    const [a, b, c] = [learn(gallery), learn(gallery), learn(gallery)]
    for (const model of [a, b, c])
      gallery.switchModel({ profile: 'face', model, by: 'promotion' }, embedAll(gallery, model))
    gallery.discardModel(b)
    expect(gallery.missingEmbeddings('face', b)).toHaveLength(1)
    const went: (string | null)[] = []
    for (let before = gallery.beforeLive('face'); before !== undefined; before = gallery.beforeLive('face')) {
      went.push(before)
      const model = before ?? MODEL
      expect(gallery.switchModel({ profile: 'face', model, by: 'rollback' }, new Map())).toEqual([])
      expect(gallery.live('face')?.model).toBe(before ?? undefined)
    }
    expect(went).toEqual([a, null])
    expect(gallery.live('object')).toBeUndefined()
  })

  it('are as they were when the file is opened again; a changed byte of their facts sets one aside', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const first = openGallery(path)
    const { identity, sample } = enrol(first, { name: 'Ada' })
    const prototype = { identityId: identity.id, vector: unitVector(9), samples: [sample.id] }
    const one = learn(first, { trainedOn: [identity.id], prototypes: [prototype] })
    const two = learn(first, { facts: facts({ title: 'face-2' }) })
    const before = first.learned()
    first.close()
    const again = openGallery(path)
    expect(again.learned()).toEqual(before)
    expect(again.prototypes({ id: one, dimensions: D })).toEqual([prototype])
    again.close()

    const db = new Database(path)
    const row = db.prepare('SELECT facts FROM learned WHERE model_id = ?').pluck().get(one) as Buffer
    row[40]! ^= 1
    db.prepare('UPDATE learned SET facts = ? WHERE model_id = ?').run(row, one)
    db.close()
    const harmed = openGallery(path)
    expect(harmed.learned().map(({ id }) => id)).toEqual([two])
    expect(codeOf(() => harmed.learnedModel(one))).toBe('not-found')
    expect(harmed.notices()).toMatchObject([{ code: 'gallery-damaged' }])
    expect(harmed.isDiscarded(one)).toBe(false)
  })

  it('refuse a prototype that is no unit vector, and leave nothing behind', () => {
    const gallery = newGallery()
    const { identity, sample } = enrol(gallery, { name: 'Ada' })
    const vector = unitVector(9).map((value) => value * 3)
    expect(() => learn(gallery, { prototypes: [{ identityId: identity.id, vector, samples: [sample.id] }] })).toThrow()
    expect(gallery.learned()).toEqual([])
    expect(gallery.models()).toHaveLength(1)
  })

  it('name and count whom they were trained on, and lose the erased with their prototypes and their names', () => {
    const gallery = newGallery()
    const ada = enrol(gallery, { name: 'Ada' })
    const bob = enrol(gallery, { name: 'Bob' })
    const eve = enrol(gallery, { name: 'Eve' })
    const second = enrol(gallery, { identityId: eve.identity.id })
    const match = (one: typeof ada) => ({
      ...{ identityId: one.identity.id, name: one.identity.name, sampleId: one.sample.id },
      ...{ distance: 1, similarity: 0.5 },
    })
    const comparison = {
      changes: [
        { token: 't', path: 'a.jpg', before: match(ada), after: match(bob) },
        { token: 't', path: 'b.jpg', before: null, after: match(eve) },
      ],
      worse: [ada, eve].map((one) => ({ ...one.identity, identityId: one.identity.id, before: 1, after: 0 })),
    } as unknown as Comparison
    const model = learn(gallery, {
      facts: facts({ comparison }),
      trainedOn: [ada.identity.id, bob.identity.id, eve.identity.id],
      prototypes: [ada, bob].map((one, i) => ({
        ...{ identityId: one.identity.id, vector: unitVector(i), samples: [one.sample.id] },
      })),
    })
    const withSecond = learn(gallery, {
      prototypes: [{ identityId: eve.identity.id, vector: unitVector(4), samples: [eve.sample.id, second.sample.id] }],
    })
    gallery.deleteIdentity(ada.identity.id)
    gallery.deleteSample(second.sample.id)
    expect(gallery.emptyDeleted()).toEqual({ identities: 1, samples: 2, models: [model] })
    const kept = gallery.learnedModel(model)
    expect({ trainedOn: new Set(kept.trainedOn), erased: kept.erased }).toEqual({
      trainedOn: new Set([bob.identity.id, eve.identity.id]),
      erased: 1,
    })
    expect(kept.facts.comparison!.changes.map(({ path }) => path)).toEqual(['b.jpg'])
    expect(kept.facts.comparison!.worse.map(({ name }) => name)).toEqual(['Eve'])
    expect(gallery.prototypes({ id: model, dimensions: D }).map(({ identityId }) => identityId)).toEqual([
      bob.identity.id,
    ])
    // Made from a sample that is erased.
    expect(gallery.prototypes({ id: withSecond, dimensions: D })).toEqual([])
    expect(gallery.emptyDeleted()).toEqual({ identities: 0, samples: 0 })
    expect(gallery.learnedModel(model).erased).toBe(1)
  })
})

describe('an answer about a picture', () => {
  const box = { x: 1, y: 2, width: 3, height: 4 }

  it('is found by picture and by profile, and taken back by undo or by its id', () => {
    const gallery = newGallery()
    const ada = enrol(gallery, { name: 'Ada' }).identity.id
    const first = gallery.cannotLink('aa', box, ada)
    expect(gallery.cannotLinksOf('aa')).toMatchObject([{ id: first, sha256: 'aa', box, identityId: ada }])
    expect(gallery.cannotLinksOf('bb')).toEqual([])
    expect(gallery.links('face')).toHaveLength(1)
    expect(gallery.links('object')).toEqual([])
    expect(gallery.undo().label).toBe('answer that a picture does not show Ada')
    expect(gallery.links('face')).toEqual([])

    const second = gallery.cannotLink('aa', box, ada)
    gallery.rename(ada, 'Ida')
    gallery.removeLink(second)
    expect(gallery.links('face')).toEqual([])
    expect(gallery.undo().label).toContain('rename')
    expect(codeOf(() => gallery.undo())).toBe('nothing-to-undo')
    expect(codeOf(() => gallery.cannotLink('aa', box, 'f'.repeat(32)))).toBe('not-found')
  })

  it('"yes" is a label and no refusal, and cannot be turned into its opposite', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    const ada = enrol(gallery, { name: 'Ada' }).identity.id
    const id = gallery.mustLink('aa', box, ada)
    gallery.cannotLink('bb', box, ada)
    expect(gallery.links('face').map(({ sha256, shows }) => [sha256, shows])).toEqual([
      ['aa', true],
      ['bb', false],
    ])
    expect(gallery.cannotLinksOf('aa')).toEqual([])
    gallery.close()
    const file = new Database(path)
    file.prepare('UPDATE cannot_link SET shows = 0 WHERE id = ?').run(id)
    file.close()
    const turned = openGallery(path)
    expect(turned.cannotLinksOf('aa')).toEqual([])
    expect(turned.links('face').map(({ sha256 }) => sha256)).toEqual(['bb'])
    expect(turned.notices()[0]?.code).toBe('gallery-damaged')
    turned.removeLink(id)
    turned.close()
  })

  it('follows a merge and its undo, rests with a deleted identity and goes with an erased one', () => {
    const gallery = newGallery()
    const ada = enrol(gallery, { name: 'Ada' }).identity.id
    const bob = enrol(gallery, { name: 'Bob' }).identity.id
    gallery.cannotLink('aa', box, ada)
    const about = () => gallery.cannotLinksOf('aa').map(({ identityId }) => identityId)
    gallery.merge(ada, bob)
    expect(about()).toEqual([bob])
    gallery.undo()
    expect(about()).toEqual([ada])
    gallery.deleteIdentity(ada)
    expect(about()).toEqual([])
    gallery.undo()
    expect(about()).toEqual([ada])
    gallery.deleteIdentity(ada)
    gallery.emptyDeleted()
    expect(about()).toEqual([])
    expect(codeOf(() => gallery.undo())).toBe('nothing-to-undo')
  })
})
