import { resolve } from 'node:path'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { measured, type Measured } from './metric-losses.ts'
import { percent } from './metric-report.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const SEEDS = 3
/** Of the twenty drawings of each of the 964 background characters. */
const SHARES = [0.1, 0.25, 0.5, 1] as const
const DRAWINGS = 19_280
const RUN = { data: 'omniglot', loss: 'triplet-semi-hard', network: 'neighbor-mnist', side: 20, steps: 1000 } as const

/** FaceNet's table 6 in small: what more training pictures are worth at equal steps. */
export async function trainingSizeBench({ draws = SEEDS, seed: first = 0, steps, backend: forced }: BenchOptions) {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced ?? 'tfjs-node')
  const found = SHARES.map((): Measured[] => [])
  const seeds: number[] = []
  for (let seed = first; seeds.length < draws; seed++) {
    for (const [i, share] of SHARES.entries()) {
      // The whole set is what the bench of triplets has measured.
      const run = { ...RUN, ...(steps !== undefined && { steps }), seed, ...(share < 1 && { share }) }
      found[i]!.push(await measured(run))
    }
    seeds.push(seed)
    const figures = (['EER', '20 runs, 20-way, nearest'] as const).flatMap((what) =>
      SHARES.map((share, i): Figure => ({
        name: `Omniglot, ${what}: ${Math.round(share * DRAWINGS)} training drawings`,
        unit: what === 'EER' ? '% EER' : '% right',
        values: found[i]!.map(({ eer, oneShot }) => (what === 'EER' ? eer : mean(oneShot))),
        ...{ backend, seeds: [...seeds] },
      })),
    )
    writeResults(
      'training-size',
      figures,
      asked('training-size'),
      finding(found.map((all) => all.map(({ eer }) => eer))),
    )
  }
}

function finding(eers: readonly (readonly number[])[]): string {
  const means = eers.map((values) => mean(values))
  const falls = means.every((value, i) => i === 0 || value < means[i - 1]!)
  const [first, last] = [means[0]! - means[1]!, means.at(-2)! - means.at(-1)!]
  return [
    `FaceNet's VAL rises with the number of training pictures (76.3, 85.1, 85.1, 86.2 % for 2.6 to 260 million), less and less. Here EER with a tenth, a quarter, a half and all drawings: ${eers.map(percent).join(', ')}.`,
    `That more pictures are better ${falls ? 'held' : 'did not hold at each step'}; that each further step is worth less ${last < first ? 'held' : 'did not hold'}.`,
    'The characters are the same, with fewer drawers each; semi-hard triplets, 1,000 steps of 64 drawings.',
  ].join(' ')
}
