import { below, compareLosses, ordered, percent, type Table } from './metric-report.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults } from './results.ts'

const LOSSES = ['large-margin-cosine', 'softmax', 'triplet-semi-hard'] as const
const DATA = ['omniglot', 'orl'] as const

/** Large-margin cosine beside the softmax that it is made of, and a triplet loss. */
export async function cosfaceBench(options: BenchOptions): Promise<void> {
  await compareLosses({ losses: LOSSES, data: DATA }, options, (table) => {
    const finding = [
      'The text names CosFace as a recent variant and gives no figure; the paper that it names puts the margin before softmax and triplets. EER: that ' +
        `${ordered(table, DATA, 'large-margin-cosine', 'softmax')} against softmax, and ${ordered(table, DATA, 'large-margin-cosine', 'triplet-semi-hard')} against semi-hard triplets, over both sets and all seeds.`,
      ...DATA.map((data) => sentence(table, data)),
      'The class directions were drawn with lengths of about 11 at first, which turn slowly at this rate (EER 33.1 % on Omniglot); since that was seen they start with lengths of about 1, as the weights of softmax do.',
      table.size,
    ].join(' ')
    writeResults('cosface', table.figures, asked('cosface'), finding)
  })
}

function sentence({ of }: Table, data: (typeof DATA)[number]): string {
  const [margin, softmax, triplet] = LOSSES.map((loss) => of(data, loss).map(({ eer }) => eer)) as number[][]
  return (
    `${data === 'orl' ? 'ORL' : 'Omniglot'}: EER ${percent(margin!)} with the margin, ${percent(softmax!)} with softmax (the margin is lower in ${below(margin!, softmax!)} seeds), ` +
    `${percent(triplet!)} with semi-hard triplets (lower in ${below(margin!, triplet!)}).`
  )
}
