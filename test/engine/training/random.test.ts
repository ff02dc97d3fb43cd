import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src-main/engine/training/random.ts'

describe('the seeded stream', () => {
  it('goes on from a saved state, through JSON, as if it had never stopped', () => {
    const random = createRandom(7)
    for (let i = 0; i < 100; i++) random.next()
    const saved = JSON.parse(JSON.stringify(random.state())) as ReturnType<typeof random.state>
    const rest = [random.normal(), random.integer(10), ...random.permutation(50), random.next()]
    const again = createRandom(0, saved)
    expect([again.normal(), again.integer(10), ...again.permutation(50), again.next()]).toEqual(rest)
  })

  it('gives the same numbers for a seed on every machine', () => {
    const random = createRandom(1)
    expect([random.next(), random.next(), random.next()].map((x) => Math.round(x * 1e9))).toEqual([
      568605996, 753928849, 889393937,
    ])
  })

  it('differs between neighbouring seeds, negative ones and those above 32 bits', () => {
    const firsts = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1].map((seed) => createRandom(seed).next())
    expect(new Set(firsts).size).toBe(firsts.length)
  })

  it('draws each of six numbers about equally often', () => {
    const random = createRandom(3)
    const counts = new Array<number>(6).fill(0)
    for (let i = 0; i < 60_000; i++) counts[random.integer(6)]!++
    // χ² of five degrees of freedom is below 20.5 in 999 of 1,000 streams.
    const chi = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(chi).toBeLessThan(20.5)
  })

  it('draws normal numbers of mean 0 and variance 1', () => {
    const random = createRandom(4)
    const drawn = Array.from({ length: 50_000 }, () => random.normal())
    const mean = drawn.reduce((sum, x) => sum + x, 0) / drawn.length
    const variance = drawn.reduce((sum, x) => sum + x * x, 0) / drawn.length
    expect(Math.abs(mean)).toBeLessThan(0.02)
    expect(Math.abs(variance - 1)).toBeLessThan(0.03)
    expect(drawn.every(Number.isFinite)).toBe(true)
  })

  it('permutes: each number once, another order each time', () => {
    const random = createRandom(5)
    const [first, second] = [random.permutation(100), random.permutation(100)]
    expect([...first].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i))
    expect([...first]).not.toEqual([...second])
  })
})
