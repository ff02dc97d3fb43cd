import { mean } from '../src-main/app/evaluation/spread.ts'
import { below, compareLosses, ordered, percent, type Table } from './metric-report.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults } from './results.ts'

const LOSSES = ['angular', 'triplet-semi-hard', 'triplet-all', 'contrastive'] as const
const DATA = ['omniglot', 'orl'] as const

/** The angle at the negative, beside the distances that triplets and pairs compare. */
export async function angularBench(options: BenchOptions): Promise<void> {
  await compareLosses({ losses: LOSSES, data: DATA }, options, (table) => {
    const finding = [
      'The text names the angular loss as a recent variant and gives no figure; the paper that it names puts it before triplets. EER: that ' +
        `${ordered(table, DATA, 'angular', 'triplet-semi-hard')} against semi-hard triplets, and ${ordered(table, DATA, 'angular', 'contrastive')} against contrastive pairs, over both sets and all seeds.`,
      ...DATA.map((data) => sentence(table, data)),
      `α = 45°, by itself: the paper adds an N-pair loss for its best figures. On the sphere nearly every triplet keeps the angle from the start, so that little is learned: its loss in the last fifty steps is ${lastLoss(table)}.`,
      table.size,
    ].join(' ')
    writeResults('angular', table.figures, asked('angular'), finding)
  })
}

const lastLoss = ({ of }: Table) => mean(of('omniglot', 'angular').map(({ loss }) => loss)).toExponential(1)

function sentence({ of }: Table, data: (typeof DATA)[number]): string {
  const [angle, semi, all, pairs] = LOSSES.map((loss) => of(data, loss).map(({ eer }) => eer)) as number[][]
  return (
    `${data === 'orl' ? 'ORL' : 'Omniglot'}: EER ${percent(angle!)} by the angle, ${percent(semi!)} with semi-hard triplets (the angle is lower in ${below(angle!, semi!)} seeds), ` +
    `${percent(all!)} with all triplets (lower in ${below(angle!, all!)}), ${percent(pairs!)} with contrastive pairs (lower in ${below(angle!, pairs!)}).`
  )
}
