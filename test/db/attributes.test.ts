import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { NewAttribute } from '../../db/attributes.ts'
import { calibration } from '../app/fixture.ts'
import { D, newSample, openGallery, temporaryFolder, unitVector } from './fixture.ts'

const rate = { value: 0.1, low: 0, high: 0.2, errors: 1, trials: 10 }
const share = { value: 0.5, right: 5, trials: 10 }

function attribute(name: string, model = `face-head-${name}`): NewAttribute {
  return {
    ...{ profile: 'face', model, dimensions: D },
    facts: {
      ...{ name, kind: 'words', values: [], words: '', folder: 'people', learned: 20, heldOut: 10 },
      nearest: { before: share, after: share, guess: 0.5 },
      eer: { before: rate, after: rate },
      calibration: calibration('face', model),
    },
  }
}

describe('attributes in the gallery', () => {
  it('are kept sealed, and read after a restart', () => {
    const path = join(temporaryFolder(), 'gallery.db')
    const gallery = openGallery(path)
    gallery.attributes.add([attribute('hair'), attribute('age')])
    const db = new Database(path, { readonly: true })
    const rows = db.prepare('SELECT facts FROM attribute').pluck().all() as Buffer[]
    expect(rows.some((row) => row.includes('hair'))).toBe(false)
    db.close()
    const again = openGallery(path)
    expect(again.attributes.all().map(({ name }) => name)).toEqual(['hair', 'age'])
    expect(again.thresholdsOf('face-head-hair')).toEqual(calibration('face', 'face-head-hair'))
  })

  it('replace one of the same name, and say which model nothing uses any more', () => {
    const gallery = openGallery(join(temporaryFolder(), 'gallery.db'))
    gallery.attributes.add([attribute('hair', 'one'), attribute('age', 'two')])
    expect(gallery.attributes.add([attribute('hair', 'three')])).toEqual(['one'])
    expect(gallery.attributes.all().map(({ model }) => model)).toEqual(['two', 'three'])
    // The very same pictures give the very same model.
    expect(gallery.attributes.add([attribute('hair', 'three')])).toEqual([])
    expect([gallery.attributes.isGone('one'), gallery.attributes.isGone('three')]).toEqual([true, false])
    expect([gallery.attributes.isModel('one'), gallery.attributes.isModel('other')]).toEqual([true, false])
  })

  it('take their embeddings with them, but for those that another attribute shares', () => {
    const gallery = openGallery(join(temporaryFolder(), 'gallery.db'))
    const { sample } = gallery.enrol({ name: 'Ada' }, 'face', 'shipped', unitVector(1), newSample())
    gallery.attributes.add([attribute('hair', 'same'), attribute('fur', 'same')])
    gallery.addEmbeddings('face', 'same', new Map([[sample.id, unitVector(2)]]))
    const embedding = () => gallery.embedding(sample.id, { id: 'same', profile: 'face', dimensions: D })
    const [hair, fur] = gallery.attributes.all()
    expect(gallery.attributes.remove(hair!.id)).toBeUndefined()
    expect(embedding()).toEqual(unitVector(2))
    expect(gallery.attributes.remove(fur!.id)).toBe('same')
    expect(embedding()).toBeUndefined()
    expect(() => gallery.attributes.get(fur!.id)).toThrow(expect.objectContaining({ code: 'not-found' }))
  })
})
