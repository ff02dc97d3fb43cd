import { describe, expect, it } from 'vitest'
import { evaluateIdentities } from '../../../src-main/app/evaluation/identities-protocol.ts'
import { distanceOf } from '../../../src-main/app/evaluation/distance.ts'
import { seededRandom } from '../../../src-main/app/evaluation/random.ts'

/** A unit vector in the plane. */
const at = (degrees: number) =>
  Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))

describe('the identities protocol', () => {
  it('finds every probe of identities that lie apart', () => {
    const identities = [
      { name: 'a', pictures: [at(0), at(2), at(4)] },
      { name: 'b', pictures: [at(90), at(92), at(94)] },
    ]
    expect(evaluateIdentities(identities, { shots: 1, draws: 20 })).toMatchObject({
      classes: 2,
      probes: 4,
      draws: 20,
      rank1: 1,
      rank1Sd: 0,
      rates: new Array(20).fill(1),
      // Without an error in four probes the bound is 3/4.
      rank1Estimate: { value: 1, low: 0.25, high: 1 },
      undetected: 0,
    })
  })

  it('takes the references from where they are given, in one draw', () => {
    const identities = [
      { name: 'a', pictures: [at(10), at(50), at(80)], references: [at(0)] },
      { name: 'b', pictures: [at(85)], references: [at(90)] },
    ]
    // 80° is nearer to 90° than to 0°, so three of four are right; 50° too is nearer to 90°.
    expect(evaluateIdentities(identities, { shots: 1, draws: 20 })).toMatchObject({ probes: 4, draws: 1, rank1: 0.5 })
  })

  it('counts a probe that is not found as an error, and a reference that is not found as never nearest', () => {
    const identities = [
      { name: 'a', pictures: [at(0), null], references: [at(0)] },
      { name: 'b', pictures: [at(90)], references: [null] },
    ]
    expect(evaluateIdentities(identities, { shots: 1, draws: 1 })).toMatchObject({
      probes: 3,
      rank1: expect.closeTo(1 / 3, 12),
      undetected: 2,
    })
  })

  it('draws differently with another seed and alike with the same one', () => {
    const random = seededRandom(3)
    const identities = Array.from({ length: 5 }, (_, index) => ({
      name: String(index),
      pictures: Array.from({ length: 6 }, () => at(index * 20 + 40 * random())),
    }))
    const run = (seed: number) => evaluateIdentities(identities, { shots: 1, draws: 5, seed })
    expect(run(1)).toEqual(run(1))
    expect(run(1).rank1).not.toBe(run(100).rank1)
    expect(run(1).rank1Sd).toBeGreaterThan(0)
  })

  it('leaves an identity one picture to be asked about', () => {
    const identities = [
      { name: 'a', pictures: [at(0), at(1)] },
      { name: 'b', pictures: [at(90)] },
    ]
    expect(evaluateIdentities(identities, { shots: 5, draws: 1 })).toMatchObject({ probes: 1, rank1: 1 })
  })

  it('refuses what leaves nothing to ask', () => {
    expect(() => evaluateIdentities([{ name: 'a', pictures: [at(0), at(1)] }], { shots: 1, draws: 1 })).toThrow(
      'Two identities',
    )
    const single = ['a', 'b'].map((name) => ({ name, pictures: [at(0)] }))
    expect(() => evaluateIdentities(single, { shots: 1, draws: 1 })).toThrow('No picture is left')
  })

  it('measures the distance as its definition does', () => {
    expect(distanceOf(at(0), at(180))).toBeCloseTo(2, 6)
    expect(distanceOf(at(0), at(60))).toBeCloseTo(1, 6)
    expect(distanceOf(at(0), null)).toBe(Infinity)
  })
})
