import { AppError } from '../../contract/errors.ts'
import {
  isOwn,
  type Calibration,
  type Profile,
  type RatesAt,
  type ShippedProfile,
  type Thresholds,
} from '../../contract/types.ts'
import { distanceAtFmr, distanceAtFnmr, ratesAt, type Scores } from './error-rates.ts'
import { histogramOf } from './histogram.ts'
import { genuineDistances, impostorDistances, strangerDistances, type Embedded } from './pair-sampling.ts'
import { seededRandom } from './random.ts'

/** Rates that a profile's thresholds are set to. */
interface Targets {
  /** FMR at `same`. */
  readonly same: number
  /** FNMR at `different`, and the FMR that it has at least, so that a band of doubt is left where hardly a pair is mistaken. */
  readonly different: number
  readonly doubt: number
  /** Share of strangers that a small gallery names at `known`. */
  readonly known: number
}

/** Things are measured on one shelf of near-twins, the hardest strangers there are, so that the rates may be higher there. */
const TARGETS: Readonly<Record<ShippedProfile, Targets>> = {
  face: { same: 0.001, different: 0.01, doubt: 0.01, known: 0.05 },
  object: { same: 0.01, different: 0.01, doubt: 0.1, known: 0.2 },
}
/** What thresholds are for: whether two show the same one of a profile, or have the same value of an attribute. */
export type Judged = Profile | 'attribute'
const ofUser = (judged: Judged): judged is Exclude<Judged, ShippedProfile> => judged === 'attribute' || isOwn(judged)
/** Classes of the user's own are told apart like things. */
const targetsOf = (judged: Judged): Targets => TARGETS[ofUser(judged) ? 'object' : judged]
const GALLERY = 20
const GALLERY_DRAWS = 200
const GENUINE_PER_IDENTITY = 100
const IMPOSTOR_PAIRS = 200_000

/** The rule that a profile's thresholds follow, in words. */
export function calibrationRule(profile: Profile): string {
  const { same, different, doubt, known } = targetsOf(profile)
  return (
    `same: at most 1 in ${1 / same} impostor pairs is as near. ` +
    `different: at most ${100 * different} % of genuine pairs are as far, and at least ${100 * doubt} % of impostor pairs are nearer. ` +
    `known: of the strangers asked to a gallery of ${GALLERY} identities with one picture each, at most ${100 * known} % are named; ` +
    'never less than same, never more than different. ' +
    `Genuine pairs: all, at most ${GENUINE_PER_IDENTITY} an identity; impostor pairs: ${IMPOSTOR_PAIRS}, drawn evenly over identities.`
  )
}

/** Clusters of a small network may lie at opposite ends of the sphere. */
const FARTHEST = 1.9998

/** Four decimals, finer than any figure that is shown, to the side on which "at most" stays true. */
const roundedDown = (distance: number) => Math.floor(distance * 1e4) / 1e4
const roundedUp = (distance: number) => Math.ceil(distance * 1e4) / 1e4

/**
 * @param strangers distances of strangers to the nearest reference of a small gallery, ascending
 * @throws AppError bad-table when the scores leave no band between same and different
 */
export function thresholdsOf(judged: Judged, scores: Scores, strangers: Float64Array): Thresholds {
  const targets = targetsOf(judged)
  const same = roundedDown(distanceAtFmr(scores, targets.same))
  // Two unit vectors are never farther apart than 2; where all impostors are that far, a little less still tells them.
  const far = Math.max(distanceAtFnmr(scores, targets.different), distanceAtFmr(scores, targets.doubt))
  const different = roundedUp(ofUser(judged) ? Math.min(far, FARTHEST) : far)
  if (!(same > 0 && different > same && different < 2)) {
    throw new AppError('bad-table', 'These pictures leave no band between same and different; more of them are needed.')
  }
  const open = roundedDown(distanceAtFmr({ genuine: scores.genuine, impostor: strangers }, targets.known))
  return { same, different, known: Math.min(different, Math.max(same, open)) }
}

/** The rates at a threshold, with as many decimals as the counts support. */
function statedRates(scores: Scores, distance: number): RatesAt {
  const { fmr, fnmr } = ratesAt(scores, distance)
  return { distance, fmr: Number(fmr.toFixed(6)), fnmr: Number(fnmr.toFixed(6)) }
}

/** Measures thresholds, rates and histograms on embeddings of known identities; the same input gives the same answer. */
export function calibrate(
  identities: Embedded,
  facts: { profile: Profile; model: string; seed: number; source: Calibration['source'] },
): Calibration {
  const random = seededRandom(facts.seed)
  const scores: Scores = {
    genuine: genuineDistances(identities, GENUINE_PER_IDENTITY, random),
    impostor: impostorDistances(identities, IMPOSTOR_PAIRS, random),
  }
  const size = Math.min(GALLERY, identities.length >> 1)
  const strangers = strangerDistances(identities, { size, draws: GALLERY_DRAWS }, random)
  const thresholds = thresholdsOf(facts.profile, scores, strangers)
  return {
    profile: facts.profile,
    model: facts.model,
    thresholds,
    rates: {
      same: statedRates(scores, thresholds.same),
      different: statedRates(scores, thresholds.different),
      known: statedRates(scores, thresholds.known),
    },
    genuine: histogramOf(scores.genuine),
    impostor: histogramOf(scores.impostor),
    genuinePairs: scores.genuine.length,
    impostorPairs: scores.impostor.length,
    source: facts.source,
  }
}
