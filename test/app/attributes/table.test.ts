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
      const decimal = separator === ';' ? ',' : '.'
      expect(parseAttributes(`\uFEFF${text}\r\n\r\n`)).toEqual({ decimal, ...expected })
    }
  })

  it('may say its separator as spreadsheets do, and hold separators and ends of lines in quoted cells', () => {
    const expected = {
      columns: ['hair; long, or not', 'note'],
      rows: [{ path: 'a.jpg', cells: ['dark', 'two\nlines'] }],
    }
    const header = '"file","hair; long, or not",note'
    expect(parseAttributes(`${header}\r\na.jpg,dark,"two\r\nlines"\r\n`)).toMatchObject(expected)
    const semicolons = header.replaceAll('",', '";')
    expect(parseAttributes(`sep=;\n${semicolons}\na.jpg;dark;"two\nlines"`)).toMatchObject(expected)
    expect(() => parseAttributes('file,hair\n"a\nb.jpg",dark\nc.jpg')).toThrow('Line 4: 2 fields')
  })

  it.each([
    ['', 'empty'],
    ['file\na.jpg', 'one column alone'],
    ['file,hair\n', 'names no picture'],
    ['file,hair,hair\na.jpg,dark,dark', 'Two columns are called "hair"'],
    ['file,,age\na.jpg,dark,3', 'Column 2 has no name'],
    ['file,hair\na.jpg,dark,long', 'Line 2: 2 fields are expected, 3 are there'],
    ['file,hair\na.jpg,"dark\nb.jpg,fair', 'Line 2: a double quote stands alone'],
    ['file,hair,size\na.jpg,dark,5" or 6"', 'Line 2: a double quote stands alone'],
    ['file,"hair\na.jpg,dark', 'Line 1: a double quote stands alone'],
    ['file,hair\na.jpg,dark\n,dark', 'Line 3: the path of the picture is empty'],
    ['file,hair\na.jpg,dark\n./a.jpg,fair', '"a.jpg" is in the table already, in line 2'],
  ])('is refused as %j', (text, words) => {
    expect(() => parseAttributes(text)).toThrow(expect.objectContaining({ code: 'bad-table' }))
    expect(() => parseAttributes(text)).toThrow(words)
  })
})
