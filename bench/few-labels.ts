import type { BenchOptions } from './options.ts'
import { asked } from './mnist100-kept.ts'
import { writeResults } from './results.ts'
import { ALONE, compared, NEIGHBOR, taughtDigits, type Way } from './teachers.ts'

const SMOOTHED: Way = { key: 'labels alone, smoothed', loss: 'softmax-smoothed', alone: true }
const ENTROPY: Way = { key: 'softmax and minimum entropy', loss: 'softmax-entropy' }

/** What the text on neighbor embedding holds it against: fixed targets, smoothed ones, and minimum entropy of a classifier. */
export async function fewLabelsBench(options: BenchOptions): Promise<void> {
  const { outcomes, figures } = await taughtDigits([ALONE, SMOOTHED, ENTROPY, NEIGHBOR], options)
  const against = (way: Way, other: Way) => {
    const { one, other: beside, below, seeds } = compared(outcomes, way.key, other.key)
    return `${one.toFixed(2)} % against ${beside.toFixed(2)} % (lower in ${below} of ${seeds} seeds)`
  }
  writeResults('few-labels', figures, asked('few-labels'), [
    `The text says that smoothed targets overfit less than fixed ones: ${against(SMOOTHED, ALONE)}. It expects distances to labelled pictures to overfit less than fixed targets: neighbor embedding, with the unlabelled digits, ${against(NEIGHBOR, ALONE)}; against the same minimum entropy of a classifier ${against(NEIGHBOR, ENTROPY)}; minimum entropy against labels alone ${against(ENTROPY, ALONE)}.`,
    'Network, steps, rate and augmentation are the same for all, those of a run from scratch in the app, and were not tuned; the paper trains 350 times as long.',
  ])
}
