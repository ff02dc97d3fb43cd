import { describe, expect, it } from 'vitest'
import { parsePgm } from '../../bench/pgm.ts'

const file = (header: string, ...pixels: number[]) => Uint8Array.from([...Buffer.from(header, 'latin1'), ...pixels])

describe('a PGM picture', () => {
  it('is read past a comment, pixels that look like white space included', () => {
    expect(parsePgm(file('P5\n# made by hand\n3 2\n255\n', 10, 32, 35, 9, 255, 0))).toEqual({
      width: 3,
      height: 2,
      pixels: Uint8Array.of(10, 32, 35, 9, 255, 0),
    })
  })

  it('is refused when it is another kind or ends too early', () => {
    expect(() => parsePgm(file('P6\n1 1\n255\n', 1, 2, 3))).toThrow('no 8-bit binary PGM')
    expect(() => parsePgm(file('P5 2 2 255\n', 1, 2, 3))).toThrow('ends too early')
    expect(() => parsePgm(file('P5'))).toThrow('no 8-bit binary PGM')
  })
})
