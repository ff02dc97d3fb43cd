import { AppError } from '../../contract/errors.ts'
import { distanceOf, type Measured } from './distance.ts'
import { openSet, type OpenSetResult, type Search } from './open-set.ts'
import { errorRate } from './paired.ts'
import { drawn, seededRandom } from './random.ts'
import { estimate, type Estimate } from './resampled.ts'
import { mean, standardDeviation } from './spread.ts'

/** One identity's pictures, measured; null where nothing is found in one. */
export interface MeasuredIdentity {
  readonly name: string
  readonly pictures: readonly Measured[]
  /** Pictures to take references from; without them they are drawn from `pictures`, and the rest are the probes. */
  readonly references?: readonly Measured[]
}

/** All rates are fractions. */
export interface IdentitiesResult {
  readonly classes: number
  /** Of one draw; a draw of references leaves the same number of probes each time. */
  readonly probes: number
  readonly draws: number
  /** Share of probes whose nearest reference is of their own identity: mean and standard deviation over the draws. */
  readonly rank1: number
  readonly rank1Sd: number
  /** Rank-1 of each draw. */
  readonly rates: readonly number[]
  /** Rank-1 over all draws, with its 95 % interval from drawing identities again. */
  readonly rank1Estimate: Estimate
  /** Half of the identities enrolled, drawn anew each time, and everybody asked; null where that leaves nobody to ask for. */
  readonly openSet: OpenSetResult | null
  /** Probes and references in which nothing is found; such a probe is an error, such a reference is never nearest. */
  readonly undetected: number
}

interface Reference {
  readonly owner: number
  readonly embedding: Float32Array
}

const NOBODY = { owner: -1, distance: Infinity }

function nearest(probe: Measured, references: readonly Reference[]): { owner: number; distance: number } {
  if (probe === null) return NOBODY
  let best = NOBODY
  for (const { owner, embedding } of references) {
    const distance = distanceOf(probe, embedding)
    if (distance < best.distance) best = { owner, distance }
  }
  return best
}

/**
 * One draw: `shots` references of each identity that is enrolled, everything else is asked, and all pictures of those that
 * are not.
 */
function oneDraw(
  identities: readonly MeasuredIdentity[],
  { shots, enrolled }: { shots: number; enrolled: ReadonlySet<number> },
  random: () => number,
): Search[] {
  const references: Reference[] = []
  const probes: { owner: number; embedding: Measured }[] = []
  identities.forEach((identity, owner) => {
    const from = identity.references ?? identity.pictures
    // An identity keeps one picture to be asked about, where it has more than one.
    const most = identity.references ? shots : Math.min(shots, Math.max(1, from.length - 1))
    const chosen = new Set(drawn([...from.keys()], enrolled.has(owner) ? most : 0, random))
    for (const index of chosen) {
      const embedding = from[index]!
      if (embedding !== null) references.push({ owner, embedding })
    }
    identity.pictures.forEach((embedding, index) => {
      if (identity.references || !chosen.has(index)) probes.push({ owner, embedding })
    })
  })
  return probes.map(({ owner, embedding }) => {
    const found = nearest(embedding, references)
    return {
      identity: String(owner),
      enrolled: enrolled.has(owner),
      distance: found.distance,
      right: found.owner === owner,
    }
  })
}

/**
 * Identification from few examples, all identities known: rank-1 is the share of probes whose nearest reference belongs to
 * their own identity. References are drawn at random, `draws` times; draw d uses the seed `seed` + d. Where all references
 * are given and none is left to chance, one draw is made.
 * @throws AppError wrong-use when there are fewer than two identities or no probe
 */
export function evaluateIdentities(
  identities: readonly MeasuredIdentity[],
  { shots, draws, seed = 0 }: { shots: number; draws: number; seed?: number },
): IdentitiesResult {
  if (identities.length < 2) throw new AppError('wrong-use', 'Two identities, each a sub-folder, are needed at least.')
  const chance = identities.some((identity) => (identity.references?.length ?? Infinity) > shots)
  const everybody = new Set(identities.keys())
  const made = Array.from({ length: chance ? draws : 1 }, (_, draw) =>
    oneDraw(identities, { shots, enrolled: everybody }, seededRandom(seed + draw)),
  )
  const probes = made[0]!.length
  if (probes === 0) throw new AppError('wrong-use', 'No picture is left to ask about: every one serves as a reference.')
  const rates = made.map((searches) => searches.filter(({ right }) => right).length / probes)
  const wrong = errorRate(
    made.flat().map(({ identity, right }) => ({ identity, wrong: !right })),
    { seed },
  )
  const measured = identities.flatMap((identity) => [...identity.pictures, ...(identity.references ?? [])])
  return {
    classes: identities.length,
    probes,
    draws: made.length,
    rank1: mean(rates),
    rank1Sd: standardDeviation(rates),
    rates,
    // Draws ask about the same pictures again and again: of one draw alone it is counted how many were right.
    rank1Estimate: estimate(mean(rates), { low: 1 - wrong.high, high: 1 - wrong.low }, probes),
    openSet: openSet(Array.from({ length: draws }, (_, draw) => halfEnrolled(identities, shots, seed + draw)).flat()),
    undetected: measured.filter((embedding) => embedding === null).length,
  }
}

function halfEnrolled(identities: readonly MeasuredIdentity[], shots: number, seed: number): Search[] {
  const random = seededRandom(seed)
  const enrolled = new Set(drawn([...identities.keys()], identities.length >> 1, random))
  return oneDraw(identities, { shots, enrolled }, random)
}
