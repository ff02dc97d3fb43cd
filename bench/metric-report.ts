import { resolve } from 'node:path'
import type { NetworkName } from '../src-main/contract/networks.ts'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { LOSSES, type LossName } from '../src-main/engine/losses/table.ts'
import { BATCH, measured, type Measured, type MetricRun } from './metric-losses.ts'
import type { BenchOptions } from './options.ts'
import type { Figure } from './results.ts'

const SEEDS = 3
/** Of each set. The same for every loss; so many that three seeds of nine losses take ten minutes of one core that is free. */
const STEPS: Readonly<Record<MetricRun['data'], number>> = { omniglot: 400, orl: 150 }
const SIDE = 20
const NAMES = { omniglot: 'Omniglot', orl: 'ORL' } as const

/** What a bench of losses has measured: by data and loss, one for each seed. */
export interface Table {
  readonly figures: Figure[]
  of(data: MetricRun['data'], loss: LossName): readonly Measured[]
}

export interface Asked {
  readonly losses: readonly LossName[]
  readonly data: readonly MetricRun['data'][]
  readonly network?: NetworkName
  readonly steps?: number
  readonly side?: number
}

/** Every loss on every set, seed by seed, so that a bench that is cut short has whole seeds. */
export async function compareLosses(
  { losses, data, network = 'neighbor-mnist', steps, side = SIDE }: Asked,
  options: BenchOptions,
) {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), options.backend ?? 'tfjs-node') // prettier-ignore
  const seeds = Array.from({ length: options.draws ?? SEEDS }, (_, i) => (options.seed ?? 0) + i)
  const stepsOf = (set: MetricRun['data']) => options.steps ?? steps ?? STEPS[set]
  const found = new Map<string, Measured[]>()
  for (const seed of seeds)
    for (const set of data)
      for (const loss of losses) {
        const one = await measured({ data: set, loss, network, side, steps: stepsOf(set), seed })
        found.set(`${set} ${loss}`, [...(found.get(`${set} ${loss}`) ?? []), one])
      }
  const of: Table['of'] = (set, loss) => found.get(`${set} ${loss}`)!
  const figure = (set: MetricRun['data'], loss: LossName, what: string, unit: string, values: number[]): Figure => ({
    name: `${NAMES[set]}, ${what}: ${LOSSES[loss].title}`,
    ...{ unit, values, backend, seeds },
  })
  const each = (set: MetricRun['data'], what: string, unit: string, value: (one: Measured) => number) =>
    losses.map((loss) => figure(set, loss, what, unit, of(set, loss).map(value)))
  const figures = data.flatMap((set) => [
    ...each(set, 'EER', '% EER', ({ eer }) => eer),
    ...each(set, 'rank-1, one reference each', '% right', ({ rank1 }) => rank1),
    ...(set === 'omniglot' ? each(set, '20 runs, 20-way, nearest', '% right', ({ oneShot }) => mean(oneShot)) : []),
  ])
  return {
    figures,
    of,
    backend,
    seeds,
    size: sizeOf(
      data.map((set) => [NAMES[set], stepsOf(set)] as const),
      network,
      side,
    ),
  }
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
