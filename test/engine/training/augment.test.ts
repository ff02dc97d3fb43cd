import { describe, expect, it } from 'vitest'
import { batch, type Augmentation, type Pictures } from '../../../src-main/engine/training/augment.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { farthest } from './fixture.ts'

const random = createRandom(1)
const bytes = (count: number) => Uint8Array.from({ length: count }, () => random.integer(256))
const grey: Pictures = { values: bytes(3 * 12 * 9), height: 12, width: 9, channels: 1 }
const colour: Pictures = { values: bytes(2 * 8 * 8 * 3), height: 8, width: 8, channels: 3 }

/** A draw that is always the bound. */
const extreme = { ...createRandom(1), next: () => 1 - 2 ** -32 }

function changed(pictures: Pictures, augmentation: Augmentation): Float32Array {
  return batch(pictures, [0], augmentation, extreme)
}

describe('a batch', () => {
  it('without augmentation is (value − 128)/128 of the asked pictures, in their order', () => {
    const size = 12 * 9
    const expected = [...grey.values.subarray(2 * size), ...grey.values.subarray(0, size)].map((v) => (v - 128) / 128)
    expect(farthest(batch(grey, [2, 0]), expected)).toBe(0)
  })

  it('names a picture that is not there', () => {
    expect(() => batch(grey, [3])).toThrow('There is no picture 3 among 3.')
  })

  it('moved by whole pixels is the picture moved, with the fill outside', () => {
    const moved = changed(colour, { shift: 2, fill: 128 })
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++)
        for (let c = 0; c < 3; c++) {
          const from = x + 2 < 8 && y + 2 < 8 ? colour.values[((y + 2) * 8 + x + 2) * 3 + c]! : 128
          expect(moved[(y * 8 + x) * 3 + c]).toBeCloseTo((from - 128) / 128, 4)
        }
  })

  it('turned by a quarter is the picture turned', () => {
    const turned = changed(colour, { rotation: Math.PI / 2 })
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++)
        expect(turned[(y * 8 + x) * 3]).toBeCloseTo((colour.values[(x * 8 + 7 - y) * 3]! - 128) / 128, 4)
  })

  it('mirrors about half of the pictures and leaves the others alone', () => {
    const draws = createRandom(2)
    let mirrored = 0
    for (let i = 0; i < 400; i++) {
      const seen = batch(grey, [0], { mirror: true }, draws)
      if (Math.abs(seen[0]! - (grey.values[8]! - 128) / 128) < 1e-4) mirrored++
      else expect(seen[0]).toBeCloseTo((grey.values[0]! - 128) / 128, 4)
    }
    expect(mirrored).toBeGreaterThan(150)
    expect(mirrored).toBeLessThan(250)
  })

  it('takes the nearest pixel beyond the edge when asked', () => {
    const uniform: Pictures = { values: new Uint8Array(64).fill(200), height: 8, width: 8, channels: 1 }
    const all = { rotation: 0.4, scale: 0.3, shear: 0.3, shift: 3, elastic: { spacing: 3, strength: 2 } }
    const seen = batch(uniform, [0, 0, 0], { ...all, fill: 'edge' }, createRandom(5))
    expect(seen.every((value) => Math.abs(value - 72 / 128) < 1e-6)).toBe(true)
    expect(batch(uniform, [0], all, createRandom(5)).some((value) => value < 0)).toBe(true)
  })

  it('moves points elastically by the stated standard deviation', () => {
    const side = 64
    // Brightness rises by 2 a column, so that a change of brightness is a movement across.
    const values = Uint8Array.from({ length: side * side }, (_, i) => 64 + 2 * (i % side))
    const ramp: Pictures = { values, height: side, width: side, channels: 1 }
    const draws = createRandom(6)
    let [sum, count] = [0, 0]
    for (let i = 0; i < 20; i++) {
      const seen = batch(ramp, [0], { elastic: { spacing: 4, strength: 1.5 }, fill: 'edge' }, draws)
      for (let y = 0; y < side; y++)
        for (let x = 10; x < side - 10; x++) {
          sum += ((seen[y * side + x]! * 128 + 128 - values[y * side + x]!) / 2) ** 2
          count++
        }
    }
    expect(Math.sqrt(sum / count)).toBeCloseTo(1.5, 1)
  })

  it('is the same for the same state of the stream', () => {
    const options = { rotation: 0.2, scale: 0.1, shear: 0.1, shift: 1, elastic: { spacing: 3, strength: 1 } }
    const stream = createRandom(9)
    const state = stream.state()
    const first = batch(grey, [0, 1, 2], options, stream)
    expect(farthest(batch(grey, [0, 1, 2], options, createRandom(0, state)), first)).toBe(0)
    expect(farthest(batch(grey, [0, 1, 2], options, stream), first)).toBeGreaterThan(0.01)
  })
})
