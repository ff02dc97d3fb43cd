import type { Matrix } from './matrix.ts'
import { nearest } from './neighbours.ts'

/** A symmetric sparse matrix: row i holds `column` and `value` from start[i] to start[i + 1]. */
export interface Graph {
  readonly size: number
  readonly start: Int32Array
  readonly column: Int32Array
  readonly value: Float64Array
}

/**
 * The graph that labels run along: every row with its k nearest, cosine³, made symmetric and normalised,
 *
 *   W_ij = (w_ij + w_ji)/2,   S = D^−½ W D^−½
 *
 * No edge joins two references: they are of different things, or known to be of the same.
 * Zhou et al., "Learning with local and global consistency", 2004.
 * @param rows unit rows, the references last
 * @param references how many of the last rows are references
 */
export function neighbourGraph(rows: Matrix, references: number, k = 5): Graph {
  const size = rows.rows
  const firstReference = size - references
  const found = nearest(rows, rows, k, (i, j) => i !== j && (i < firstReference || j < firstReference))
  const edges: Map<number, number>[] = Array.from({ length: size }, () => new Map())
  const add = (i: number, j: number, weight: number) => edges[i]!.set(j, (edges[i]!.get(j) ?? 0) + weight / 2)
  found.index.forEach((j, at) => {
    const cosine = found.cosine[at]!
    if (j < 0 || cosine <= 0) return
    const i = Math.floor(at / k)
    add(i, j, cosine ** 3)
    add(j, i, cosine ** 3)
  })
  const degree = edges.map((row) => [...row.values()].reduce((sum, weight) => sum + weight, 0))
  const start = new Int32Array(size + 1)
  edges.forEach((row, i) => (start[i + 1] = start[i]! + row.size))
  const column = new Int32Array(start[size]!)
  const value = new Float64Array(start[size]!)
  edges.forEach((row, i) => {
    let at = start[i]!
    for (const [j, weight] of row) {
      column[at] = j
      value[at++] = weight / Math.sqrt((degree[i]! + TINY) * (degree[j]! + TINY))
    }
  })
  return { size, start, column, value }
}

/** Keeps a row without neighbours from dividing by nothing. */
const TINY = 1e-8
