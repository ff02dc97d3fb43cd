import { describe, expect, it } from 'vitest'
import { drawLabelled, parseIdx } from '../../bench/mnist.ts'

/** Two pictures of 2 × 3. */
const idx = () =>
  Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])

describe('an idx file', () => {
  it('says its shape and gives its bytes, wherever they lie in memory', () => {
    const within = new Uint8Array(100)
    within.set(idx(), 7)
    for (const bytes of [idx(), within.subarray(7, 7 + idx().length)]) {
      const { shape, values } = parseIdx(bytes)
      expect(shape).toEqual([2, 2, 3])
      expect([...values]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    }
  })

  it('is refused when it ends early, holds more than it says, or holds other values than bytes', () => {
    expect(() => parseIdx(idx().subarray(0, 20))).toThrow('2 × 2 × 3')
    expect(() => parseIdx(Uint8Array.from([...idx(), 0]))).toThrow('2 × 2 × 3')
    expect(() => parseIdx(idx().subarray(0, 9))).toThrow('header')
    expect(() => parseIdx(idx().with(2, 13))).toThrow('no idx file')
    expect(() => parseIdx(new Uint8Array())).toThrow('no idx file')
  })
})

describe('the labelled digits of a draw', () => {
  const labels = Array.from({ length: 1000 }, (_, i) => (i * 7) % 10)

  it('are as many of each class, each once, and of that class', () => {
    const places = drawLabelled(labels, 10, 0)
    expect(places.map((own) => own.length)).toEqual(Array.from({ length: 10 }, () => 10))
    expect(new Set(places.flat()).size).toBe(100)
    places.forEach((own, label) => own.forEach((place) => expect(labels[place]).toBe(label)))
  })

  it('are the same for the same seed and others for another', () => {
    expect(drawLabelled(labels, 10, 3)).toEqual(drawLabelled(labels, 10, 3))
    expect(drawLabelled(labels, 10, 3)).not.toEqual(drawLabelled(labels, 10, 4))
  })
})
