import { below, compareLosses, ordered, percent, type Table } from './metric-report.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults } from './results.ts'

const LOSSES = ['triplet-all', 'triplet-semi-hard', 'triplet-batch-hard', 'cosine-triplet-semi-hard', 'triplet-network'] as const // prettier-ignore
const DATA = ['omniglot', 'orl'] as const

/** Which triplets of a batch count, the same by cosine, and the triplet network of 2015. */
export async function tripletBench(options: BenchOptions): Promise<void> {
  await compareLosses({ losses: LOSSES, data: DATA }, options, (table) => {
    const finding = [
      `The text says that choosing hard triplets is crucial in training. Against all triplets that ${heldOn(table)}.`,
      ...DATA.map((data) => minings(table, data)),
      'By cosine the margin counts twice (d² = 2 − 2·cos); the triplet network of 2015 has neither margin nor mining.',
      table.size,
    ]
    writeResults('triplet', table.figures, asked('triplet'), finding.join(' '))
  })
}

function heldOn(table: Table): string {
  const semi = ordered(table, DATA, 'triplet-semi-hard', 'triplet-all')
  return `${semi} for semi-hard ones, and ${ordered(table, DATA, 'triplet-batch-hard', 'triplet-all')} for the hardest`
}

function minings({ of }: Table, data: (typeof DATA)[number]): string {
  const [all, semi, hard, cosine, ratio] = LOSSES.map((loss) => of(data, loss).map(({ eer }) => eer)) as number[][]
  const name = data === 'orl' ? 'ORL' : 'Omniglot'
  return (
    `${name}: EER ${percent(all!)} with all triplets, ${percent(semi!)} with semi-hard ones (lower in ${below(semi!, all!)} seeds), ` +
    `${percent(hard!)} with the hardest (lower in ${below(hard!, all!)}); ${percent(cosine!)} by cosine, ${percent(ratio!)} for the triplet network.`
  )
}
