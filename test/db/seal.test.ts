import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSeal, SealError } from '../../db/seal.ts'
import { KEY } from './fixture.ts'

const seal = createSeal(KEY)
const place = { table: 'embedding', row: 'a'.repeat(32), model: 'm', column: 'vector' }

describe('seal', () => {
  it('gives back what was sealed, and never seals twice alike', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (plain) => {
        const sealed = seal.seal(place, plain)
        expect(new Uint8Array(seal.open(place, sealed))).toEqual(plain)
        expect(seal.seal(place, plain).equals(sealed)).toBe(false)
      }),
    )
  })

  it('refuses a value that was moved to another table, row, model or column', () => {
    const sealed = seal.seal(place, 'Ada')
    for (const other of [{ table: 'identity' }, { row: 'b'.repeat(32) }, { model: 'n' }, { column: 'name' }])
      expect(() => seal.open({ ...place, ...other }, sealed)).toThrow(SealError)
  })

  it('refuses every single flipped bit, a cut and an added byte', () => {
    const sealed = seal.seal(place, 'Ada Lovelace')
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const changed = Buffer.from(sealed)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => seal.open(place, changed)).toThrow(SealError)
    }
    for (let length = 0; length < sealed.length; length++)
      expect(() => seal.open(place, sealed.subarray(0, length))).toThrow(SealError)
    expect(() => seal.open(place, Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow(SealError)
  })

  it('refuses another key, and hashes differently with it', () => {
    const other = createSeal(Buffer.alloc(32, 8))
    expect(() => other.open(place, seal.seal(place, 'Ada'))).toThrow(SealError)
    expect(other.mac('Ada').equals(seal.mac('Ada'))).toBe(false)
    expect(seal.mac('Ada').equals(seal.mac('Ada'))).toBe(true)
  })
})
