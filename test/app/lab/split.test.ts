import { describe, expect, it } from 'vitest'
import { mustSuffice, split } from '../../../src-main/app/lab/split.ts'

const rows = (count: number, test: (row: number) => boolean = () => false) => ({
  labels: Int32Array.from({ length: count }, (_, row) => row % 4),
  test: Array.from({ length: count }, (_, row) => test(row)),
  classes: 4,
})
const set = (places: Int32Array) => new Set(places)

describe('the split of a seed', () => {
  it('is into three parts that share no row and lack none, and hides the classes of the unlabelled', () => {
    for (const labelled of [null, 3])
      for (const seed of [0, 1, 2]) {
        const parts = split(rows(80), { labelled, heldOut: 0.25 }, seed)
        const all = [...parts.labelled, ...parts.unlabelled, ...parts.asked]
        expect(new Set(all).size).toBe(80)
        expect(all).toHaveLength(80)
        expect(parts.asked).toHaveLength(4 * 5)
        expect(parts.labelled).toHaveLength(labelled === null ? 60 : 12)
        for (const row of parts.unlabelled) expect(parts.labels[row]).toBe(-1)
        for (const row of [...parts.labelled, ...parts.asked]) expect(parts.labels[row]).toBe(row % 4)
      }
  })

  it('asks every seed the same rows, and draws the labelled ones anew, the same for the same seed', () => {
    const how = { labelled: 3, heldOut: 0.25 }
    const [a, b, again] = [0, 1, 0].map((seed) => split(rows(80), how, seed)) as [
      ReturnType<typeof split>,
      ReturnType<typeof split>,
      ReturnType<typeof split>,
    ]
    expect(b.asked).toEqual(a.asked)
    expect(b.labelled).not.toEqual(a.labelled)
    expect(again).toEqual(a)
    // How many keep their names does not move the test.
    expect(split(rows(80), { ...how, labelled: 7 }, 0).asked).toEqual(a.asked)
  })

  it('takes the test of the set where it has one', () => {
    const { asked, labelled } = split(
      rows(40, (row) => row >= 32),
      { labelled: null, heldOut: 0.5 },
      0,
    )
    expect(set(asked)).toEqual(new Set([32, 33, 34, 35, 36, 37, 38, 39]))
    expect(labelled).toHaveLength(32)
  })

  it('is refused in words where a class has too few pictures', () => {
    const classes = [
      { name: 'ada', pictures: 10 },
      { name: 'bea', pictures: 4 },
    ]
    mustSuffice(classes, false, { labelled: 3, heldOut: 0.25 })
    expect(() => mustSuffice(classes, false, { labelled: 4, heldOut: 0.25 })).toThrow(
      '"bea" has 3 of the 4 labelled pictures that each class needs after 1 of 4 are held out',
    )
    mustSuffice(classes, true, { labelled: 4, heldOut: 0.25 })
    expect(() => mustSuffice([{ name: 'cat', pictures: 1 }], false, { labelled: null, heldOut: 0.2 })).toThrow('"cat"')
  })
})
