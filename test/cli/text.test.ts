import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonLine, printable, table } from '../../src-main/cli/text.ts'

const nasty = fc.string({
  unit: fc.oneof(fc.constantFrom('\u001B', '\r', '\n', '\u009B', '\u202E', '\u2066', '\u0000', 'é', 'a'), fc.string()),
})

describe('text of the command line', () => {
  it('prints nothing that moves a cursor or turns text around', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(printable(text)).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/)
      }),
    )
    expect(printable('a\u001B[31mb')).toBe('a\\u{1b}[31mb')
    expect(printable('Ådå 李')).toBe('Ådå 李')
  })

  it('gives one line of JSON that reads back as the same value', () => {
    fc.assert(
      fc.property(fc.record({ name: nasty }), (value) => {
        const line = jsonLine(value)
        expect(line).not.toContain('\n')
        expect(JSON.parse(line)).toEqual(value)
      }),
    )
  })

  it('aligns columns, numbers to the right', () => {
    expect(
      table(
        ['name', 'n'],
        [
          ['Ada', 7],
          ['B', 12],
        ],
      ),
    ).toBe('name   n\nAda    7\nB     12')
  })
})
