import { below, seededRandom } from './random.ts'

/** w·x + b; positive on the side of `true`. */
export interface LinearSvm {
  readonly weights: Float64Array
  readonly bias: number
  /** α of each example, 0…C: 0 for one beyond the margin, C for one inside it. */
  readonly dual: Float64Array
  readonly rounds: number
}

export interface SvmOptions {
  /** What an example on the wrong side of its margin costs. */
  readonly cost: number
  readonly seed: number
  /** Largest difference of two projected gradients at which the dual counts as solved. */
  readonly tolerance?: number
  readonly rounds?: number
}

/**
 *   min ½(‖w‖² + b²) + C Σ_i max(0, 1 − y_i(w·x_i + b))
 *
 * Support vector machine with linear kernel and hinge loss, by coordinate descent on its dual: Hsieh, Chang, Lin, Keerthi &
 * Sundararajan, "A dual coordinate descent method for large-scale linear SVM", ICML 2008, algorithm 1 with the stopping rule
 * of section 3.2 and without shrinking. The bias is the weight of a feature that is always 1, as there.
 * @param rows N rows of F numbers
 * @param sides N: which side of the plane each row belongs on
 * @throws Error when a side has no row, or the rounds do not suffice
 */
export function fitLinearSvm(
  rows: readonly Float64Array[],
  sides: readonly boolean[],
  { cost, seed, tolerance = 1e-3, rounds = 20_000 }: SvmOptions,
): LinearSvm {
  if (rows.length !== sides.length || !sides.includes(true) || !sides.includes(false))
    throw new Error(`${rows.length} rows and ${sides.length} sides, of which both are needed`)
  const weights = new Float64Array(rows[0]!.length)
  let bias = 0
  const dual = new Float64Array(rows.length)
  const squares = rows.map((row) => 1 + row.reduce((sum, value) => sum + value * value, 0)) // diagonal of Q
  const order = Uint32Array.from(rows.keys())
  const random = seededRandom(seed)

  for (let round = 1; round <= rounds; round++) {
    let [least, most] = [Infinity, -Infinity]
    shuffle(order, random)
    for (const i of order) {
      const row = rows[i]!
      const y = sides[i] ? 1 : -1
      let value = bias
      for (let k = 0; k < row.length; k++) value += weights[k]! * row[k]!
      const gradient = y * value - 1
      const before = dual[i]!
      // What of the gradient leads out of 0…C is none.
      const projected = before === 0 ? Math.min(gradient, 0) : before === cost ? Math.max(gradient, 0) : gradient
      least = Math.min(least, projected)
      most = Math.max(most, projected)
      if (projected === 0) continue
      const after = Math.min(cost, Math.max(0, before - gradient / squares[i]!))
      const step = (after - before) * y
      dual[i] = after
      bias += step
      for (let k = 0; k < row.length; k++) weights[k]! += step * row[k]!
    }
    if (most - least < tolerance) return { weights, bias, dual, rounds: round }
  }
  throw new Error(`The support vector machine is not solved after ${rounds} rounds.`)
}

function shuffle(order: Uint32Array, random: () => number): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = below(at + 1, random)
    const held = order[at]!
    order[at] = order[other]!
    order[other] = held
  }
}
