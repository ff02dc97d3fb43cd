import { describe, expect, it } from 'vitest'
import { cell, separatorOf, table, tableText } from '../../src-main/app/csv.ts'

const DANGEROUS = [
  '=1+1',
  '+1',
  '-1+1',
  '@SUM(A1)',
  "=cmd|' /C calc'!A0",
  '\t=1+1',
  '\r=1+1',
  '\n=1+1',
  '\r\n=1+1',
  ' =1+1',
  '   +1',
  '\u00a0=1+1',
  '\u2003@x',
  '\ufeff=1+1',
  '\u200b=1+1',
  '\0=1+1',
  '|calc',
  '%0A=1',
  '＝1+1',
  '＋1',
  '－1',
  '＠x',
  'harmless\n=1+1',
  'harmless\r\n  +1',
  'harmless\r@x',
  'a\n\n=1',
]

describe('a cell', () => {
  it.each(DANGEROUS)('cannot begin a formula in any of its lines: %j', (text) => {
    const written = cell(text)
    expect(written.startsWith('"') && written.endsWith('"')).toBe(true)
    for (const line of written.slice(1, -1).split(/[\r\n]+/))
      expect(line).not.toMatch(/^[\s\p{C}\p{Z}]*[=+\-@|%＝＋－＠]/u)
    expect(written.slice(1, -1)).not.toMatch(/^[\t\r\n]/)
  })

  it.each([
    ['Ada', '"Ada"'],
    ['Jean-Luc', '"Jean-Luc"'],
    ['a "b" c', '"a ""b"" c"'],
    ['a,b;c', '"a,b;c"'],
    ['', '""'],
    [-1.5, '-1.5'],
    [0, '0'],
    [NaN, ''],
    [undefined, ''],
  ])('writes %j as %j', (value, written) => expect(cell(value)).toBe(written))
})

it('a table has a byte order mark and ends each line as RFC 4180 asks', () => {
  expect(
    table([
      ['a', 1],
      ['b', undefined],
    ]),
  ).toBe('\ufeff"a",1\r\n"b",\r\n')
})

describe('a table that is read', () => {
  const text = 'file;Haar\r\nä.jpg;grün\r\n'
  const utf16 = Buffer.from(`\ufeff${text}`, 'utf16le')

  it('is UTF-8, or UTF-16 that says so', () => {
    for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`), utf16, Buffer.from(utf16).swap16()])
      expect(tableText(bytes, 'a.csv')).toBe(text)
  })

  it('is refused in an encoding that would be guessed, and when it is no text', () => {
    for (const bytes of [Buffer.from(text, 'latin1'), Buffer.from([0x89, 0x50, 0x4e, 0x47])])
      expect(() => tableText(bytes, 'a.csv')).toThrow(
        expect.objectContaining({
          code: 'bad-table',
          message: '"a.csv" is no text in UTF-8. Save it as a CSV file in UTF-8.',
        }),
      )
  })

  it.each([
    ['file,hair', ','],
    ['file;hair', ';'],
    ['file\thair', '\t'],
    ['"a;b;c;d",hair', ','],
    ['', ','],
  ])('has the separator that its first line has most of, outside quotes: %j', (header, separator) =>
    expect(separatorOf(header)).toBe(separator),
  )
})
