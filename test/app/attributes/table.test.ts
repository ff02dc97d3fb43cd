import { describe, expect, it } from 'vitest'
import { parseAttributes } from '../../../src-main/app/attributes/table.ts'

describe('a table of attributes', () => {
  it('has a path first and an attribute a column; cells may be quoted, empty, and separated by tabs or semicolons', () => {
    const expected = {
      columns: ['hair', 'age'],
      rows: [
        { path: 'a/1.jpg', cells: ['dark, long', '31'] },
        { path: 'a/2.jpg', cells: ['', '8'] },
      ],
    }
    for (const separator of [',', ';', '\t']) {
      const lines = [
        ['file', 'hair', ' age '],
        ['.\\a\\1.jpg', '"dark, long"', '31'],
        ['a/2.jpg', '', '8'],
      ]
      const text = lines.map((line) => line.join(separator)).join('\r\n')
      expect(parseAttributes(`\uFEFF${text}\r\n\r\n`)).toEqual(expected)
    }
  })

  it.each([
    ['', 'empty'],
    ['file\na.jpg', 'one column alone'],
    ['file,hair\n', 'names no picture'],
    ['file,hair,hair\na.jpg,dark,dark', 'Two columns are called "hair"'],
    ['file,,age\na.jpg,dark,3', 'Column 2 has no name'],
    ['file,hair\na.jpg,dark,long', 'Line 2: 2 fields are expected, 3 are there'],
    ['file,hair\na.jpg,dark\n,dark', 'Line 3: the path of the picture is empty'],
    ['file,hair\na.jpg,dark\n./a.jpg,fair', '"a.jpg" is in the table already, in line 2'],
  ])('is refused as %j', (text, words) => {
    expect(() => parseAttributes(text)).toThrow(expect.objectContaining({ code: 'bad-table' }))
    expect(() => parseAttributes(text)).toThrow(words)
  })
})
