import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { questionsOf, rates } from '../../bench/analogies.ts'
import { drawAnalogies } from '../../bench/analogy-drawings.ts'

const grid = (shapes: number, values: number) =>
  Array.from({ length: shapes * values }, (_, i) => ({
    shape: `shape ${Math.floor(i / values)}`,
    value: `value ${i % values}`,
  }))

const unit = (vector: readonly number[]) => Float32Array.from(vector, (value) => value / Math.hypot(...vector))

describe('analogies with known answers', () => {
  it('are asked of every two shapes and every two values, both ways round', () => {
    const drawings = grid(4, 3)
    const questions = questionsOf(drawings)
    expect(questions).toHaveLength(4 * 3 * 3 * 2)
    expect(new Set(questions.map((question) => JSON.stringify(question))).size).toBe(questions.length)
    for (const { a, b, c, answer } of questions) {
      expect([drawings[a]!.shape, drawings[c]!.shape]).toEqual([drawings[b]!.shape, drawings[answer]!.shape])
      expect([drawings[a]!.value, drawings[b]!.value]).toEqual([drawings[c]!.value, drawings[answer]!.value])
      expect(new Set([a, b, c, answer]).size).toBe(4)
    }
  })

  it('are all answered where an embedding is the sum of both properties, and by C alone as its neighbours have it', () => {
    const drawings = grid(5, 4)
    // Each shape and each value has a direction of its own; values differ less than shapes do.
    const vectors = drawings.map((_, i) =>
      unit(Array.from({ length: 9 }, (_, d) => (d === Math.floor(i / 4) ? 1 : d === 5 + (i % 4) ? 0.5 : 0))),
    )
    const questions = questionsOf(drawings)
    expect(rates(vectors, questions, 'C + B − A')).toEqual({ first: 1, five: 1 })
    // Three other values of C's shape are equally near, and come in the order of their names.
    const alone = rates(vectors, questions, 'C alone')
    expect(alone.first).toBeCloseTo(1 / 3, 9)
    expect(alone.five).toBe(1)
  })

  it('are drawn the same for a seed and otherwise for another', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'semblance-drawings-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const drawn = await Promise.all([3, 3, 4].map((seed, i) => drawAnalogies(join(folder, String(i)), 'size', seed)))
    expect(drawn[0]).toHaveLength(8 * 3)
    const pixels = await Promise.all(drawn.map(([one]) => sharp(one!.path).raw().toBuffer()))
    expect(pixels[0]!.equals(pixels[1]!)).toBe(true)
    expect(pixels[0]!.equals(pixels[2]!)).toBe(false)
    const ink = (path: string) =>
      sharp(path)
        .greyscale()
        .raw()
        .toBuffer()
        .then((grey) => grey.filter((value) => value < 160).length)
    const [small, medium, large] = await Promise.all(drawn[0]!.slice(0, 3).map(({ path }) => ink(path)))
    expect(small!).toBeGreaterThan(100)
    expect(medium!).toBeGreaterThan(2 * small!)
    expect(large!).toBeGreaterThan(2 * medium!)
  })
})
