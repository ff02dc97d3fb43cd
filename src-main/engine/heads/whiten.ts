import { createRandom } from '../training/random.ts'
import { choleskyOf, inverseOfLower } from './cholesky.ts'
import { gram, matrix, multiply, row, type Matrix } from './matrix.ts'

/** What of the mean variance is added to every direction, so that none that views never change counts without bound. */
const RIDGE = 0.1
/** Rounds of orthogonal iteration: what is lost beside the exact subspace is less than a thousandth of its energy. */
const ROUNDS = 12
const BLOCK_ROWS = 4096
/** Of the mean squared length: less is what float32 leaves of nothing. */
const LEAST_LENGTH = 1e-6

/**
 * The mean scatter of a photo and its views about their common mean: the directions in which a thing changes when only the
 * look at it does.
 *
 *   C = 1/(N·(V + 1)) Σ_n Σ_v (z_nv − z̄_n)(z_nv − z̄_n)ᵀ
 *
 * @param photos N × F
 * @param views N·V × F, the views of a photo one after the other
 * @returns F × F
 */
export function viewScatter(photos: Matrix, views: Matrix): Matrix {
  const each = photos.rows === 0 ? 0 : views.rows / photos.rows
  if (!Number.isInteger(each) || each === 0) throw new Error(`${views.rows} views of ${photos.rows} photos`)
  const { columns } = photos
  const scatter = new Float64Array(columns * columns)
  const atOnce = Math.max(1, Math.floor(BLOCK_ROWS / (each + 1)))
  for (let at = 0; at < photos.rows; at += atOnce) {
    const count = Math.min(atOnce, photos.rows - at)
    const differences = matrix(count * (each + 1), columns)
    for (let n = 0; n < count; n++) {
      const members = [row(photos, at + n), ...Array.from({ length: each }, (_, v) => row(views, (at + n) * each + v))]
      for (let j = 0; j < columns; j++) {
        const mean = members.reduce((sum, member) => sum + member[j]!, 0) / members.length
        members.forEach((member, v) => (differences.values[(n * (each + 1) + v) * columns + j] = member[j]! - mean))
      }
    }
    gram(differences).values.forEach((value, i) => (scatter[i]! += value))
  }
  return matrix(
    columns,
    columns,
    Float32Array.from(scatter, (value) => value / (photos.rows * (each + 1))),
  )
}

/**
 * View-scatter whitening in closed form. With M = C/ē + 0.1·I, ē the mean eigenvalue of C, the metric is M⁻¹. Every W with
 * W·Wᵀ = M⁻¹ gives the same lengths and angles, so the Cholesky factor serves (M = L·Lᵀ, W = L⁻ᵀ) and no eigenvector of a
 * large matrix is needed. Then the space that holds most of the photos: W·Q with Q from orthogonal iteration (Golub & Van
 * Loan, Matrix Computations, 8.2.4); any basis of it gives the same angles too.
 * @param scatter C, F × F
 * @param photos N × F, standardised
 * @returns F × min(dimensions, N, F)
 */
export function whitening(scatter: Matrix, photos: Matrix, dimensions = 256): Matrix {
  const size = scatter.columns
  let trace = 0
  for (let i = 0; i < size; i++) trace += scatter.values[i * size + i]!
  // Views that are all alike say nothing: then every direction counts the same.
  const scale = trace > 0 ? size / trace : 0
  const metric = Float64Array.from(scatter.values, (value) => value * scale)
  for (let i = 0; i < size; i++) metric[i * size + i]! += RIDGE
  const inverse = matrix(size, size, Float32Array.from(inverseOfLower(choleskyOf(metric, size), size)))
  const count = Math.min(dimensions, size, photos.rows)
  const seen = multiply(photos, inverse, { transposed: true }) //                                        N × F
  const basis = dominant(gram(seen), count) //                                                           F × D, transposed
  return transposedOf(multiply(basis, inverse)) //                                                       F × D
}

/** An orthonormal basis of the `count` strongest directions of a symmetric matrix, count × F. */
export function dominant(symmetric: Matrix, count: number): Matrix {
  const size = symmetric.columns
  const random = createRandom(1)
  let basis = orthonormal(
    matrix(
      count,
      size,
      Float32Array.from({ length: count * size }, () => random.normal()),
    ),
  )
  for (let round = 0; round < ROUNDS; round++) basis = orthonormal(multiply(basis, symmetric))
  return basis
}

/** Rows made orthonormal by the Cholesky factor of their products, twice for accuracy; what has no length of its own goes to 0. */
export function orthonormal(rows: Matrix): Matrix {
  let out = rows
  for (let pass = 0; pass < 2; pass++) {
    const products = Float64Array.from(multiply(out, out, { transposed: true }).values)
    const size = out.rows
    let trace = 0
    for (let i = 0; i < size; i++) trace += products[i * size + i]!
    const inverse = inverseOfLower(choleskyOf(products, size, LEAST_LENGTH * (trace / size) + Number.MIN_VALUE), size)
    out = multiply(matrix(size, size, Float32Array.from(inverse)), out)
  }
  return out
}

function transposedOf(a: Matrix): Matrix {
  const out = matrix(a.columns, a.rows)
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++) out.values[j * a.rows + i] = a.values[i * a.columns + j]!
  return out
}

/** W of photos and their views. @param photos, views standardised */
export function viewWhitening(photos: Matrix, views: Matrix, dimensions?: number): Matrix {
  return whitening(viewScatter(photos, views), photos, dimensions)
}
