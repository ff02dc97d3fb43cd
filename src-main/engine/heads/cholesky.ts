/**
 * L with A = L·Lᵀ, lower triangular, row by row.
 * @param least a pivot below it has no length of its own: it becomes infinite, and its row of L⁻¹ is 0
 * @throws Error when A is not positive definite and `least` is 0
 */
export function choleskyOf(a: Float64Array, size: number, least = 0): Float64Array {
  const lower = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    const at = i * size
    for (let j = 0; j <= i; j++) {
      const other = j * size
      let sum = a[at + j]!
      for (let k = 0; k < j; k++) sum -= lower[at + k]! * lower[other + k]!
      if (i !== j) lower[at + j] = sum / lower[other + j]!
      else if (least > 0 && !(sum > least)) lower[at + j] = Infinity
      else if (sum > 0) lower[at + j] = Math.sqrt(sum)
      else throw new Error(`the matrix is not positive definite at ${i} of ${size}`)
    }
  }
  return lower
}

/** L⁻¹ of a lower triangular matrix, lower triangular too. */
export function inverseOfLower(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    const at = i * size
    // Row i of L⁻¹ is e_i less what the rows above explain, so whole rows are added and memory is read in order.
    for (let k = 0; k < i; k++) {
      const factor = lower[at + k]!
      if (factor === 0) continue
      const above = k * size
      for (let j = 0; j <= k; j++) inverse[at + j]! -= factor * inverse[above + j]!
    }
    inverse[at + i] = 1
    const by = 1 / lower[at + i]!
    for (let j = 0; j <= i; j++) inverse[at + j]! *= by
  }
  return inverse
}
