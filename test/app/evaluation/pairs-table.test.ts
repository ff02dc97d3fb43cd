import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src-main/contract/errors.ts'
import { parsePairs } from '../../../src-main/app/evaluation/pairs-table.ts'

describe('the table of pairs', () => {
  it('reads columns in any order, with and without folds', () => {
    expect(parsePairs('fold,left,right,same\n1,a.jpg,b.jpg,1\n2,c.jpg,d.jpg,0\n')).toEqual([
      { left: 'a.jpg', right: 'b.jpg', same: true, fold: 1 },
      { left: 'c.jpg', right: 'd.jpg', same: false, fold: 2 },
    ])
    expect(parsePairs('\uFEFFSame,Left,Right\r\ntrue,a,b\r\n')).toEqual([{ left: 'a', right: 'b', same: true }])
  })

  it('reads semicolons and tabs as well', () => {
    for (const separator of [';', '\t']) {
      const lines = [`left,right,same,fold`, 'a.jpg,b.jpg,1,1'].map((line) => line.replaceAll(',', separator))
      expect(parsePairs(lines.join('\r\n'))).toEqual([{ left: 'a.jpg', right: 'b.jpg', same: true, fold: 1 }])
    }
  })

  it('reads quoted names with commas and quotes', () => {
    expect(parsePairs('left,right,same\n"a, b.jpg","say ""x"".jpg",0')).toEqual([
      { left: 'a, b.jpg', right: 'say "x".jpg', same: false },
    ])
  })

  it.each([
    ['', 'left, right, same is missing'],
    ['left,same\n', 'right is missing'],
    ['left,right,same\na,b\n', 'Line 2: 3 fields'],
    ['left,right,same\na,b,1\n\na,b,maybe\n', 'Line 4: same is 1 or 0'],
    ['left,right,same\n,b,1\n', 'Line 2: left or right is empty'],
    ['left,right,same,fold\na,b,1,x\n', 'Line 2: fold is a whole number'],
  ])('refuses %j with the line', (text, message) => {
    expect(() => parsePairs(text)).toThrow(message)
  })

  it('reads back what is written, and refuses anything else with a typed error', () => {
    const name = fc.string({ minLength: 1 }).filter((text) => text.trim() === text && !/[\r\n\0]/.test(text))
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(fc.array(fc.record({ left: name, right: name, same: fc.boolean() })), (rows) => {
        const lines = rows.map((row) => `${quoted(row.left)},${quoted(row.right)},${row.same ? 1 : 0}`)
        expect(parsePairs(['left,right,same', ...lines].join('\n'))).toEqual(rows)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parsePairs(`left,right,same\n${text}`)
        } catch (error) {
          expect(error).toBeInstanceOf(AppError)
        }
      }),
    )
  })
})
