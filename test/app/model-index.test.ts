import { describe, expect, it } from 'vitest'
import { createSearch } from '../../src-main/app/search.ts'
import { distanceBetween } from '../../src-main/app/vector-index.ts'
import type { Gallery } from '../../db/gallery.ts'
import { D, enrol, newGallery, unitVector } from '../db/fixture.ts'
import { learn } from '../db/learned-fixture.ts'

/**
 * The definition: an identity is as near as the nearest of its samples, but for those that its prototype stands for, in whose
 * place the prototype counts, as long as all of them are still its own. Samples `without` are as if they were not there; a
 * prototype stands until all that it stands for are left out.
 */
function naive(gallery: Gallery, model: string, probe: Float32Array, without: ReadonlySet<string> = new Set()) {
  const stored = gallery.models().find(({ id }) => id === model)!
  const prototypes = gallery.prototypes(stored)
  const found = [...gallery.identities()].map(({ id }) => {
    const own = gallery.samplesOf(id).map((sample) => sample.id)
    const prototype = prototypes.find((one) => one.identityId === id && one.samples.every((s) => own.includes(s)))
    const single = own.filter((sample) => !prototype?.samples.includes(sample) && !without.has(sample))
    const stands = prototype && !prototype.samples.every((sample) => without.has(sample))
    const vectors = [
      ...single.map((sample) => gallery.embedding(sample, stored)!),
      ...(stands ? [prototype.vector] : []),
    ]
    return { id, distance: Math.min(...vectors.map((vector) => distanceBetween(probe, vector))) }
  })
  return found.filter(({ distance }) => distance < 3).sort((a, b) => a.distance - b.distance)
}

/** Twelve identities of one to three samples; the first eight have prototypes. The model is live. */
function filled() {
  const gallery = newGallery()
  const people = Array.from({ length: 12 }, (_, i) => {
    const first = enrol(gallery, { name: `Identity ${i}` })
    const more = Array.from({ length: i % 3 }, () => enrol(gallery, { identityId: first.identity.id }))
    return { id: first.identity.id, samples: [first, ...more].map(({ sample }) => sample.id) }
  })
  const prototypes = people.slice(0, 8).map(({ id, samples }, i) => ({
    ...{ identityId: id, samples, vector: unitVector(900 + i) },
  }))
  const model = learn(gallery, { prototypes })
  const vectors = new Map(gallery.missingEmbeddings('face', model).map((sample, i) => [sample, unitVector(300 + i)]))
  gallery.switchModel({ profile: 'face', model, by: 'promotion' }, vectors)
  return { gallery, model, people }
}

describe('search under a model with prototypes', () => {
  it('ranks by prototypes and by samples enrolled later, whatever is moved, merged, deleted and taken back', () => {
    const { gallery, model, people } = filled()
    const search = createSearch(gallery)
    const check = () => {
      for (let seed = 2000; seed < 2006; seed++) {
        const probe = unitVector(seed)
        const found = search.nearest(model, probe, 5)
        const expected = naive(gallery, model, probe).slice(0, 5)
        expect(found.map(({ identityId }) => identityId)).toEqual(expected.map(({ id }) => id))
        found.forEach(({ distance }, i) => expect(distance).toBeCloseTo(expected[i]!.distance, 6))
        for (const { identityId, sampleId } of found) expect(gallery.ownerOf(sampleId)).toBe(identityId)
        // A search that is made now agrees with one that followed every change.
        expect(createSearch(gallery).nearest(model, probe, 5)).toEqual(found)
      }
    }
    check()
    const late = gallery.enrol({ identityId: people[0]!.id }, 'face', model, unitVector(2000), {
      ...{ box: { x: 0, y: 0, width: 1, height: 1 }, drawn: false, quality: { passes: true, checks: [] } },
      ...{ overridden: false, keeps: 'crop', sourceName: 's', sourceSha256: 'cc', width: 1, height: 1 },
      ...{ thumbnail: new Uint8Array(1), kept: new Uint8Array(1) },
    })
    search.update([late.sample.id])
    expect(search.nearest(model, unitVector(2000), 1)[0]).toMatchObject({ sampleId: late.sample.id, distance: 0 })
    check()
    search.update(gallery.moveSample(people[2]!.samples[1]!, { identityId: people[9]!.id }).samples)
    check()
    search.update(gallery.merge(people[4]!.id, people[5]!.id).samples)
    check()
    search.update(gallery.deleteSample(people[1]!.samples[0]!).samples)
    check()
    search.update(gallery.deleteIdentity(people[7]!.id).samples)
    check()
    for (let i = 0; i < 4; i++) {
      search.update(gallery.undo().samples)
      check()
    }
  })

  it('shows of several samples behind a prototype the one nearest to the probe', () => {
    const { gallery, model, people } = filled()
    const search = createSearch(gallery)
    const stored = gallery.models().find(({ id }) => id === model)!
    for (const sample of people[2]!.samples) {
      const probe = gallery.embedding(sample, stored)!
      const found = search.nearest(model, probe, 12).find(({ identityId }) => identityId === people[2]!.id)!
      expect(found.sampleId).toBe(sample)
      expect(found.distance).toBeCloseTo(distanceBetween(probe, unitVector(902)), 6)
    }
  })

  it('answers as if samples that are left out were not there', () => {
    const { gallery, model, people } = filled()
    const search = createSearch(gallery)
    const all = people.flatMap(({ samples }) => samples)
    for (let seed = 0; seed < 12; seed++) {
      const without = new Set([...all.filter((_, i) => (i * 7 + seed) % 3 === 0), ...people[seed]!.samples])
      const probe = unitVector(3000 + seed)
      const found = search.nearest(model, probe, 12, without)
      const expected = naive(gallery, model, probe, without)
      expect(found.map(({ identityId }) => identityId)).toEqual(expected.map(({ id }) => id))
      found.forEach(({ distance, sampleId }, i) => {
        expect(distance).toBeCloseTo(expected[i]!.distance, 6)
        expect(without.has(sampleId)).toBe(false)
        expect(distanceBetween(probe, search.vector(model, sampleId)!)).toBe(distance)
      })
    }
    expect(search.nearest(model, unitVector(1), 12, new Set(all))).toEqual([])
    expect(search.vector(model, 'ab'.repeat(16))).toBeUndefined()
    expect(search.nearest('no-such-model', unitVector(1), 3)).toEqual([])
    expect(search.vector('no-such-model', all[0]!)).toBeUndefined()
  })

  it('reads the new model after a switch, and lets the old one go until it is asked', () => {
    const { gallery, model, people } = filled()
    const search = createSearch(gallery)
    const probe = unitVector(7)
    const before = search.nearest('test-model', probe, 3)
    expect(before).toHaveLength(3)
    expect(search.nearest(model, probe, 3)).not.toEqual(before)
    gallery.switchModel({ profile: 'face', model: 'test-model', by: 'rollback' }, new Map())
    search.switched('face')
    expect(search.nearest('test-model', probe, 3)).toEqual(before)
    search.update(gallery.deleteIdentity(people[0]!.id).samples)
    expect(search.nearest(model, unitVector(900), 1)[0]!.identityId).not.toBe(people[0]!.id)
    expect(before.every(({ sampleId }) => sampleId.length === 2 * D)).toBe(true)
  })
})
