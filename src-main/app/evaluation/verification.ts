import { distanceAtFmr, ratesAt, scoresOf, type Scores } from './error-rates.ts'
import type { MeasuredPair, PairDistance } from './pair-distance.ts'
import { judgeFolds, pairsResult, type JudgedFold, type PairsResult } from './pairs-protocol.ts'
import {
  estimate,
  passing,
  resampledIntervals,
  weightedEqualErrorRate,
  weightedTarAtFar,
  type Estimate,
  type WeightedScores,
} from './resampled.ts'
import { validationRate, type ValidationRate } from './validation-rate.ts'

/** A pair, the fold it is judged in, and who its pictures show: the same identity twice for a genuine pair. */
export interface OwnedPair extends MeasuredPair {
  readonly fold: number
  readonly owners: readonly [string, string]
}

/** All rates are fractions. */
export interface Verification extends PairsResult {
  /** With 95 % intervals: over all pairs, FMR and FNMR of each pair at the threshold of its fold. */
  readonly estimates: {
    readonly accuracy: Estimate
    readonly fmr: Estimate
    readonly fnmr: Estimate
    readonly eer: Estimate
    readonly tarAtFar: { readonly '0.01': Estimate; readonly '0.001': Estimate }
  }
  /** FaceNet's validation rate at a false accept rate of 1e-3. */
  readonly valAtFar: ValidationRate
  /** Points of the detection error trade-off curve. */
  readonly det: readonly { readonly fmr: number; readonly fnmr: number; readonly threshold: number }[]
}

const SEED = 1
const VAL_FAR = 0.001
const DET_AT = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3]

/**
 * Verification 1:1 as ISO/IEC 19795-1 reports it, by folds: what tells two embeddings apart is fitted, and its threshold
 * chosen, on the other folds alone. Intervals come from drawing identities again.
 * @throws AppError bad-table when there are fewer than two folds, or a kind of pair is missing
 */
export function verify(pairs: readonly OwnedPair[], fit: (others: readonly OwnedPair[]) => PairDistance): Verification {
  const judged = judgeFolds(pairs, fit)
  const result = pairsResult(judged)
  const all = judged.flatMap((fold) => fold.pairs)
  const scores = scoresOf(all)
  return {
    ...result,
    estimates: estimates(judged, result, scores),
    valAtFar: validationRate(
      judged.map(({ fitted, pairs: own }) => ({ fitted, tested: scoresOf(own) })),
      VAL_FAR,
    ),
    det: detCurve(scores),
  }
}

function estimates(
  judged: readonly JudgedFold<OwnedPair>[],
  { eer, tarAtFar }: PairsResult,
  { genuine, impostor }: Scores,
): Verification['estimates'] {
  const pairs = judged.flatMap((fold) => fold.pairs)
  const kind = <P extends { readonly same: boolean }>(of: readonly P[], same: boolean) =>
    of.filter((pair) => pair.same === same)
  const [eers, loose, strict] = resampledIntervals(
    kind(pairs, true),
    kind(pairs, false),
    (g, i) => [weightedEqualErrorRate(g, i), weightedTarAtFar(g, i, 0.01), weightedTarAtFar(g, i, 0.001)],
    { seed: SEED },
  )
  // Each pair relative to the threshold of its own fold, so that one cut at 0 judges them all.
  const relative = judged.flatMap(({ threshold, pairs: own }) =>
    own.map(({ distance, ...pair }) => ({ ...pair, distance: distance - threshold })),
  )
  const sum = ({ weights }: WeightedScores) => weights.reduce((a, b) => a + b, 0)
  const [fmrs, fnmrs, accuracies] = resampledIntervals(
    kind(relative, true),
    kind(relative, false),
    (g, i) => {
      const [tmr, fmr] = [passing(g, 0), passing(i, 0)]
      return [fmr, 1 - tmr, (sum(g) * tmr + sum(i) * (1 - fmr)) / (sum(g) + sum(i))]
    },
    { seed: SEED },
  )
  const passed = (same: boolean) => kind(relative, same).filter((pair) => pair.distance <= 0).length
  const [right, wrong] = [passed(true), passed(false)]
  return {
    accuracy: estimate((right + impostor.length - wrong) / pairs.length, accuracies!, pairs.length),
    fmr: estimate(wrong / impostor.length, fmrs!, impostor.length),
    fnmr: estimate((genuine.length - right) / genuine.length, fnmrs!, genuine.length),
    eer: estimate(eer, eers!, Math.min(genuine.length, impostor.length)),
    tarAtFar: {
      '0.01': estimate(tarAtFar['0.01'], loose!, genuine.length),
      '0.001': estimate(tarAtFar['0.001'], strict!, genuine.length),
    },
  }
}

/** The curve at rates that so many impostor pairs can tell: one of them at least passes there. */
function detCurve(scores: Scores): Verification['det'] {
  return DET_AT.filter((fmr) => fmr * scores.impostor.length >= 1).map((fmr) => {
    const threshold = distanceAtFmr(scores, fmr)
    return { fmr: ratesAt(scores, threshold).fmr, fnmr: ratesAt(scores, threshold).fnmr, threshold }
  })
}
