import { describe, expect, it } from 'vitest'
import { rateAt, type Schedule } from '../../../src-main/engine/training/schedules.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { createShuffle } from '../../../src-main/engine/training/shuffle.ts'

const rates = (schedule: Schedule, steps: number) =>
  Array.from({ length: steps }, (_, step) => rateAt(schedule, step, steps))

describe('a schedule', () => {
  it('in steps divides by ten every so many', () => {
    expect(rates({ kind: 'step', every: 2 }, 6).map((rate) => rate.toFixed(3))).toEqual([
      '1.000',
      '1.000',
      '0.100',
      '0.100',
      '0.010',
      '0.010',
    ])
    expect(rateAt({ kind: 'step', every: 2, factor: 0.5 }, 5, 6)).toBe(0.25)
  })

  it('by cosine falls from 1 to nearly nothing, half at the middle', () => {
    const cosine = rates({ kind: 'cosine' }, 100)
    expect(cosine[0]).toBe(1)
    expect(cosine[50]).toBeCloseTo(0.5, 10)
    expect(cosine[99]).toBeLessThan(0.001)
    expect(cosine.every((rate, i) => i === 0 || rate < cosine[i - 1]!)).toBe(true)
    expect(rateAt({ kind: 'cosine', from: 50 }, 49, 100)).toBe(1)
    expect(rateAt({ kind: 'cosine', from: 50 }, 75, 100)).toBeCloseTo(0.5, 10)
  })

  it('warms up in a straight line', () => {
    expect(rates({ kind: 'constant', warmUp: 4 }, 6)).toEqual([0.25, 0.5, 0.75, 1, 1, 1])
  })
})

describe('a shuffle', () => {
  it('gives out everything once, then again in another order', () => {
    const shuffle = createShuffle(10, createRandom(1))
    const rounds = [shuffle.take(10), shuffle.take(10)].map((round) => [...round])
    for (const round of rounds) expect([...round].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(rounds[0]).not.toEqual(rounds[1])
  })

  it('goes on from its state in the middle of a round, and into the next', () => {
    const random = createRandom(1)
    const shuffle = createShuffle(10, random)
    shuffle.take(13)
    const [state, stream] = [shuffle.state(), random.state()]
    const rest = [...shuffle.take(25)]
    const other = createRandom(0, stream)
    expect([...createShuffle(10, other, JSON.parse(JSON.stringify(state)) as typeof state).take(25)]).toEqual(rest)
  })
})
