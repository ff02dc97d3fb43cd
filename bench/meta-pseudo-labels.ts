import type { BenchOptions } from './options.ts'
import { writeResults } from './results.ts'
import { ALONE, compared, NEIGHBOR, SECONDS, taughtDigits, type Way } from './teachers.ts'

const META: Way = { key: 'Meta Pseudo Labels', loss: 'softmax', method: 'meta-pseudo-labels' }

/** Meta Pseudo Labels on MNIST with 100 labels beside labels alone and neighbor embedding, at equal steps. */
export async function metaPseudoLabelsBench(options: BenchOptions): Promise<void> {
  const { outcomes, figures } = await taughtDigits([ALONE, NEIGHBOR, META], options)
  const against = (other: Way) => {
    const { one, other: beside, below, seeds } = compared(outcomes, META.key, other.key)
    return `${one.toFixed(2)} % against ${beside.toFixed(2)} % (lower in ${below} of ${seeds} seeds)`
  }
  const { one, other, below, seeds } = compared(outcomes, META.key, ALONE.key)
  const held =
    below === seeds && one < other ? 'held' : below > seeds / 2 && one < other ? 'held in part' : 'did not hold'
  writeResults('meta-pseudo-labels', figures, 'npm run bench -- meta-pseudo-labels', [
    `The text says that a teacher that is told how its names changed the student's loss makes a better student than labels alone do. That ${held} here: ${against(ALONE)}. Against neighbor embedding, which needs no teacher: ${against(NEIGHBOR)}.`,
    'How much of that the feedback gives, and how much any teacher would, was not measured apart. The student sees the labels only in the last tenth of the steps. Without the augmentation term (UDA) that the paper gives its teacher. Rates and augmentation are those of a run from scratch in the app, the same for all, and were not tuned.',
    SECONDS,
  ])
}
