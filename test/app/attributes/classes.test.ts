import { describe, expect, it } from 'vitest'
import { classesOf } from '../../../src-main/app/attributes/classes.ts'

const times = (n: number, value: string) => Array.from({ length: n }, () => value)

describe('values of a column', () => {
  it('are its words, the most frequent first; rare ones and empty cells are unknown', () => {
    const cells = [...times(4, 'fair'), ...times(6, 'dark'), ...times(3, 'red'), '', 'grey']
    const { kind, values, labels, words } = classesOf(cells)
    expect(kind).toBe('words')
    expect(values).toEqual([
      { name: 'dark', pictures: 6 },
      { name: 'fair', pictures: 4 },
    ])
    expect([...labels]).toEqual([1, 1, 1, 1, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1])
    expect(words).toBe('Left out, with fewer than 4 pictures each: red, grey.')
  })

  it('are classes of about equally many numbers, in words, where there are many', () => {
    const cells = ['', ...Array.from({ length: 48 }, (_, i) => String(i + 1))]
    const { kind, values, labels, words } = classesOf(cells)
    expect(kind).toBe('numbers')
    expect(values).toEqual([
      { name: '1 to 12', pictures: 12 },
      { name: '13 to 24', pictures: 12 },
      { name: '25 to 36', pictures: 12 },
      { name: '37 to 48', pictures: 12 },
    ])
    expect(words).toBe('Numbers in 4 classes of about equally many pictures.')
    expect([labels[0], labels[1], labels[12], labels[13], labels[48]]).toEqual([-1, 0, 0, 1, 3])
  })

  it('never part equal numbers, and leave no class empty', () => {
    const cells = [...times(40, '0'), ...Array.from({ length: 10 }, (_, i) => String(i + 1))]
    const { values } = classesOf(cells)
    expect(values.reduce((sum, { pictures }) => sum + pictures, 0)).toBe(50)
    expect(values.every(({ pictures }) => pictures > 0)).toBe(true)
    expect(values[0]!.pictures).toBeGreaterThanOrEqual(40)
  })

  it('are words where the numbers are few, as codes are', () => {
    expect(classesOf([...times(5, '1'), ...times(5, '2')]).kind).toBe('words')
  })

  it('are numbers with a decimal comma only where no comma parts the cells', () => {
    const cells = Array.from({ length: 24 }, (_, i) => `${i},5`)
    const { kind, values } = classesOf(cells, ',')
    expect([kind, values]).toEqual([
      'numbers',
      [
        { name: '0.5 to 11.5', pictures: 12 },
        { name: '12.5 to 23.5', pictures: 12 },
      ],
    ])
    expect(classesOf(cells).kind).toBe('words')
    const codes = classesOf([...times(4, '1,5'), ...times(4, '2,5')], ',')
    expect([codes.kind, codes.values.map(({ name }) => name)]).toEqual(['words', ['1,5', '2,5']])
  })
})
