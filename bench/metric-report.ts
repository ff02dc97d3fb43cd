import { resolve } from 'node:path'
import type { NetworkName } from '../src-main/contract/networks.ts'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { LOSSES, type LossName } from '../src-main/engine/losses/table.ts'
import { BATCH, measured, type Measured, type MetricRun } from './metric-losses.ts'
import type { BenchOptions } from './options.ts'
import type { Figure } from './results.ts'

const SEEDS = 3
/**
 * Of each set, the same for every loss. Omniglot had 400 at first, and 1,000 since one test error had been seen: that of the large margin,
 * 36.9 %, whose training loss had fallen from 21 to 17 and said the same.
 */
const STEPS: Readonly<Record<MetricRun['data'], number>> = { omniglot: 1000, orl: 150 }
const SIDE = 20
const NAMES = { omniglot: 'Omniglot', orl: 'ORL' } as const

/** What a bench of losses has measured so far: by data and loss, one for each seed. */
export interface Table {
  readonly figures: readonly Figure[]
  readonly shared: Pick<Figure, 'backend' | 'seeds'>
  /** What was trained, in words. */
  readonly size: string
  of(data: MetricRun['data'], loss: LossName): readonly Measured[]
}

export interface Asked {
  readonly losses: readonly LossName[]
  readonly data: readonly MetricRun['data'][]
  readonly network?: NetworkName
  readonly steps?: number
  readonly side?: number
}

/**
 * Every loss on every set, seed by seed.
 * @param report called after each seed, so that a bench that is cut short leaves what it has
 */
export async function compareLosses(asked: Asked, options: BenchOptions, report: (table: Table) => void) {
  const { losses, data, network = 'neighbor-mnist', side = SIDE } = asked
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), options.backend ?? 'tfjs-node') // prettier-ignore
  const stepsOf = (set: MetricRun['data']) => options.steps ?? asked.steps ?? STEPS[set]
  const size = sizeOf(data.map((set) => [NAMES[set], stepsOf(set)] as const), network, side) // prettier-ignore
  const found = new Map<string, Measured[]>()
  const of: Table['of'] = (set, loss) => found.get(`${set} ${loss}`)!
  const seeds: number[] = []
  for (let seed = options.seed ?? 0; seeds.length < (options.draws ?? SEEDS); seed++) {
    for (const set of data)
      for (const loss of losses) {
        const one = await measured({ data: set, loss, network, side, steps: stepsOf(set), seed })
        found.set(`${set} ${loss}`, [...(found.get(`${set} ${loss}`) ?? []), one])
      }
    seeds.push(seed)
    const shared = { backend, seeds: [...seeds] }
    report({ figures: figuresOf(asked, of, shared), of, shared, size })
  }
}

function figuresOf({ losses, data }: Asked, of: Table['of'], shared: Table['shared']): Figure[] {
  const each = (set: MetricRun['data'], what: string, unit: string, value: (one: Measured) => number) =>
    losses.map((loss): Figure => ({
      name: `${NAMES[set]}, ${what}: ${LOSSES[loss].title}`,
      ...{ unit, values: of(set, loss).map(value), ...shared },
    }))
  return data.flatMap((set) => [
    ...each(set, 'EER', '% EER', ({ eer }) => eer),
    ...each(set, 'rank-1, one reference each', '% right', ({ rank1 }) => rank1),
    ...(set === 'omniglot' ? each(set, '20 runs, 20-way, nearest', '% right', ({ oneShot }) => mean(oneShot)) : []),
  ])
}

/** What was trained, in words for the finding. */
function sizeOf(sets: readonly (readonly [string, number])[], network: NetworkName, side: number): string {
  const each = sets.map(([name, steps]) => `${steps} steps on ${name}`).join(', ')
  const pictures = BATCH.identities * BATCH.each
  return `The network ${network} on ${side} × ${side} pixels, ${each}, each of ${pictures} pictures, for every loss; identities of the test are not in training.`
}

/** "3 of 3": in how many seeds the first value is below the second. */
export function below(first: readonly number[], second: readonly number[]): string {
  return `${first.filter((value, i) => value < second[i]!).length} of ${first.length}`
}

export const percent = (values: readonly number[]): string => `${mean(values).toFixed(1)} %`

/** Whether the first loss has the lower EER, as a text says: on every set and for every seed, in some of these cases, or in none. */
export function ordered({ of }: Table, data: readonly MetricRun['data'][], first: LossName, second: LossName): string {
  const right = data.flatMap((set) => {
    const other = of(set, second)
    return of(set, first).map(({ eer }, i) => eer < other[i]!.eer)
  })
  const count = right.filter(Boolean).length
  if (count === right.length) return 'held'
  return count === 0 ? 'did not hold' : `held in ${count} of ${right.length} cases`
}
