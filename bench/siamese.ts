import { mean } from '../src-main/app/evaluation/spread.ts'
import { oneShotRuns } from './metric-data.ts'
import { onPixels } from './metric-judge.ts'
import { below, compareLosses, percent } from './metric-report.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const LOSSES = ['verification', 'contrastive', 'contrastive-square'] as const
const [STEPS, SIDE] = [6000, 28]
const KOCH = { what: 'Koch et al.', value: 92 }
const PIXELS = { what: '1-NN on pixels, in the text', value: 21.7 }

/** Koch's network with his loss and with both contrastive ones, asked by the learned measure and by the nearest reference. */
export async function siameseBench(options: BenchOptions): Promise<void> {
  const what = { losses: LOSSES, data: ['omniglot'], network: 'koch-siamese', steps: STEPS, side: SIDE } as const
  const [full, small] = [onPixels(await oneShotRuns(105)), onPixels(await oneShotRuns(SIDE))]
  await compareLosses(what, options, (table) => {
    const { of, shared } = table
    const koch = of('omniglot', 'verification').map(({ verified }) => verified!)
    const right = koch.map(({ oneShot }) => mean(oneShot))
    const nearest = of('omniglot', 'verification').map(({ oneShot }) => mean(oneShot))
    const contrastive = LOSSES.slice(1).map((loss) => of('omniglot', loss).map(({ oneShot }) => mean(oneShot)))
    const title = 'verification by weighted differences'
    const own: Figure[] = [
      { name: `Omniglot, 20 runs, 20-way, by the learned measure: ${title}`, unit: '% right', values: right, ...shared, reference: KOCH }, // prettier-ignore
      { name: `Omniglot, EER by the learned measure: ${title}`, unit: '% EER', values: koch.map(({ eer }) => eer), ...shared }, // prettier-ignore
      { name: 'Omniglot, 20 runs, 20-way: 1-NN on pixels, 105 × 105, each run', unit: '% right', values: full, reference: PIXELS }, // prettier-ignore
      { name: 'Omniglot, 20 runs, 20-way: 1-NN on pixels, 28 × 28, each run', unit: '% right', values: small, reference: PIXELS }, // prettier-ignore
    ]
    const finding = [
      `Koch's order (people 95.5 %, his network 92.0 %, pixels 21.7 %) ${mean(right) > mean(small) ? 'holds' : 'does not hold'} for network and pixels:`,
      `${percent(right)} by the learned measure against ${percent(full)} on pixels; his 92.0 % is ${mean(right) >= KOCH.value ? 'reached' : 'not reached'} at a quarter of his channels and pixels.`,
      `The learned measure is above the nearest reference of the same network in ${below(nearest, right)} seeds (${percent(right)} and ${percent(nearest)});`,
      `the contrastive losses reach ${contrastive.map(percent).join(' and ')} by the nearest reference, below Koch's loss in ${contrastive.map((values) => below(values, right)).join(' and ')} seeds.`,
      table.size,
    ].join(' ')
    writeResults('siamese', [...own, ...table.figures], asked('siamese'), finding)
  })
}
