import { describe, expect, it } from 'vitest'
import { drawPairs } from '../../bench/omniglot-batches.ts'
import { judgeEpisodes, nearest } from '../../bench/omniglot-one-shot.ts'
import { createRandom } from '../../src-main/engine/training/random.ts'

const DRAWERS = 20
/** Six alphabets of 25 characters; glyph 500·a + 20·c + d is the drawing of drawer d. */
const alphabets = Array.from({ length: 6 }, (_, a) => ({
  name: `alphabet ${a}`,
  characters: Array.from({ length: 25 }, (_, c) =>
    Array.from({ length: DRAWERS }, (_, d) => 500 * a + DRAWERS * c + d),
  ),
}))
const characterOf = (glyph: number) => Math.floor(glyph / DRAWERS)

describe('a batch of characters', () => {
  it('holds two drawings by two people of each character, and each character once', () => {
    const random = createRandom(2)
    for (let i = 0; i < 50; i++) {
      const pairs = drawPairs(alphabets, 64, random)
      expect(pairs.length).toBe(64)
      expect(new Set(pairs.map(({ reference }) => characterOf(reference))).size).toBe(64)
      for (const { reference, query } of pairs) {
        expect(characterOf(query)).toBe(characterOf(reference))
        expect(query).not.toBe(reference)
      }
    }
  })

  it('comes alphabet by alphabet most of the time, each under one symmetry', () => {
    const random = createRandom(4)
    const batches = Array.from({ length: 100 }, () => drawPairs(alphabets, 64, random))
    const few = batches.filter((pairs) => new Set(pairs.map(({ reference }) => Math.floor(reference / 500))).size === 4)
    expect(few.length).toBeGreaterThan(50)
    expect(few.length).toBeLessThan(90)
    for (const pairs of few) {
      const kinds = new Set(pairs.map(({ reference, symmetry }) => `${Math.floor(reference / 500)} ${symmetry}`))
      expect(kinds.size).toBe(4)
    }
  })
})

describe('one-shot recognition', () => {
  it('takes the reference that is most similar', () => {
    const references = [Float32Array.of(1, 0), Float32Array.of(0, 1), Float32Array.of(-1, 0)]
    expect(nearest(Float32Array.of(0.6, 0.8), references)).toBe(1)
    expect(nearest(Float32Array.of(0.8, 0.6), references)).toBe(0)
  })

  it('is always right where drawings of a character are alike, and at chance where they tell nothing', () => {
    const random = createRandom(9)
    const axis = (c: number) => Float32Array.from({ length: 30 }, (_, k) => Number(k === c))
    const alike = Array.from({ length: 30 }, (_, c) => Array.from({ length: DRAWERS }, () => axis(c)))
    expect(judgeEpisodes(alike, 20, 50, random).every((share) => share === 1)).toBe(true)
    const noise = alike.map((drawings) => drawings.map(() => Float32Array.from({ length: 30 }, () => random.normal())))
    const shares = judgeEpisodes(noise, 20, 300, random)
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) / 300 - 1 / 20)).toBeLessThan(0.015)
  })
})
