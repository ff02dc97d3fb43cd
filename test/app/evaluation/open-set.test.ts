import { describe, expect, it } from 'vitest'
import { evaluateIdentities } from '../../../src-main/app/evaluation/identities-protocol.ts'
import { openSet, type Search } from '../../../src-main/app/evaluation/open-set.ts'
import { seededRandom } from '../../../src-main/app/evaluation/random.ts'

const search = (identity: string, enrolled: boolean, distance: number, right = enrolled): Search => ({
  identity,
  enrolled,
  distance,
  right,
})

describe('open-set identification', () => {
  const searches = [
    search('a', true, 0.3),
    search('a', true, 0.9),
    search('b', true, 0.4, false), // another identity is nearer
    search('b', true, Infinity, false),
    ...[0.5, 0.6, 0.8, 1, 1.1, 1.2, 1.3, 1.4, 1.5, Infinity].map((distance, i) => search(`s${i}`, false, distance)),
  ]

  it('gives the rates of a table worked by hand', () => {
    const result = openSet(searches)!
    // At FPIR 10 % one stranger of ten may be named: up to just under 0.6. There 0.3 alone is found of four.
    expect(result).toMatchObject({ mated: 4, nonMated: 10 })
    expect(result.fnirAtFpir['0.1'].value).toBe(0.75)
    expect(result.fnirAtFpir['0.01'].value).toBe(0.75)
    expect(result.curve.map(({ fpir, fnir }) => [fpir, fnir])).toEqual([
      [0.1, 0.75],
      [0.3, 0.5],
    ])
  })

  it('agrees with loops over every search at each threshold of its curve', () => {
    const random = seededRandom(8)
    const many = Array.from({ length: 200 }, (_, i) => search(`p${i % 40}`, i % 40 < 20, 2 * random(), random() < 0.8))
    const result = openSet(many.map((one) => ({ ...one, right: one.enrolled && one.right })))!
    expect(result.curve.length).toBeGreaterThan(3)
    for (const { threshold, fpir, fnir } of result.curve) {
      let [named, strangers, missed, mated] = [0, 0, 0, 0]
      for (const { enrolled, distance, right } of many) {
        if (!enrolled) strangers++
        if (!enrolled && distance <= threshold) named++
        if (enrolled) mated++
        if (enrolled && !(right && distance <= threshold)) missed++
      }
      expect(fpir).toBeCloseTo(named / strangers, 12)
      expect(fnir).toBeCloseTo(missed / mated, 12)
    }
    const { low, value, high } = result.fnirAtFpir['0.1']
    expect(low < value && value < high).toBe(true)
  })

  it('is not measured where nobody is left to ask for', () => {
    expect(openSet(searches.filter(({ enrolled }) => enrolled))).toBe(null)
  })

  it('enrols half of the identities and asks with everybody', () => {
    const at = (degrees: number) =>
      Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180))
    const identities = [0, 90, 180, 270].map((angle) => ({
      name: String(angle),
      pictures: [at(angle), at(angle + 2), at(angle + 4)],
    }))
    const { openSet: result } = evaluateIdentities(identities, { shots: 1, draws: 6 })
    // Two identities keep two probes each, two strangers have three pictures each.
    expect(result).toMatchObject({ mated: 24, nonMated: 36 })
    expect(result!.fnirAtFpir['0.01']).toMatchObject({ value: 0, high: 3 / 4 })
  })
})
