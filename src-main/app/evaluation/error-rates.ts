import type { RatesAt } from '../../contract/types.ts'

/**
 * A comparison of two pictures. `distance` is ‖a − b‖ of unit embeddings, 0…2, and Infinity where no face is found in one
 * of the two: such a pair is rejected at every threshold, so it counts against the genuine pairs and is never dropped.
 */
export interface ScoredPair {
  readonly same: boolean
  readonly distance: number
}

/** Distances of the pairs, each list ascending. */
export interface Scores {
  readonly genuine: Float64Array
  readonly impostor: Float64Array
}

export function scoresOf(pairs: readonly ScoredPair[]): Scores {
  const of = (same: boolean) =>
    Float64Array.from(pairs.filter((pair) => pair.same === same).map((pair) => pair.distance)).sort()
  return { genuine: of(true), impostor: of(false) }
}

/** How many of the ascending values are ≤ limit (binary search). */
export function countUpTo(values: Float64Array, limit: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * A pair passes for the same when its distance ≤ `distance`.
 * FMR (false match rate) = share of impostor pairs that pass; FNMR (false non-match rate) = share of genuine pairs that do not.
 */
export function ratesAt({ genuine, impostor }: Scores, distance: number): RatesAt {
  // What is not found passes at no threshold, an endless one included.
  const limit = Math.min(distance, Number.MAX_VALUE)
  return {
    distance,
    fmr: countUpTo(impostor, limit) / impostor.length,
    fnmr: 1 - countUpTo(genuine, limit) / genuine.length,
  }
}

/** The receiver operating characteristic: rates at each distance that occurs, ascending, from "nothing passes" on. */
export function rateCurve(scores: Scores): RatesAt[] {
  const finite = [...scores.genuine, ...scores.impostor].filter(Number.isFinite)
  const cuts = [...new Set(finite)].sort((a, b) => a - b)
  return [{ distance: -Infinity, fmr: 0, fnmr: 1 }, ...cuts.map((cut) => ratesAt(scores, cut))]
}

/** Equal error rate: (FMR + FNMR) / 2 at the distance where the two lie closest. */
export function equalErrorRate(scores: Scores): number {
  let best = { gap: Infinity, rate: 1 }
  for (const { fmr, fnmr } of rateCurve(scores)) {
    const gap = Math.abs(fmr - fnmr)
    if (gap < best.gap) best = { gap, rate: (fmr + fnmr) / 2 }
  }
  return best.rate
}

/** Floating point makes 0.29 · 100 a little less than 29. */
const allowed = (rate: number, count: number) => Math.floor(rate * count + 1e-9)

/** The (k + 1)-th nearest impostor pair, k = ⌊far · N⌋: at most far · N impostor pairs are nearer. */
export function nearestRefused({ impostor }: Scores, far: number): number {
  return impostor[allowed(far, impostor.length)] ?? Infinity
}

/** True accept rate at a false accept rate: what is nearer than the nearest impostor pair that must not pass. */
export function tarAtFar(scores: Scores, far: number): number {
  const stop = nearestRefused(scores, far)
  return scores.genuine.filter((distance) => distance < stop).length / scores.genuine.length
}

/** The largest distance, half-way to the next impostor pair, at which FMR ≤ `fmr`; below the nearest one when that passes too many. */
export function distanceAtFmr(scores: Scores, fmr: number): number {
  const { impostor } = scores
  const stop = nearestRefused(scores, fmr)
  const before = impostor.findLast((distance) => distance < stop)
  if (before === undefined) return stop > 0 ? stop / 2 : stop - 1
  return Number.isFinite(stop) ? (before + stop) / 2 : before
}

/** The smallest distance, half-way to the next genuine pair, at which FNMR ≤ `fnmr`. Infinity when too many were not found. */
export function distanceAtFnmr(scores: Scores, fnmr: number): number {
  const { genuine } = scores
  const last = genuine[genuine.length - 1 - allowed(fnmr, genuine.length)] ?? Infinity
  const next = genuine.find((distance) => distance > last)
  return next !== undefined && Number.isFinite(next) ? (last + next) / 2 : last
}
