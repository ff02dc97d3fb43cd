import type { Calibration, Histogram, Profile, Verdict } from '../src-main/contract/types.ts'
import { count, percent } from './figures.ts'
import { nounsOf } from './words.ts'

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

/** What a distance means, in sentences made of counted pairs only; the one that decides comes first. */
export function meaning(
  calibration: Calibration,
  distance: number,
  verdict: Verdict,
): { first: string; second: string } {
  const noun = nounsOf(calibration.profile)
  const alike = atLeastThisAlike(calibration.impostor, distance)
  const unlike = atLeastThisUnlike(calibration.genuine, distance)
  const strangers = `Of ${count(alike.of)} pairs of different ${noun.many}, ${share(alike)} ${alike.n <= 1 ? 'looks' : 'look'} at least this alike.`
  const same = `Of ${count(unlike.of)} pairs of the same ${noun.one}, ${share(unlike)} ${unlike.n <= 1 ? 'looks' : 'look'} at least this different.`
  return verdict === 'same' ? { first: strangers, second: same } : { first: same, second: strangers }
}

/** The distance line, alike everywhere within a profile: from 0 to the last measured pair, rounded up to a tenth. */
export function rulerEnd(calibration: Calibration): number {
  const last = (h: Histogram) => h.low + (h.counts.findLastIndex((pairs) => pairs > 0) + 1) * h.width
  const end = Math.max(last(calibration.genuine), last(calibration.impostor), calibration.thresholds.different * 1.15)
  return Math.ceil(end * 10) / 10
}

export function bandWords(profile: Profile, verdict: Verdict): string {
  return {
    same: `same ${nounsOf(profile).one}`,
    uncertain: 'uncertain',
    different: `different ${nounsOf(profile).many}`,
  }[verdict]
}
