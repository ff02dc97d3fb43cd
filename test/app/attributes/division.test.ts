import { describe, expect, it } from 'vitest'
import { classesOf } from '../../../src-main/app/attributes/classes.ts'
import { divided } from '../../../src-main/app/attributes/division.ts'

const column = (...counts: number[]) =>
  classesOf(counts.flatMap((count, value) => Array.from({ length: count }, () => `value ${value}`)))

describe('pictures to learn from and to measure on', () => {
  it('are divided one to two within each value, alike for a seed and otherwise for another', () => {
    const classes = column(30, 12)
    const { held, labels, refusal } = divided(classes, 1)
    const count = (value: number) => held.filter((one, i) => one === 1 && labels[i] === value).length
    expect([count(0), count(1), refusal]).toEqual([10, 4, undefined])
    expect(divided(classes, 1).held).toEqual(held)
    expect(divided(classes, 2).held).not.toEqual(held)
  })

  it('are refused where there is one value, or too few pairs to measure on, with the reason', () => {
    expect(divided(column(20), 1).refusal!.message).toContain('"value 0" alone has 4 pictures or more')
    expect(divided(column(1, 2, 3), 1).refusal!.message).toContain('None of its values has 4')
    const unseen = { ...column(8, 8), labels: new Int32Array(16).fill(-1) }
    expect(divided(unseen, 1).refusal!.message).toBe(
      'None of its values has enough pictures to learn from and to measure on.',
    )
    expect(divided(column(4, 4), 1).refusal).toMatchObject({ code: 'not-trainable' })
    expect(divided(column(4, 4), 1).refusal!.message).toContain('2 pairs of one value and 4 of two')
    expect(divided(column(12, 12), 1).refusal).toBeUndefined()
  })

  it('never lie on both sides for one group, and a picture without a group stands for itself', () => {
    const classes = column(60, 60)
    const groups = Array.from({ length: 120 }, (_, i) => (i % 60 < 50 ? `person ${i % 10}` : ''))
    const { held, labels } = divided(classes, 3, groups)
    for (let person = 0; person < 10; person++) {
      const own = [...labels.keys()].filter((i) => groups[i] === `person ${person}`)
      expect(new Set(own.map((i) => held[i])).size).toBe(1)
    }
    const share = held.reduce((sum, one) => sum + one, 0) / 120
    expect(share).toBeGreaterThan(0.3)
    expect(share).toBeLessThan(0.5)
  })

  it('leave a value out that one group alone has', () => {
    const classes = column(40, 40, 20)
    const groups = Array.from({ length: 100 }, (_, i) => (i < 80 ? `person ${i % 8}` : 'the only one'))
    const { labels, refusal } = divided(classes, 1, groups)
    expect(refusal).toBeUndefined()
    expect(labels.subarray(80).every((label) => label === -1)).toBe(true)
  })
})
