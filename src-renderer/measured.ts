import type { Calibration, Histogram, Profile, Verdict } from '../src-main/contract/types.ts'
import { count, percent } from './figures.ts'
import { nounsOf, verdictWords } from './words.ts'

/** Pairs counted on one side of a distance. A bin that the distance cuts is counted in full; `exact` says whether one was. */
export interface Counted {
  readonly n: number
  readonly of: number
  readonly exact: boolean
}

function counted(
  histogram: Histogram,
  takes: (low: number, high: number) => boolean,
  cuts: (low: number, high: number) => boolean,
): Counted {
  const total = { n: 0, of: 0, exact: true }
  histogram.counts.forEach((pairs, i) => {
    const low = histogram.low + i * histogram.width
    const high = low + histogram.width
    total.of += pairs
    if (!takes(low, high)) return
    total.n += pairs
    if (pairs > 0 && cuts(low, high)) total.exact = false
  })
  return total
}

/** Pairs at most `distance` apart. */
export const atLeastThisAlike = (histogram: Histogram, distance: number) =>
  counted(
    histogram,
    (low) => low <= distance,
    (low, high) => low <= distance && distance < high,
  )

/** Pairs at least `distance` apart. */
export const atLeastThisUnlike = (histogram: Histogram, distance: number) =>
  counted(
    histogram,
    (_, high) => high > distance,
    (low, high) => low < distance && distance < high,
  )

function share({ n, of, exact }: Counted): string {
  if (n === 0) return 'none'
  return `${exact ? '' : 'at most '}${count(n)} (${percent(n / of)})`
}

/** Of which pairs a calibration speaks: of one profile's identities, or of the values of an attribute. */
export function pairWords(profile: Profile, by?: string): Record<'same' | 'different', string> {
  const noun = nounsOf(profile)
  return by === undefined
    ? { same: `of the same ${noun.one}`, different: `of different ${noun.many}` }
    : { same: `with the same ${by}`, different: `with different ${by}` }
}

/** What a distance means, in sentences made of counted pairs only; the one that decides comes first. */
export function meaning(
  calibration: Calibration,
  distance: number,
  verdict: Verdict,
  by?: string,
): { first: string; second: string } {
  const pairs = pairWords(calibration.profile, by)
  const alike = atLeastThisAlike(calibration.impostor, distance)
  const unlike = atLeastThisUnlike(calibration.genuine, distance)
  const strangers = `Of ${count(alike.of)} pairs ${pairs.different}, ${share(alike)} ${alike.n <= 1 ? 'looks' : 'look'} at least this alike.`
  const same = `Of ${count(unlike.of)} pairs ${pairs.same}, ${share(unlike)} ${unlike.n <= 1 ? 'looks' : 'look'} at least this different.`
  return verdict === 'same' ? { first: strangers, second: same } : { first: same, second: strangers }
}

/** The distance line, alike everywhere within a profile: from 0 to the last measured pair, rounded up to a tenth. */
export function rulerEnd(calibration: Calibration): number {
  const last = (h: Histogram) => h.low + (h.counts.findLastIndex((pairs) => pairs > 0) + 1) * h.width
  const end = Math.max(last(calibration.genuine), last(calibration.impostor), calibration.thresholds.different * 1.15)
  return Math.ceil(end * 10) / 10
}

export const bandWords = (profile: Profile, verdict: Verdict, by?: string): string => {
  const words = verdictWords(verdict, profile, by)
  return words.charAt(0).toLowerCase() + words.slice(1)
}
