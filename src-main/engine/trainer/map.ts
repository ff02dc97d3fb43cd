import { UMAP } from 'umap-js'
import type { RunMap } from '../../contract/types.ts'
import { createRandom, type Random } from '../training/random.ts'
import type { Rows } from './tables.ts'

/** Points that UMAP lays out itself; the others are put among their nearest of these. */
const FITTED = 1500
const NEIGHBOURS = 15
/** Principal components that distances of the map are taken in; more than are shown, so that the first two are found well. */
const COMPONENTS = { umap: 20, pca: 4 }
/** Points that the components are found from. */
const SAMPLED = 2000
const ROUNDS = 12
/** A point that is not laid out lies between so many that are. */
const BETWEEN = 4

export type Layout = Pick<RunMap, 'by' | 'xy'>

/**
 * N embeddings as N points in −1…1: the two values themselves of a 2-D embedding, else the first two principal components,
 * or with `umap` a layout by neighbourhood (McInnes et al., 2018) of the first twenty.
 * @param first so many rows are laid out in any case: the references
 */
export function layout(embeddings: Rows, first: number, seed: number, umap: boolean): Layout {
  const { rows, columns } = embeddings
  if (columns === 2) return { by: 'layer', xy: scaled(embeddings.values.slice()) }
  const random = createRandom(seed)
  const components = principal(
    embeddings,
    Math.min(umap ? COMPONENTS.umap : COMPONENTS.pca, columns, Math.max(2, rows - 1)),
    random,
  )
  if (!umap || rows <= NEIGHBOURS + 1) return { by: 'pca', xy: scaled(firstTwo(components)) }
  return { by: 'umap', xy: scaled(byNeighbours(components, first, random)) }
}

/** Scores of the first k principal components by subspace iteration on a sample. */
function principal({ rows, columns, values }: Rows, k: number, random: Random): Rows {
  const sample = random.permutation(rows).slice(0, SAMPLED)
  const mean = new Float64Array(columns)
  for (const row of sample) for (let d = 0; d < columns; d++) mean[d]! += values[row * columns + d]! / sample.length
  let basis: Float64Array[] = Array.from({ length: k }, () =>
    Float64Array.from({ length: columns }, () => random.normal()),
  )
  for (let round = 0; round < ROUNDS; round++) {
    const next = basis.map(() => new Float64Array(columns))
    for (const row of sample)
      basis.forEach((vector, j) => {
        const score = scoreOf(values, row, columns, mean, vector)
        const into = next[j]!
        for (let d = 0; d < columns; d++) into[d]! += score * (values[row * columns + d]! - mean[d]!)
      })
    basis = orthonormal(next)
  }
  const out = new Float32Array(rows * k)
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < k; j++) out[row * k + j] = scoreOf(values, row, columns, mean, basis[j]!)
  return { rows, columns: k, values: out }
}

function scoreOf(values: Float32Array, row: number, columns: number, mean: Float64Array, vector: Float64Array): number {
  let sum = 0
  for (let d = 0, at = row * columns; d < columns; d++, at++) sum += (values[at]! - mean[d]!) * vector[d]!
  return sum
}

/** Gram–Schmidt; a direction that vanishes stays zero. */
function orthonormal(vectors: Float64Array[]): Float64Array[] {
  vectors.forEach((vector, j) => {
    for (const before of vectors.slice(0, j)) {
      let dot = 0
      for (let d = 0; d < vector.length; d++) dot += vector[d]! * before[d]!
      for (let d = 0; d < vector.length; d++) vector[d]! -= dot * before[d]!
    }
    const length = Math.hypot(...vector)
    for (let d = 0; d < vector.length; d++) vector[d] = length > 1e-12 ? vector[d]! / length : 0
  })
  return vectors
}

const rowOf = ({ columns, values }: Rows, row: number) => values.subarray(row * columns, (row + 1) * columns)

function firstTwo({ rows, columns, values }: Rows): Float32Array {
  const xy = new Float32Array(2 * rows)
  for (let row = 0; row < rows; row++) for (let d = 0; d < 2; d++) xy[2 * row + d] = values[row * columns + d]!
  return xy
}

function byNeighbours(points: Rows, first: number, random: Random): Float32Array {
  const rest = random.permutation(Math.max(0, points.rows - first)).map((row) => row + first)
  const fitted = [
    ...Array.from({ length: Math.min(first, FITTED, points.rows) }, (_, row) => row),
    ...rest.slice(0, Math.max(0, FITTED - first)),
  ]
  const umap = new UMAP({ nComponents: 2, nNeighbors: NEIGHBOURS, random: () => random.next() })
  const placed = umap.fit(fitted.map((row) => [...rowOf(points, row)]))
  const xy = new Float32Array(2 * points.rows)
  const done = new Set(fitted)
  fitted.forEach((row, i) => xy.set(placed[i]!, 2 * row))
  for (let row = 0; row < points.rows; row++) if (!done.has(row)) xy.set(between(points, row, fitted, xy), 2 * row)
  return xy
}

/** The mean of its nearest laid-out points, nearer ones weighing more. */
function between(points: Rows, row: number, fitted: readonly number[], xy: Float32Array): [number, number] {
  const own = rowOf(points, row)
  const best = new Int32Array(BETWEEN).fill(-1)
  const far = new Float64Array(BETWEEN).fill(Infinity)
  for (const other of fitted) {
    let sum = 0
    for (let d = 0, at = other * points.columns; d < points.columns; d++, at++) {
      sum += (own[d]! - points.values[at]!) ** 2
      if (sum >= far[BETWEEN - 1]!) break
    }
    if (sum >= far[BETWEEN - 1]!) continue
    let at = BETWEEN - 1
    for (; at > 0 && sum < far[at - 1]!; at--) {
      far[at] = far[at - 1]!
      best[at] = best[at - 1]!
    }
    far[at] = sum
    best[at] = other
  }
  const at: [number, number] = [0, 0]
  let all = 0
  best.forEach((other, i) => {
    if (other < 0) return
    const weight = 1 / (Math.sqrt(far[i]!) + 1e-6)
    all += weight
    for (let d = 0; d < 2; d++) at[d]! += weight * xy[2 * other + d]!
  })
  return [at[0] / all, at[1] / all]
}

/** Into −1…1, both axes by the same factor. */
function scaled(xy: Float32Array): Float32Array {
  const low = [Infinity, Infinity]
  const high = [-Infinity, -Infinity]
  xy.forEach((value, i) => {
    low[i % 2] = Math.min(low[i % 2]!, value)
    high[i % 2] = Math.max(high[i % 2]!, value)
  })
  const size = Math.max(high[0]! - low[0]!, high[1]! - low[1]!) / 2 || 1
  return xy.map((value, i) => (value - (low[i % 2]! + high[i % 2]!) / 2) / size)
}
