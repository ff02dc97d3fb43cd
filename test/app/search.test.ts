import { describe, expect, it } from 'vitest'
import { createSearch } from '../../src-main/app/search.ts'
import { createIndex, distanceBetween } from '../../src-main/app/vector-index.ts'
import { D, enrol, MODEL, newGallery, newSample, unitVector } from '../db/fixture.ts'

interface Entry {
  readonly sample: string
  readonly owner: string
  readonly vector: readonly number[]
}

/** The definition, in loops over objects: the best sample of each identity, nearest first. */
function naive(entries: readonly Entry[], probe: Float32Array, k: number) {
  const best = new Map<string, { sample: string; similarity: number }>()
  for (const { sample, owner, vector } of entries) {
    let similarity = 0
    vector.forEach((value, d) => (similarity += value * probe[d]!))
    const known = best.get(owner)
    if (!known || similarity > known.similarity) best.set(owner, { sample, similarity })
  }
  return [...best]
    .map(([owner, found]) => ({ owner, ...found }))
    .sort((a, b) => b.similarity - a.similarity || (a.owner < b.owner ? -1 : 1))
    .slice(0, k)
}

function filled(count: number, dimensions: number) {
  const index = createIndex(dimensions)
  const entries = Array.from({ length: count }, (_, i) => {
    const vector = unitVector(i + 1, dimensions)
    return { sample: `s${i}`, owner: `i${i % Math.ceil(count / 3)}`, vector: [...vector] }
  })
  for (const { sample, owner, vector } of entries) index.add(sample, owner, Float32Array.from(vector))
  return { index, entries }
}

describe('index', () => {
  it.each([1, 5, 17, 192])('ranks as nested loops over the definition do (D = %i)', (dimensions) => {
    const { index, entries } = filled(300, dimensions)
    for (let seed = 1000; seed < 1020; seed++) {
      const probe = unitVector(seed, dimensions)
      const found = index.nearest(probe, 7)
      const expected = naive(entries, probe, 7)
      expect(found.length).toBe(7)
      found.forEach((near, rank) => expect(near.similarity).toBeCloseTo(expected[rank]!.similarity, 6))
      if (dimensions > 1) expect(found.map((near) => near.identityId)).toEqual(expected.map(({ owner }) => owner))
    }
  })

  it('follows additions, removals and changes of owner', () => {
    const { index, entries } = filled(200, 16)
    let left: Entry[] = entries
    for (let step = 0; step < 400; step++) {
      const entry = left[(step * 7919) % left.length]!
      if (step % 3 === 0) {
        index.remove(entry.sample)
        left = left.filter((other) => other !== entry)
      } else if (step % 3 === 1) {
        index.setOwner(entry.sample, `i${step % 20}`)
        left = left.map((other) => (other === entry ? { ...other, owner: `i${step % 20}` } : other))
      } else {
        const vector = unitVector(5000 + step, 16)
        index.add(`new${step}`, `n${step % 5}`, vector)
        left = [...left, { sample: `new${step}`, owner: `n${step % 5}`, vector: [...vector] }]
      }
      if (step % 20 > 0) continue
      const probe = unitVector(9000 + step, 16)
      expect(index.size()).toBe(left.length)
      expect(index.nearest(probe, 5).map((near) => [near.identityId, near.sampleId])).toEqual(
        naive(left, probe, 5).map(({ owner, sample }) => [owner, sample]),
      )
    }
  })

  it('answers fewer when there are fewer, and nothing when it is empty', () => {
    const index = createIndex(4)
    expect(index.nearest(unitVector(1, 4), 5)).toEqual([])
    index.add('s', 'i', unitVector(2, 4))
    expect(index.nearest(unitVector(1, 4), 5).length).toBe(1)
    index.remove('s')
    index.remove('s')
    expect(index.nearest(unitVector(1, 4), 5)).toEqual([])
  })

  it('refuses a vector of another length', () => {
    const index = createIndex(4)
    expect(() => index.add('s', 'i', unitVector(1, 5))).toThrow()
    expect(() => index.nearest(unitVector(1, 3), 1)).toThrow()
  })
})

describe('search', () => {
  it('keeps up with a gallery through enrol, move, merge, delete and undo', () => {
    const gallery = newGallery()
    const search = createSearch(gallery)
    const vector = unitVector(77)
    const who = () => search.nearest(MODEL, vector, 1)[0]
    expect(who()).toBeUndefined()
    const ada = gallery.enrol({ name: 'Ada' }, 'face', MODEL, vector, newSample())
    search.update([ada.sample.id])
    expect(who()).toMatchObject({
      identityId: ada.identity.id,
      name: 'Ada',
      sampleId: ada.sample.id,
      distance: 0,
      similarity: 1,
    })
    const bob = enrol(gallery, { name: 'Bob' })
    search.update([bob.sample.id])

    search.update(gallery.merge(ada.identity.id, bob.identity.id).samples)
    expect(who()?.name).toBe('Bob')
    search.update(gallery.undo().samples)
    expect(who()?.name).toBe('Ada')
    const moved = gallery.moveSample(ada.sample.id, { name: 'Ida' })
    search.update(moved.samples)
    expect(who()?.name).toBe('Ida')
    search.update(gallery.deleteIdentity(moved.identity.id).samples)
    expect(who()?.sampleId).toBe(bob.sample.id)
    search.update(gallery.undo().samples)
    expect(who()?.name).toBe('Ida')
    search.update(gallery.deleteSample(ada.sample.id).samples)
    expect(who()?.sampleId).toBe(bob.sample.id)
    search.update(gallery.undo().samples)
    expect(who()?.distance).toBe(0)
    expect(createSearch(gallery).nearest(MODEL, vector, 2)).toEqual(search.nearest(MODEL, vector, 2))
  })

  it('tells distances apart that a cosine in single precision cannot', () => {
    const a = unitVector(3, D)
    const b = Float32Array.from(a, (value, i) => (i === 0 ? value + 1e-5 : value))
    expect(distanceBetween(a, a)).toBe(0)
    expect(distanceBetween(a, b)).toBeCloseTo(1e-5, 7)
  })
})
