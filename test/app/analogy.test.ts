import { createHash } from 'node:crypto'
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { analogyTarget } from '../../src-main/app/analogy.ts'
import type { AnalogyTerm } from '../../src-main/contract/analogies.ts'
import type { Profile } from '../../src-main/contract/types.ts'
import { fakePicture, temporaryFolder, testCore, type TestCore } from '../core/fixture.ts'

/** What the engine without networks makes of a file: 16 values of unit length from its hash. */
function embeddingOf(path: string): number[] {
  const bytes = createHash('sha256').update(readFileSync(path)).digest()
  const values = [...bytes.subarray(0, 16)].map((byte) => byte - 127.5)
  return values.map((value) => value / Math.hypot(...values))
}

interface Item {
  readonly path: string
  readonly identityId: string
  readonly sampleId: string
}

async function enrolled(core: TestCore, path: string, to: { name: string } | { identityId: string }): Promise<Item> {
  const { identity, sample } = await core.api.enrol({ picture: await core.adopt(path), profile: 'object', to })
  return { path, identityId: identity.id, sampleId: sample.id }
}

/** So many identities, the i-th with 1 + i mod 3 samples. */
async function filled(core: TestCore, folder: string, count: number): Promise<Item[]> {
  const items: Item[] = []
  for (let i = 0; i < count; i++) {
    const first = await enrolled(core, fakePicture(folder), { name: `Identity ${i}` })
    items.push(first)
    for (let more = 0; more < i % 3; more++)
      items.push(await enrolled(core, fakePicture(folder), { identityId: first.identityId }))
  }
  return items
}

const length = (vector: readonly number[]) => Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
const distance = (a: readonly number[], b: readonly number[]) => length(a.map((value, d) => value - b[d]!))
const unit = (vector: readonly number[]) => vector.map((value) => value / length(vector))

/** The definition, in loops: what A, B and C are, what is left out, and every other sample's distances. */
function naive(items: readonly Item[], terms: readonly { readonly term: AnalogyTerm; readonly path?: string }[]) {
  const out = new Set<string>()
  const vectors = terms.map(({ term, path }) => {
    const own = items.filter((item) =>
      'identityId' in term
        ? item.identityId === term.identityId
        : 'sampleId' in term
          ? item.sampleId === term.sampleId
          : item.path === path,
    )
    for (const { sampleId } of own) out.add(sampleId)
    if (path !== undefined) return embeddingOf(path)
    const all = own.map((item) => embeddingOf(item.path))
    return unit(all[0]!.map((_, d) => all.reduce((sum, one) => sum + one[d]!, 0)))
  })
  const [a, b, c] = vectors as [number[], number[], number[]]
  const target = unit(c.map((value, d) => value + b[d]! - a[d]!))
  const left = items
    .filter(({ sampleId }) => !out.has(sampleId))
    .map((item) => ({ ...item, at: embeddingOf(item.path) }))
  const nearest = (to: number[]) => {
    const best = new Map<string, { identityId: string; sampleId: string; distance: number; fromC: number }>()
    for (const { identityId, sampleId, at } of left) {
      const known = best.get(identityId)
      if (
        !known ||
        distance(to, at) < distance(to, embeddingOf(items.find((one) => one.sampleId === known.sampleId)!.path))
      )
        best.set(identityId, { identityId, sampleId, distance: distance(target, at), fromC: distance(c, at) })
    }
    return [...best.values()]
  }
  const found = nearest(target).sort((x, y) => x.distance - y.distance)
  const [plain] = nearest(c).sort((x, y) => x.fromC - y.fromC)
  return { found: found.slice(0, 5), plain: plain!, candidates: found.length }
}

async function folderAndCore() {
  return { core: await testCore(onTestFinished), folder: temporaryFolder(onTestFinished) }
}

