import { boundWithoutErrors } from './paired.ts'
import { below, seededRandom } from './random.ts'

/** A comparison and who it is of: one identity in a genuine comparison, two in an impostor one. */
export interface OwnedScore {
  readonly distance: number
  readonly owners: readonly string[]
}

/** Distances, ascending, of which each counts as often as its weight says. */
export interface WeightedScores {
  readonly distances: Float64Array
  readonly weights: Float64Array
}

export interface Interval {
  readonly low: number
  readonly high: number
}

/** A measured share with its 95 % interval. */
export interface Estimate extends Interval {
  readonly value: number
}

const RESAMPLES = 1000

/**
 * 95 % intervals of what `statistics` makes of genuine and impostor comparisons: identities are drawn with replacement, and
 * a comparison counts as often as all of its identities were drawn (m_a for a genuine one, m_a·m_b for an impostor one), so
 * that comparisons which share a person are not taken for independent. Percentile bootstrap over subsets: Bolle, Ratha &
 * Pankanti, "Error analysis of pattern recognition systems: the subsets bootstrap", CVIU 2004.
 * Draws without a comparison of either kind are drawn again; of fewer than two identities nothing is known, 0 … 1.
 */
export function resampledIntervals(
  genuine: readonly OwnedScore[],
  impostor: readonly OwnedScore[],
  statistics: (genuine: WeightedScores, impostor: WeightedScores) => readonly number[],
  { seed, resamples = RESAMPLES }: { readonly seed: number; readonly resamples?: number },
): Interval[] {
  const names = [...new Set([...genuine, ...impostor].flatMap(({ owners }) => owners))].sort()
  const place = new Map(names.map((name, at) => [name, at]))
  const kinds = [genuine, impostor].map((scores) => {
    const ordered = [...scores].sort((a, b) => a.distance - b.distance || (a.owners.join() < b.owners.join() ? -1 : 1))
    return {
      distances: Float64Array.from(ordered, ({ distance }) => distance),
      weights: new Float64Array(ordered.length),
      owners: ordered.map(({ owners }) => [...new Set(owners)].map((name) => place.get(name)!)),
    }
  })
  const [genuineKind, impostorKind] = [kinds[0]!, kinds[1]!]
  const random = seededRandom(seed)
  const times = new Uint16Array(names.length)
  const drawAgain = () => {
    times.fill(0)
    for (let draw = 0; draw < names.length; draw++) times[below(names.length, random)]! += 1
    return kinds.every(({ owners, weights }) => {
      let total = 0
      owners.forEach((of, i) => {
        weights[i] = of.reduce((product, owner) => product * times[owner]!, 1)
        total += weights[i]!
      })
      return total > 0
    })
  }
  const samples: (readonly number[])[] = []
  for (let tries = 0; samples.length < resamples && tries < 2 * resamples && names.length > 1; tries++)
    if (drawAgain()) samples.push(statistics(genuineKind, impostorKind))
  const count = statistics(genuineKind, impostorKind).length
  return Array.from({ length: count }, (_, which) => middle(samples.map((sample) => sample[which]!)))
}

/**
 * A share of `trials` comparisons and its interval. Drawing again cannot show an error that was never seen: without one the
 * upper bound of an error rate is 3/N at least, and the lower one 1 − 3/N at most where all are errors.
 */
export function estimate(value: number, { low, high }: Interval, trials: number): Estimate {
  const bound = boundWithoutErrors(trials)
  if (value <= 0) return { value, low: 0, high: Math.max(high, bound) }
  if (value >= 1) return { value, low: Math.min(low, 1 - bound), high: 1 }
  return { value, low, high }
}

/** The middle 95 % of the values. */
function middle(values: readonly number[]): Interval {
  if (values.length === 0) return { low: 0, high: 1 }
  const ordered = Float64Array.from(values).sort()
  return {
    low: ordered[Math.floor(0.025 * ordered.length)]!,
    high: ordered[Math.ceil(0.975 * ordered.length) - 1]!,
  }
}

const total = ({ weights }: WeightedScores) => weights.reduce((sum, weight) => sum + weight, 0)

/** Share of the comparisons that pass at a threshold. */
export function passing(scores: WeightedScores, threshold: number): number {
  let sum = 0
  for (let i = 0; i < scores.distances.length; i++) {
    if (!(scores.distances[i]! <= threshold) || scores.distances[i] === Infinity) break
    sum += scores.weights[i]!
  }
  return sum / total(scores)
}

/** `tarAtFar` of comparisons that count by weight. */
export function weightedTarAtFar(genuine: WeightedScores, impostor: WeightedScores, far: number): number {
  const allowed = far * total(impostor) + 1e-9
  let stop = Infinity
  for (let i = 0, sum = 0; i < impostor.distances.length && stop === Infinity; i++) {
    sum += impostor.weights[i]!
    if (sum > allowed) stop = impostor.distances[i]!
  }
  let sum = 0
  for (let i = 0; i < genuine.distances.length && genuine.distances[i]! < stop; i++) sum += genuine.weights[i]!
  return sum / total(genuine)
}

/** `equalErrorRate` of comparisons that count by weight. */
export function weightedEqualErrorRate(genuine: WeightedScores, impostor: WeightedScores): number {
  const [mated, others] = [total(genuine), total(impostor)]
  let [g, i, passedGenuine, passedImpostor] = [0, 0, 0, 0]
  let best = { gap: 1, rate: 0.5 }
  while (true) {
    const cut = Math.min(genuine.distances[g] ?? Infinity, impostor.distances[i] ?? Infinity)
    if (cut === Infinity) return best.rate
    for (; genuine.distances[g] === cut; g++) passedGenuine += genuine.weights[g]!
    for (; impostor.distances[i] === cut; i++) passedImpostor += impostor.weights[i]!
    const [fmr, fnmr] = [passedImpostor / others, 1 - passedGenuine / mated]
    const gap = Math.abs(fmr - fnmr)
    if (gap < best.gap) best = { gap, rate: (fmr + fnmr) / 2 }
  }
}
