import { resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { mean, standardDeviation } from '../src-main/app/evaluation/spread.ts'
import type { TrialData } from '../src-main/engine/lab/data.ts'
import { vgg } from '../src-main/engine/networks/vgg.ts'
import { picturesOf } from '../src-main/engine/training/augment.ts'
import { createNetwork } from '../src-main/engine/training/network.ts'
import { orlIdentities, type MetricData } from './metric-data.ts'
import { judge } from './metric-judge.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'
import { trialsOf, type BenchTrial } from './trials.ts'

const SIZES = [64, 128, 256, 512] as const
const [SIDE, STEPS, SEEDS, ASKED] = [32, 250, 3, 2]
/** FaceNet's choice, in which more numbers were no better. */
const CHOSEN = 128

/**
 * FaceNet's table 5 in small: the same network with embeddings of 64 to 512 numbers, by semi-hard triplets, on twenty people of
 * ORL; pairs of the twenty others are told apart by their distance. Its last layer takes 256 features.
 */
export async function embeddingSizesBench(options: BenchOptions): Promise<void> {
  const { draws = SEEDS, seed: first = 0, steps = STEPS, backend: forced } = options
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced)
  const seeds = Array.from({ length: draws }, (_, i) => first + i)
  const sets = new Map<number, Promise<MetricData>>()
  const people = (seed: number) => sets.get(seed) ?? sets.set(seed, orlIdentities(seed, SIDE)).get(seed)!
  const trials = SIZES.map((embedding): BenchTrial => {
    return {
      key: String(embedding),
      config: {
        loss: 'triplet-semi-hard',
        steps,
        points: 8,
        batch: 40,
        rate: 1e-3,
        optimizer: { kind: 'adam' },
        schedule: { kind: 'cosine', from: Math.round(steps / 2), warmUp: 20 },
        augment: { labelled: { scale: 0.1, shift: 1.5, mirror: true, fill: 'edge' } },
        watches: false,
      },
      network: (seed) => createNetwork('vgg', vgg({ embedding }), [SIDE, SIDE, 1], seed),
      data: async (seed) => learnedPeople(await people(seed)),
      async also({ network, config, seed }) {
        const { eer, rank1 } = judge({ network, loss: config.loss! }, await people(seed))
        return { eer, rank1 }
      },
    }
  })
  const outcomes = await trialsOf('embedding-sizes', 1, trials, seeds)
  const rates = (size: number, of: 'eer' | 'rank1') =>
    outcomes.filter(({ key }) => key === String(size)).map(({ also }) => also[of]!)
  const shared = { unit: '%', backend, seeds }
  const figures = (['eer', 'rank1'] as const).flatMap((of) =>
    SIZES.map((size): Figure => ({
      name: `${size} numbers: ${of === 'eer' ? 'equal error rate of pairs' : 'recognised from one picture each'}, 20 people never seen, ${steps} steps`,
      values: rates(size, of),
      ...shared,
    })),
  )
  const told = (size: number) => `${mean(rates(size, 'eer')).toFixed(2)} %`
  /** Paired by seed. @returns mean change of the equal error rate, and its standard error */
  const change = (size: number) => {
    const changes = rates(size, 'eer').map((rate, i) => rate - rates(CHOSEN, 'eer')[i]!)
    return { by: mean(changes), error: standardDeviation(changes) / Math.sqrt(changes.length) }
  }
  const more = [256, 512].map(change)
  const gains = more.some(({ by, error }) => by < -2 * error)
  const changes = [64, 256, 512].map((size) => {
    const { by, error } = change(size)
    return `${size}: ${by > 0 ? '+' : ''}${by.toFixed(2)} ± ${error.toFixed(2)}`
  })
  writeResults('embedding-sizes', figures, 'npm run bench -- embedding-sizes', [
    `The text's table has 128 numbers as good as 256 and 512, within what chance allows, and 64 a little worse. That more than 128 gain nothing ${gains ? 'did not hold' : 'held'} here: equal error rate ${SIZES.map((size) => `${told(size)} with ${size}`).join(', ')}; beside 128, in points ± standard error of the paired seeds, ${changes.join(', ')}.`,
    `Twenty people of ORL at ${SIDE} × ${SIDE} pixels are two hundred pictures, FaceNet had some two hundred million; so small a set says whether numbers are missing, not how many a hundred million faces need.`,
  ])
}

/** All but two pictures of each person to learn from, those two to be asked. */
function learnedPeople({ train: { pictures, members } }: MetricData): TrialData {
  const labels = new Int32Array(picturesOf(pictures))
  members.forEach((places, person) => places.forEach((place) => (labels[place] = person)))
  return {
    ...{ pictures, labels, classes: members.length, unlabelled: new Int32Array() },
    labelled: Int32Array.from(members.flatMap((places) => places.slice(ASKED))),
    asked: Int32Array.from(members.flatMap((places) => places.slice(0, ASKED))),
  }
}