describe('an analogy over the gallery', () => {
  it('answers with what lies nearest to C + B − A by the definition in loops, whatever A, B and C are picked from', async () => {
    const { core, folder } = await folderAndCore()
    const items = await filled(core, folder, 20)
    const outside = await Promise.all(
      [1, 2, 3].map(async () => {
        const path = fakePicture(folder)
        return { path, term: { picture: await core.adopt(path) } }
      }),
    )
    for (let draw = 0; draw < 30; draw++) {
      const terms = [0, 1, 2].map((side) => {
        const { path, identityId, sampleId } = items[(draw * 7 + side * 11 + (draw >> 1)) % items.length]!
        const kind = (draw + side * (draw >> 2)) % 3
        if (kind === 0) return outside[side]!
        return kind === 1 ? { term: { identityId } } : { term: { sampleId }, path }
      })
      const [a, b, c] = terms.map(({ term }) => term) as [AnalogyTerm, AnalogyTerm, AnalogyTerm]
      const answer = await core.api.analogy({ a, b, c, profile: 'object' })
      const expected = naive(items, terms)
      expect(answer.found.map(({ sampleId }) => sampleId)).toEqual(expected.found.map(({ sampleId }) => sampleId))
      answer.found.forEach((match, rank) => {
        expect(match.distance).toBeCloseTo(expected.found[rank]!.distance, 5)
        expect(match.fromC).toBeCloseTo(expected.found[rank]!.fromC, 5)
        expect(match.similarity).toBeCloseTo(1 - match.distance ** 2 / 2, 9)
      })
      expect(answer.plain.sampleId).toBe(expected.plain.sampleId)
      expect(answer.gain).toBeCloseTo(expected.plain.distance - expected.found[0]!.distance, 5)
      expect(answer.candidates).toBe(expected.candidates)
    }
  })

  it('leaves out the very pictures that were picked, and all samples of identities that were', async () => {
    const { core, folder } = await folderAndCore()
    const items = await filled(core, folder, 9)
    const one = items.find(({ identityId }) => items.filter((item) => item.identityId === identityId).length === 3)!
    const own = items.filter(({ identityId }) => identityId === one.identityId).map(({ sampleId }) => sampleId)
    const term = { sampleId: one.sampleId }
    const bySample = await core.api.analogy({ a: term, b: term, c: term, profile: 'object' })
    // C + A − A is C itself: its identity answers by one of its other samples.
    expect(bySample.found[0]).toMatchObject({ sampleId: bySample.plain.sampleId, fromC: bySample.plain.distance })
    expect(bySample.gain).toBe(0)
    expect(bySample.candidates).toBe(9)
    expect(bySample.found.map(({ sampleId }) => sampleId)).not.toContain(one.sampleId)

    const picture = { picture: await core.adopt(one.path) }
    const byPicture = await core.api.analogy({ a: picture, b: picture, c: picture, profile: 'object' })
    expect(byPicture.found).toEqual(bySample.found)

    const whole = { identityId: one.identityId }
    const byIdentity = await core.api.analogy({ a: whole, b: whole, c: whole, profile: 'object' })
    expect(byIdentity.candidates).toBe(8)
    for (const { sampleId } of byIdentity.found) expect(own).not.toContain(sampleId)
    expect(byIdentity.c).toEqual({ kind: 'identity', identityId: one.identityId, name: 'Identity 2', samples: 3 })
  })

  it('leaves out a sample that another identity has of the same file', async () => {
    const { core, folder } = await folderAndCore()
    const [first] = await filled(core, folder, 4)
    const copy = join(folder, 'copy.jpg')
    copyFileSync(first!.path, copy)
    const twin = await enrolled(core, copy, { name: 'Twin' })
    const term = { sampleId: first!.sampleId }
    const { found, candidates } = await core.api.analogy({ a: term, b: term, c: term, profile: 'object' })
    expect(found.map(({ sampleId }) => sampleId)).not.toContain(twin.sampleId)
    expect(candidates).toBe(3)
  })

  it('wants one face of a picture: the only one, or that of the box', async () => {
    const { core, folder } = await folderAndCore()
    const picture = await core.adopt(fakePicture(folder))
    await core.api.enrol({ picture, profile: 'face', to: { name: 'Ada' } })
    const many = await core.adopt(fakePicture(folder, 'MANY'))
    const ask = (term: AnalogyTerm) => core.api.analogy({ a: term, b: term, c: term, profile: 'face' })
    await expect(ask({ picture: many })).rejects.toMatchObject({ code: 'several-faces' })
    const box = { x: 20, y: 0, width: 10, height: 10 }
    expect(await ask({ picture: many, box })).toMatchObject({ c: { box }, found: [{ name: 'Ada' }], candidates: 1 })
    const nobody = await core.adopt(fakePicture(folder, 'NONE'))
    await expect(ask({ picture: nobody })).rejects.toMatchObject({ code: 'no-face' })
  })

  it('refuses what is of another profile, what is not there, and a gallery that has nothing left', async () => {
    const { core, folder } = await folderAndCore()
    const [one, two] = await filled(core, folder, 2)
    const ask = (a: AnalogyTerm, b: AnalogyTerm, profile: Profile) => core.api.analogy({ a, b, c: a, profile })
    const [first, second] = [{ identityId: one!.identityId }, { identityId: two!.identityId }]
    for (const term of [first, { sampleId: one!.sampleId }])
      await expect(ask(term, term, 'face')).rejects.toMatchObject({ code: 'profile-mismatch' })
    await expect(ask(first, second, 'object')).rejects.toMatchObject({ code: 'not-found' })
    await expect(ask(first, { identityId: 'ab'.repeat(16) }, 'object')).rejects.toMatchObject({ code: 'not-found' })
    await expect(ask(first, first, 'own-0123456789abcdef')).rejects.toMatchObject({ code: 'not-found' })
    expect((await ask(first, first, 'object')).found).toHaveLength(1)
    await core.api.deleteSample(two!.sampleId)
    await core.api.deleteSample((await core.api.identity(two!.identityId)).all[0]!.id)
    await expect(ask(first, first, 'object')).rejects.toMatchObject({ code: 'not-found' })
    await expect(ask(second, first, 'object')).rejects.toThrow('has no sample')
  })

  it('refuses a sum that points nowhere', () => {
    const half = Math.sqrt(3) / 2
    const [a, b, c] = [
      [1, 0],
      [0.5, half],
      [0.5, -half],
    ].map((one) => new Float32Array(one)) as [...[Float32Array, Float32Array, Float32Array]]
    expect(() => analogyTarget(a, b, c)).toThrow('cancel')
    expect([...analogyTarget(b, a, c)].map((value) => value.toFixed(4))).toEqual(['0.5000', '-0.8660'])
  })
})
