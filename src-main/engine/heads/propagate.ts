import type { Graph } from './graph.ts'
import { neighbourGraph } from './graph.ts'
import { matrix, row, stack, unitRows, type Matrix } from './matrix.ts'

export interface Propagated {
  /** N × c, rows that sum to 1 (or are 0 where no label arrives). */
  readonly labels: Matrix
  /** N: how much of all labels arrives, before classes are made to weigh the same. Small for what is none of them. */
  readonly mass: Float32Array
}

/** A photo and a class. */
export interface Link {
  readonly photo: number
  readonly label: number
}

/** What is known of some photos, from answers. */
export interface Known {
  /** Photos that are not of a class. */
  readonly cannotLink?: readonly Link[]
  /** Photos that are of a class: at most one of each. They are labelled as references are. */
  readonly mustLink?: readonly Link[]
}

const ALPHA = 0.9
/** Columns solved together: their vectors stay in the processor's cache. */
const TOGETHER = 16
const ACCURACY = 1e-6
const MOST_ROUNDS = 200

/**
 * Label propagation: F = (I − α·S)⁻¹·Y over the graph of photos and references, negative values set to 0, then columns
 * (each class gives the same) and rows (each photo takes the same) normalised.
 * Zhou et al., "Learning with local and global consistency", 2004; class mass normalisation: Zhu, Ghahramani & Lafferty, 2003.
 * @param photos N × D, unit rows
 * @param references R × D, unit rows
 * @param labels R, class of each reference
 */
export function propagate(
  photos: Matrix,
  references: Matrix,
  labels: ArrayLike<number>,
  classes: number,
  { k = 5, cannotLink = [], mustLink = [] }: Known & { k?: number } = {},
): Propagated {
  const graph = neighbourGraph(stack(photos, references), references.rows, k)
  const found = matrix(photos.rows, classes)
  const size = graph.size
  const totals = new Float64Array(classes)
  for (let from = 0; from < classes; from += TOGETHER) {
    const count = Math.min(TOGETHER, classes - from)
    const y = new Float64Array(size * count)
    for (let r = 0; r < references.rows; r++) {
      const label = labels[r]! - from
      if (label >= 0 && label < count) y[(photos.rows + r) * count + label] = 1
    }
    for (const { photo, label } of mustLink)
      if (label >= from && label < from + count) y[photo * count + label - from] = 1
    const f = solved(graph, y, count)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < count; j++) {
        const value = Math.max(0, f[i * count + j]!)
        totals[from + j]! += value
        if (i < photos.rows) found.values[i * classes + from + j] = value
      }
  }
  for (const { photo, label } of cannotLink) found.values[photo * classes + label] = 0
  const mass = new Float32Array(photos.rows)
  for (let i = 0; i < photos.rows; i++) {
    const own = row(found, i)
    mass[i] = own.reduce((sum, value) => sum + value, 0)
    own.forEach((value, j) => (own[j] = totals[j]! > 0 ? value / totals[j]! : 0))
    const sum = own.reduce((total, value) => total + value, 0)
    if (sum > 0) own.forEach((value, j) => (own[j] = value / sum))
  }
  fix(found, mustLink)
  return { labels: found, mass }
}

/** Rows of what is confirmed: all of it is of that class. */
export function fix(labels: Matrix, mustLink: readonly Link[]): void {
  for (const { photo, label } of mustLink) row(labels, photo).fill(0)[label] = 1
}

/**
 * X with (I − α·S)·X = Y by conjugate gradients, every column for itself (Hestenes & Stiefel, 1952). S has eigenvalues in
 * −1…1, so the condition is at most (1 + α)/(1 − α) and a few dozen rounds do, however many photos there are.
 */
export function solved(graph: Graph, y: Float64Array, columns: number, alpha = ALPHA): Float64Array {
  const x = new Float64Array(y.length)
  const r = y.slice()
  const p = y.slice()
  const ap = new Float64Array(y.length)
  const rr = dots(r, r, columns)
  const first = rr.slice()
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (rr.every((value, j) => value <= ACCURACY ** 2 * first[j]!)) break
    apply(graph, p, ap, columns, alpha)
    const pap = dots(p, ap, columns)
    const step = rr.map((value, j) => (pap[j]! > 0 ? value / pap[j]! : 0))
    for (let at = 0; at < x.length; at += columns)
      for (let j = 0; j < columns; j++) {
        x[at + j]! += step[j]! * p[at + j]!
        r[at + j]! -= step[j]! * ap[at + j]!
      }
    const next = dots(r, r, columns)
    for (let at = 0; at < x.length; at += columns)
      for (let j = 0; j < columns; j++) p[at + j] = r[at + j]! + (rr[j]! > 0 ? next[j]! / rr[j]! : 0) * p[at + j]!
    rr.set(next)
  }
  return x
}

function apply(
  { size, start, column, value }: Graph,
  x: Float64Array,
  out: Float64Array,
  columns: number,
  alpha: number,
): void {
  for (let i = 0; i < size; i++) {
    const to = i * columns
    for (let j = 0; j < columns; j++) out[to + j] = x[to + j]!
    for (let at = start[i]!; at < start[i + 1]!; at++) {
      const weight = alpha * value[at]!
      const from = column[at]! * columns
      for (let j = 0; j < columns; j++) out[to + j]! -= weight * x[from + j]!
    }
  }
}

function dots(a: Float64Array, b: Float64Array, columns: number): Float64Array {
  const sums = new Float64Array(columns)
  for (let at = 0; at < a.length; at += columns) for (let j = 0; j < columns; j++) sums[j]! += a[at + j]! * b[at + j]!
  return sums
}

/**
 * What stands for each class: L2(reference + Σ_n p_n·z_n), the reference being the unit mean of the class's references.
 * @param weights N: how much each photo counts, 0…1
 * @returns c × D, unit rows
 */
export function prototypes(photos: Matrix, centres: Matrix, labels: Matrix, weights?: Float32Array): Matrix {
  const sums = matrix(centres.rows, centres.columns, centres.values.slice())
  for (let i = 0; i < photos.rows; i++) {
    const photo = row(photos, i)
    const weight = weights?.[i] ?? 1
    if (weight === 0) continue
    row(labels, i).forEach((share, label) => {
      if (share < NOTHING) return
      const sum = row(sums, label)
      for (let j = 0; j < sum.length; j++) sum[j]! += weight * share * photo[j]!
    })
  }
  return unitRows(sums)
}

/** Shares below this change no digit of a sum in float32, and most shares are below it. */
const NOTHING = 1e-7

/** The unit mean of each class's references. @returns c × D */
export function classCentres(references: Matrix, labels: ArrayLike<number>, classes: number): Matrix {
  const sums = matrix(classes, references.columns)
  for (let r = 0; r < references.rows; r++) {
    const sum = row(sums, labels[r]!)
    row(references, r).forEach((value, j) => (sum[j]! += value))
  }
  return unitRows(sums)
}
