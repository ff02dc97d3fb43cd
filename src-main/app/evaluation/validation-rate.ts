import { nearestRefused, type Scores } from './error-rates.ts'
import { mean, standardDeviation } from './spread.ts'

/** Rates are fractions. */
export interface ValidationRate {
  /** Mean over the folds of the share of genuine pairs that are accepted, and the standard error of that mean. */
  readonly val: number
  readonly standardError: number
  /** Share of the tested folds' impostor pairs that were accepted, which the threshold was to keep at the stated rate. */
  readonly far: number
  readonly folds: readonly { readonly val: number; readonly far: number; readonly threshold: number }[]
}

/**
 *   VAL(d) = |{(i, j) ∈ P_same : D(i, j) ≤ d}| / |P_same|,  FAR(d) = |{(i, j) ∈ P_diff : D(i, j) ≤ d}| / |P_diff|
 *
 * Validation rate at a false accept rate: each fold is asked at the largest threshold whose FAR on the other folds is at
 * most `far`, which is just under the nearest impostor pair that must not pass there. Schroff et al. 2015 (FaceNet), section 4; ± standard error of the mean over folds as in its table 5.
 */
export function validationRate(
  folds: readonly { readonly fitted: Scores; readonly tested: Scores }[],
  far: number,
): ValidationRate {
  const rates = folds.map(({ fitted, tested }) => {
    const threshold = nearestRefused(fitted, far)
    const under = (distances: Float64Array) =>
      distances.filter((distance) => distance < threshold).length / distances.length
    return { val: under(tested.genuine), far: under(tested.impostor), threshold }
  })
  const vals = rates.map(({ val }) => val)
  const impostors = folds.map(({ tested }) => tested.impostor.length)
  const accepted = rates.reduce((sum, rate, i) => sum + rate.far * impostors[i]!, 0)
  return {
    val: mean(vals),
    standardError: standardDeviation(vals) / Math.sqrt(vals.length),
    far: accepted / impostors.reduce((sum, count) => sum + count, 0),
    folds: rates,
  }
}
