import { distanceAtFmr, ratesAt, tarAtFar, type Scores } from './error-rates.ts'
import { estimate, resampledIntervals, weightedTarAtFar, type Estimate, type OwnedScore } from './resampled.ts'

/** A picture asked to a gallery: how far its nearest reference is, and whether that is of its own identity. */
export interface Search {
  readonly identity: string
  readonly enrolled: boolean
  /** Infinity where nothing is found in the picture. */
  readonly distance: number
  readonly right: boolean
}

/** All rates are fractions. */
export interface OpenSetResult {
  /** Searches for somebody who is enrolled, and for somebody who is not. */
  readonly mated: number
  readonly nonMated: number
  /** Share of mated searches that do not return their identity in first place, at the threshold that keeps FPIR at most there. */
  readonly fnirAtFpir: { readonly '0.1': Estimate; readonly '0.01': Estimate }
  readonly curve: readonly { readonly threshold: number; readonly fpir: number; readonly fnir: number }[]
}

const SEED = 1
const CURVE_AT = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3]

/**
 *   FPIR(T) = non-mated searches with d ≤ T / non-mated searches
 *   FNIR(T) = mated searches whose identity is not first with d ≤ T / mated searches
 *
 * Open-set identification 1:N with one candidate: ISO/IEC 19795-1, 8.3; NIST FRTE 1:N. A mated search that another
 * identity wins is missed at every threshold. Intervals come from drawing identities again.
 * @returns null where there is no search of a kind
 */
export function openSet(searches: readonly Search[]): OpenSetResult | null {
  const owned = (search: Search): OwnedScore => ({
    distance: search.enrolled && !search.right ? Infinity : search.distance,
    owners: [search.identity],
  })
  const mated = searches.filter((search) => search.enrolled).map(owned)
  const nonMated = searches.filter((search) => !search.enrolled).map(owned)
  if (mated.length === 0 || nonMated.length === 0) return null
  const ascending = (of: readonly OwnedScore[]) => Float64Array.from(of, ({ distance }) => distance).sort()
  const scores: Scores = { genuine: ascending(mated), impostor: ascending(nonMated) }
  const [loose, strict] = resampledIntervals(
    mated,
    nonMated,
    (g, i) => [1 - weightedTarAtFar(g, i, 0.1), 1 - weightedTarAtFar(g, i, 0.01)],
    { seed: SEED },
  )
  const identities = new Set(searches.filter((search) => search.enrolled).map((search) => search.identity)).size
  return {
    mated: mated.length,
    nonMated: nonMated.length,
    fnirAtFpir: {
      '0.1': estimate(1 - tarAtFar(scores, 0.1), loose!, identities),
      '0.01': estimate(1 - tarAtFar(scores, 0.01), strict!, identities),
    },
    curve: CURVE_AT.filter((fpir) => fpir * nonMated.length >= 1).map((fpir) => {
      const threshold = distanceAtFmr(scores, fpir)
      const { fmr, fnmr } = ratesAt(scores, threshold)
      return { threshold, fpir: fmr, fnir: fnmr }
    }),
  }
}
