import { describe, expect, it } from 'vitest'
import { wattsStrogatz } from '../../../src-main/engine/networks/watts-strogatz.ts'

const edges = ({ sources }: ReturnType<typeof wattsStrogatz>) => sources.reduce((sum, { length }) => sum + length, 0)

describe('a graph of Watts and Strogatz', () => {
  it('is a ring with its nearest neighbours where no edge is moved', () => {
    const { sources, ends } = wattsStrogatz(6, 4, 0, 1)
    expect(sources).toEqual([[], [0], [0, 1], [1, 2], [0, 2, 3], [0, 1, 3, 4]])
    expect(ends).toEqual([5])
  })

  it('has as many edges however many are moved, none twice, and none backwards', () => {
    for (let seed = 0; seed < 20; seed++) {
      const graph = wattsStrogatz(8, 4, 0.75, seed)
      expect(edges(graph)).toBe(16)
      graph.sources.forEach((from, node) => {
        expect(new Set(from).size).toBe(from.length)
        expect(from.every((source) => source < node)).toBe(true)
      })
    }
  })

  it('is the same for the same seed, and another for another', () => {
    expect(wattsStrogatz(8, 4, 0.75, 3)).toEqual(wattsStrogatz(8, 4, 0.75, 3))
    expect(wattsStrogatz(8, 4, 0.75, 3)).not.toEqual(wattsStrogatz(8, 4, 0.75, 4))
  })
})
