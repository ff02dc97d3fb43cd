import { tf, type Tensor2D } from '../tf.ts'
import { standardised, type HeadPart } from './head.ts'

/** Numbers outside the backend, row by row. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly values: Float32Array
}

/** Values of one block that a product puts on the backend: 64 MiB. */
const BLOCK = 2 ** 24

export function matrix(rows: number, columns: number, values: Float32Array = new Float32Array(rows * columns)): Matrix {
  if (values.length !== rows * columns) throw new Error(`${rows} × ${columns} numbers are not ${values.length}`)
  return { rows, columns, values }
}

export function row({ columns, values }: Matrix, i: number): Float32Array {
  return values.subarray(i * columns, (i + 1) * columns)
}

/** Rows from `from` on, `count` of them, of the same memory. */
export function slice({ columns, values }: Matrix, from: number, count: number): Matrix {
  return matrix(count, columns, values.subarray(from * columns, (from + count) * columns))
}

/** The rows that `which` names, copied. */
export function pick(from: Matrix, which: ArrayLike<number>): Matrix {
  const out = matrix(which.length, from.columns)
  for (let i = 0; i < which.length; i++) out.values.set(row(from, which[i]!), i * from.columns)
  return out
}

export function stack(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.rows + b.rows, a.columns)
  out.values.set(a.values)
  out.values.set(b.values, a.values.length)
  return out
}

export function tensorOf({ rows, columns, values }: Matrix): Tensor2D {
  return tf.tensor2d(values, [rows, columns])
}

/** a·b, or a·bᵀ. The left side goes through the backend block by block, so that its rows may be many. */
export function multiply(a: Matrix, b: Matrix, { transposed = false } = {}): Matrix {
  const out = matrix(a.rows, transposed ? b.rows : b.columns)
  const right = tensorOf(b)
  try {
    const step = Math.max(1, Math.floor(BLOCK / Math.max(a.columns, out.columns)))
    for (let at = 0; at < a.rows; at += step) {
      const some = slice(a, at, Math.min(step, a.rows - at))
      // Read inside, not returned: tidy would look for tensors among the numbers, one by one.
      tf.tidy(() => {
        out.values.set(tf.matMul(tensorOf(some), right, false, transposed).dataSync(), at * out.columns)
      })
    }
  } finally {
    right.dispose()
  }
  return out
}

/** aᵀ·a, summed block by block. */
export function gram(a: Matrix): Matrix {
  const step = Math.max(1, Math.floor(BLOCK / a.columns))
  let sum = tf.zeros([a.columns, a.columns]) as Tensor2D
  for (let at = 0; at < a.rows; at += step) {
    const next = tf.tidy(() => {
      const some = tensorOf(slice(a, at, Math.min(step, a.rows - at)))
      return tf.add(sum, tf.matMul(some, some, true)) as Tensor2D
    })
    sum.dispose()
    sum = next
  }
  const values = Float32Array.from(sum.dataSync())
  sum.dispose()
  return matrix(a.columns, a.columns, values)
}

/** Every row scaled to unit length; a row of zeros stays. */
export function unitRows(a: Matrix): Matrix {
  const out = matrix(a.rows, a.columns, a.values.slice())
  for (let i = 0; i < a.rows; i++) {
    const one = row(out, i)
    let sum = 0
    for (const value of one) sum += value * value
    const by = sum > 0 ? 1 / Math.sqrt(sum) : 0
    for (let j = 0; j < one.length; j++) one[j]! *= by
  }
  return out
}

/** z of every row of raw features. */
export function standardisedRows(parts: readonly HeadPart[], features: Matrix): Matrix {
  const out = matrix(features.rows, features.columns)
  for (let i = 0; i < features.rows; i++) out.values.set(standardised(parts, row(features, i)), i * features.columns)
  return out
}

/** Mean of each column. */
export function columnMeans(a: Matrix): Float32Array {
  const sums = new Float64Array(a.columns)
  for (let i = 0; i < a.rows; i++) row(a, i).forEach((value, j) => (sums[j]! += value))
  return Float32Array.from(sums, (sum) => sum / Math.max(1, a.rows))
}

export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
