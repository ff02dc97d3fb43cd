import type { Comparison, Rate } from '../../contract/models.ts'
import { below, seededRandom } from './random.ts'

/** One held-out picture that was asked about. Pictures of one identity resemble each other and count as one draw. */
export interface Trial {
  readonly identity: string | number
  readonly wrong: boolean
}

/** The same picture asked of two models. */
export interface PairedTrial {
  readonly identity: string | number
  readonly wrongBefore: boolean
  readonly wrongAfter: boolean
}

export interface BootstrapOptions {
  readonly seed: number
  readonly resamples?: number
}

interface Interval {
  readonly low: number
  readonly high: number
}

/** Of the standard normal distribution, 0.975. */
const QUANTILE = 1.959963984540054
const RESAMPLES = 2000

/**
 *   p = min(1, 2 Σ_{i ≤ min(b, c)} C(b + c, i) / 2^(b + c))
 *
 * McNemar's test of two paired error rates, exact and two-sided, without the mid-p correction: of the pictures on which
 * the models differ, either is as likely to be the one in error. McNemar 1947; Agresti, "Categorical data analysis", 10.1.
 * It takes pictures for independent; the interval of `comparedErrors` does not.
 * @param b pictures that the first model alone gets wrong
 * @param c pictures that the second alone gets wrong
 */
export function mcnemar(b: number, c: number): number {
  const n = b + c
  const least = Math.min(b, c)
  // 2^n and C(n, i) leave the range of numbers from n = 1024 on: each term relative to the last, the largest.
  let term = 1
  let sum = 0
  let logLast = -n * Math.LN2
  for (let i = 1; i <= least; i++) logLast += Math.log((n - i + 1) / i)
  for (let i = least; i >= 0; i--) {
    sum += term
    term *= i / (n - i + 1)
  }
  return Math.min(1, 2 * sum * Math.exp(logLast))
}

/**
 *   (p + z²/2N ± z √(p(1 − p)/N + z²/4N²)) / (1 + z²/N),  p = errors/N,  z = 1.96
 *
 * 95 % interval of a share of independent trials. Wilson 1927. From 0 to 1 where nothing was tried.
 */
export function wilson(errors: number, trials: number): Interval {
  if (trials === 0) return { low: 0, high: 1 }
  const share = errors / trials
  const square = QUANTILE ** 2 / trials
  const centre = share + square / 2
  const half = Math.sqrt(share * (1 - share) * square + square ** 2 / 4)
  return {
    low: errors === 0 ? 0 : (centre - half) / (1 + square),
    high: errors === trials ? 1 : (centre + half) / (1 + square),
  }
}

/** 95 % bound of a rate of which no case was seen in N trials, 3/N: (1 − 3/N)^N ≈ 0.05. Hanley & Lippman-Hand 1983. */
export function boundWithoutErrors(trials: number): number {
  return trials === 0 ? 1 : Math.min(1, 3 / trials)
}

/**
 * An error rate with its 95 % interval: identities are drawn with replacement, the same number again and again, and the
 * rates in the middle 95 % are the interval (percentile bootstrap; Efron & Tibshirani 1993). Without an error the upper
 * bound is 3/N, and without a right answer the lower one is 1 − 3/N. Without trials nothing is known: 0 … 1.
 * A single identity cannot be drawn differently; its pictures are drawn then.
 */
export function errorRate(trials: readonly Trial[], options: BootstrapOptions): Rate {
  const errors = trials.filter((trial) => trial.wrong).length
  const known = { errors, trials: trials.length }
  if (trials.length === 0) return { value: 0, low: 0, high: 1, ...known }
  const value = errors / trials.length
  if (errors === 0) return { value, low: 0, high: boundWithoutErrors(trials.length), ...known }
  if (errors === trials.length) return { value, low: 1 - boundWithoutErrors(trials.length), high: 1, ...known }
  return { value, ...bootstrap(trials, (trial) => Number(trial.wrong), options), ...known }
}

/**
 * The second model's error rate less the first's, on the same pictures, with its 95 % interval (as in `errorRate`, both
 * models judged on the same draw) and the p of McNemar's exact test. Where the models are never wrong apart from each
 * other the interval is ± 3/N. Without trials nothing is known: −1 … 1, p = 1.
 */
export function comparedErrors(trials: readonly PairedTrial[], options: BootstrapOptions): Comparison['difference'] {
  const onlyBefore = trials.filter((trial) => trial.wrongBefore && !trial.wrongAfter).length
  const onlyAfter = trials.filter((trial) => trial.wrongAfter && !trial.wrongBefore).length
  const test = { p: mcnemar(onlyBefore, onlyAfter), test: 'McNemar, exact, two-sided' }
  const bound = boundWithoutErrors(trials.length)
  if (onlyBefore + onlyAfter === 0) return { value: 0, low: -bound, high: bound, ...test }
  const change = ({ wrongBefore, wrongAfter }: PairedTrial) => Number(wrongAfter) - Number(wrongBefore)
  return { value: (onlyAfter - onlyBefore) / trials.length, ...bootstrap(trials, change, options), ...test }
}

/** The middle 95 % of the mean of `score` over the pictures of identities drawn with replacement. */
function bootstrap<T extends { readonly identity: string | number }>(
  trials: readonly T[],
  score: (trial: T) => number,
  { seed, resamples = RESAMPLES }: BootstrapOptions,
): Interval {
  const groups = drawable(trials).map((group) => ({
    count: group.length,
    sum: group.reduce((sum, trial) => sum + score(trial), 0),
  }))
  const random = seededRandom(seed)
  const means = Float64Array.from({ length: resamples }, () => {
    let count = 0
    let sum = 0
    for (let draw = 0; draw < groups.length; draw++) {
      const group = groups[below(groups.length, random)]!
      count += group.count
      sum += group.sum
    }
    return sum / count
  }).sort()
  return { low: means[Math.floor(0.025 * resamples)]!, high: means[Math.ceil(0.975 * resamples) - 1]! }
}

/** The trials of each identity; each trial by itself where there is but one identity. */
function drawable<T extends { readonly identity: string | number }>(trials: readonly T[]): T[][] {
  const groups = new Map<string | number, T[]>()
  for (const trial of trials) {
    const group = groups.get(trial.identity)
    if (group) group.push(trial)
    else groups.set(trial.identity, [trial])
  }
  return groups.size > 1 ? [...groups.values()] : trials.map((trial) => [trial])
}
