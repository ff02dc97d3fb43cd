import { AppError } from '../../contract/errors.ts'
import { countUpTo, equalErrorRate, scoresOf, tarAtFar, type ScoredPair, type Scores } from './error-rates.ts'
import { drawn, seededRandom } from './random.ts'
import { mean, standardDeviation } from './spread.ts'

/** All rates are fractions. */
export interface PairsResult {
  readonly pairs: number
  /** Mean and sample standard deviation over the folds. */
  readonly accuracy: number
  readonly accuracySd: number
  readonly folds: readonly { readonly fold: number; readonly accuracy: number; readonly threshold: number }[]
  readonly eer: number
  readonly tarAtFar: { readonly '0.01': number; readonly '0.001': number }
  /** Pairs with a picture in which nothing is found; each counts as "different", so a genuine one is an error. */
  readonly undetected: number
}

export interface FoldedPair extends ScoredPair {
  readonly fold: number
}

const FOLDS = 10
const FOLD_SEED = 1

/**
 * Deals pairs that come without folds into ten, genuine and impostor pairs apart so that each fold holds both. The same
 * list is dealt alike every time. @throws AppError bad-table when there are fewer than two pairs of a kind
 */
export function dealFolds<P extends { readonly same: boolean }>(pairs: readonly P[]): (P & { fold: number })[] {
  const kinds = [true, false].map((same) => pairs.filter((pair) => pair.same === same))
  const folds = Math.min(FOLDS, ...kinds.map((kind) => kind.length))
  if (folds < 2) throw new AppError('bad-table', 'Two pairs of the same and two of different ones are needed at least.')
  const random = seededRandom(FOLD_SEED)
  return kinds.flatMap((kind) =>
    drawn(kind, kind.length, random).map((pair, index) => ({ ...pair, fold: 1 + (index % folds) })),
  )
}

/**
 * The threshold with the most pairs right, "same" being distance ≤ threshold. Of several equally good cuts between
 * neighbouring distances the middle one is taken, and of that gap its middle.
 */
export function bestThreshold({ genuine, impostor }: Scores): number {
  const cuts = [...new Set([...genuine, ...impostor])].filter(Number.isFinite).sort((a, b) => a - b)
  // A distance that is a decision value may be negative.
  const candidates = [Math.min(-1, (cuts[0] ?? 0) - 1), ...cuts]
  const right = candidates.map((cut) => countUpTo(genuine, cut) + impostor.length - countUpTo(impostor, cut))
  const most = right.reduce((best, count) => Math.max(best, count), 0)
  const best = [...candidates.keys()].filter((index) => right[index] === most)
  const chosen = best[(best.length - 1) >> 1]!
  const next = candidates[chosen + 1]
  return next === undefined ? candidates[chosen]! : (candidates[chosen]! + next) / 2
}

/** One fold and all that it is judged with, none of which it had a part in. */
export interface JudgedFold<P> {
  readonly fold: number
  /** Distances of the pairs of the other folds, under what was fitted on them. */
  readonly fitted: Scores
  /** Best on the other folds. */
  readonly threshold: number
  readonly pairs: readonly (P & { readonly distance: number })[]
}

/**
 * Judges each fold with a distance and a threshold that are fitted on the other folds alone.
 * @param fit is given the pairs of the other folds
 * @throws AppError bad-table when there are fewer than two folds
 */
export function judgeFolds<P extends { readonly fold: number; readonly same: boolean }>(
  pairs: readonly P[],
  fit: (others: readonly P[]) => (pair: P) => number,
): JudgedFold<P>[] {
  const numbers = [...new Set(pairs.map((pair) => pair.fold))].sort((a, b) => a - b)
  if (numbers.length < 2)
    throw new AppError('bad-table', 'At least two folds are needed; leave the column out to have ten made.')
  return numbers.map((fold) => {
    const others = pairs.filter((pair) => pair.fold !== fold)
    const distance = fit(others)
    const fitted = scoresOf(others.map((pair) => ({ same: pair.same, distance: distance(pair) })))
    const own = pairs.filter((pair) => pair.fold === fold)
    return {
      fold,
      fitted,
      threshold: bestThreshold(fitted),
      pairs: own.map((pair) => ({ ...pair, distance: distance(pair) })),
    }
  })
}

/**
 * Pairs protocol as of Labeled Faces in the Wild (Huang et al. 2007, "image restricted"): each fold is judged with the
 * threshold that is best on the other folds. Error rates that need no threshold are taken over all pairs.
 * @throws AppError bad-table when there are fewer than two folds, or a kind of pair is missing
 */
export function evaluatePairs(pairs: readonly FoldedPair[]): PairsResult {
  return pairsResult(judgeFolds(pairs, () => (pair) => pair.distance))
}

/** @throws AppError bad-table when a kind of pair is missing */
export function pairsResult(judged: readonly JudgedFold<{ readonly same: boolean }>[]): PairsResult {
  const pairs = judged.flatMap((fold) => fold.pairs)
  const all = scoresOf(pairs)
  if (all.genuine.length === 0 || all.impostor.length === 0) {
    throw new AppError('bad-table', 'The table needs pairs of the same and pairs of different ones.')
  }
  const folds = judged.map(({ fold, threshold, pairs: own }) => {
    const right = own.filter((pair) => pair.distance <= threshold === pair.same).length
    return { fold, accuracy: right / own.length, threshold }
  })
  const accuracies = folds.map((fold) => fold.accuracy)
  return {
    pairs: pairs.length,
    accuracy: mean(accuracies),
    accuracySd: standardDeviation(accuracies),
    folds,
    eer: equalErrorRate(all),
    tarAtFar: { '0.01': tarAtFar(all, 0.01), '0.001': tarAtFar(all, 0.001) },
    undetected: pairs.filter((pair) => !Number.isFinite(pair.distance)).length,
  }
}
