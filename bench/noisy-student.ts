import type { BenchOptions } from './options.ts'
import { writeResults } from './results.ts'
import { ALONE, compared, NEIGHBOR, SECONDS, taughtDigits, type Way } from './teachers.ts'

const ONE: Way = { key: 'Noisy Student, one student', loss: 'softmax', method: 'noisy-student', rounds: 1 }
const THREE: Way = { key: 'Noisy Student, three students', loss: 'softmax', method: 'noisy-student', rounds: 3 }

/** Noisy Student on MNIST with 100 labels beside labels alone and neighbor embedding, at equal steps. */
export async function noisyStudentBench(options: BenchOptions): Promise<void> {
  const { outcomes, figures } = await taughtDigits([ALONE, NEIGHBOR, ONE, THREE], options)
  const against = (way: Way, other: Way, by?: 'nearest') => {
    const { one, other: beside, below, seeds } = compared(outcomes, way.key, other.key, by)
    return `${one.toFixed(2)} % against ${beside.toFixed(2)} % (lower in ${below} of ${seeds} seeds)`
  }
  const { one, other, below, seeds } = compared(outcomes, THREE.key, ALONE.key)
  const held =
    below === seeds && one < other ? 'held' : below > seeds / 2 && one < other ? 'held in part' : 'did not hold'
  writeResults('noisy-student', figures, 'npm run bench -- noisy-student', [
    `The text says that students that learn from their teacher's names under noise become better than the labels alone make them, and better from round to round. Against labels alone that ${held} here: three students ${against(THREE, ALONE)}; one student ${against(ONE, ALONE)}.`,
    `Three students against one at the same number of steps in all, of which each has a smaller share: ${against(THREE, ONE)}. By the nearest labelled digit in place of the classifier: three students ${against(THREE, ALONE, 'nearest')} for labels alone, one student ${against(ONE, ALONE, 'nearest')}. The text evens out how many pictures of each class are named and has larger students; we do neither, and did not measure whether that is why more students make the classifier worse. Against neighbor embedding, which needs no teacher: one student ${against(ONE, NEIGHBOR)}, three ${against(THREE, NEIGHBOR)}.`,
    'Teacher and students are of one network (neighbor-mnist) and share the steps; the text has 300 million pictures. Rates and augmentation are those of a run from scratch in the app, the same for all, and were not tuned.',
    SECONDS,
  ])
}
