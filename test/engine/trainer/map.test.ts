import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { layout } from '../../../src-main/engine/trainer/map.ts'

/** Rows about `centres` directions, one after the other. */
function clusters(rows: number, columns: number, centres: number) {
  const random = createRandom(1)
  const middle = Array.from({ length: centres }, () => Float32Array.from({ length: columns }, () => random.normal()))
  const values = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let d = 0; d < columns; d++) values[row * columns + d] = middle[row % centres]![d]! + 0.1 * random.normal()
  return { rows, columns, values }
}

/** Mean distance within the own cluster over that to the others. */
function tightness(xy: Float32Array, centres: number): number {
  let [own, other, owns, others] = [0, 0, 0, 0]
  for (let a = 0; a < xy.length / 2; a += 3)
    for (let b = a + 1; b < xy.length / 2; b += 7) {
      const apart = Math.hypot(xy[2 * a]! - xy[2 * b]!, xy[2 * a + 1]! - xy[2 * b + 1]!)
      if (a % centres === b % centres) [own, owns] = [own + apart, owns + 1]
      else [other, others] = [other + apart, others + 1]
    }
  return own / owns / (other / others)
}

describe('the map', () => {
  it('shows a plane as it is, keeping its proportions', () => {
    const { by, xy } = layout({ rows: 3, columns: 2, values: Float32Array.from([0, 0, 4, 0, 0, 2]) }, 1, 1, true)
    expect(by).toBe('layer')
    expect([...xy]).toEqual([-1, -0.5, 1, -0.5, -1, 0.5])
  })

  it.each([
    ['principal components', false, 400, 0.6],
    ['neighbourhoods', true, 400, 0.35],
    ['neighbourhoods, most points put between those laid out', true, 3000, 0.35],
  ] as const)('keeps what belongs together together by %s, in −1…1, the same each time', (_, umap, rows, most) => {
    const table = clusters(rows, 32, 4)
    const { by, xy } = layout(table, 4, 1, umap)
    expect(by).toBe(umap ? 'umap' : 'pca')
    expect(xy).toHaveLength(2 * rows)
    expect(xy.every((value) => value >= -1.0001 && value <= 1.0001)).toBe(true)
    expect(tightness(xy, 4)).toBeLessThan(most)
    expect(layout(table, 4, 1, umap).xy).toEqual(xy)
  })

  it('has a place for every point when all are alike', () => {
    const { xy } = layout({ rows: 40, columns: 8, values: new Float32Array(320).fill(0.3) }, 2, 1, true)
    expect(xy.every(Number.isFinite)).toBe(true)
  })
})
