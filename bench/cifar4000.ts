import { resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import type { TrialData } from '../src-main/engine/lab/data.ts'
import { embed, nearestErrors } from '../src-main/engine/lab/measure.ts'
import { neighborCifar } from '../src-main/engine/networks/neighbor-cifar.ts'
import type { Trained } from '../src-main/engine/training/predictions.ts'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { cifar10, shrunk, type Photos } from './cifar.ts'
import { CLASSES, drawLabelled } from './mnist.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'
import { trialsOf, type BenchOutcome, type BenchTrial } from './trials.ts'
import { percent } from './words.ts'

const DRAWS = 3
const STEPS = 2000
/** The paper's 90 epochs of the 46,000 unlabelled pictures, 32 a step. */
const PAPER_STEPS = 129_375
const PAPER = { what: 'Hoffer & Ailon', value: 20.3 } as const
const LABELLED = 400
const TEST = 200
/** Half of the paper's, by which a step takes a quarter of the time. */
const SIDE = 16

/**
 * Hoffer & Ailon, "Semi-supervised deep learning by metric embedding", 2016, table 2: 4,000 labels on CIFAR-10, their network and
 * objective over the plain distance, as in their code, their rate and its falls after each third. A shorter run on smaller pictures.
 */
export async function cifar4000Bench({ draws = DRAWS, seed: first = 0, steps = STEPS, backend: forced }: BenchOptions) {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced)
  const { train, test } = await cifar10()
  const trial: BenchTrial = {
    key: `${SIDE} × ${SIDE}, ${TEST} of each class asked, ${backend}`,
    config: { loss: 'distance-ratio-plain', method: 'direct', steps, batch: 32, rate: 0.1, points: 1, watches: false },
    network: (seed) => neighborCifar(seed, { input: [SIDE, SIDE, 3] }),
    data: (seed) => labelledPart(train, test, seed),
    also({ network, config, data, seed }) {
      const fresh = neighborCifar(seed, { input: [SIDE, SIDE, 3] })
      try {
        const [all, untrained] = [network, fresh].map((one) => nearestOfAll({ ...config, network: one }, data))
        return { all: all!, untrained: untrained! }
      } finally {
        fresh.dispose()
      }
    },
  }
  const outcomes: BenchOutcome[] = []
  for (let seed = first; seed < first + draws; seed++) {
    outcomes.push(...(await trialsOf('cifar4000', 1, [trial], [seed])))
    const shared = { backend, seeds: outcomes.map((one) => one.seed) }
    const size = `CIFAR-10 (JPEG, ${SIDE} × ${SIDE}), 4,000 labels, shorter run: ${steps} of ${PAPER_STEPS} steps`
    const errors = outcomes.map(({ also }) => 100 * also['all']!)
    const untrained = outcomes.map(({ also }) => 100 * also['untrained']!)
    const figures: Figure[] = [
      { name: `test error by 1-NN, ${size}`, unit: '%', values: errors, ...shared, reference: PAPER },
      { name: 'the same of the network before its first step', unit: '%', values: untrained, ...shared },
      {
        ...{ name: `error on the labelled themselves, ${size}`, unit: '%', ...shared },
        values: outcomes.map(({ training }) => 100 * training),
      },
      { name: `a draw, ${size}`, unit: 'min', values: outcomes.map(({ seconds }) => seconds / 60), ...shared },
    ]
    writeResults('cifar4000', figures, asked('cifar4000'), [
      `This is a shorter run; the full one needs a GPU and is not yet measured. Whether the paper's ${PAPER.value} % is reached is therefore not told.`,
      `After ${((100 * steps) / PAPER_STEPS).toFixed(2)} % of the paper's steps, on pictures of half the side, ${percent(mean(errors))} of ${CLASSES * TEST} test pictures are named wrongly, where the network before its first step errs on ${percent(mean(untrained))}: the objective ${mean(errors) < mean(untrained) - 2 ? 'learns' : 'has learned next to nothing yet'}.`,
    ])
  }
}

/** Share of the test pictures whose nearest labelled one is of another class. */
function nearestOfAll(trained: Trained, { pictures, labels, asked, labelled }: TrialData): number {
  const probes = embed(trained, pictures, asked)
  const references = embed(trained, pictures, labelled)
  return nearestErrors(probes, references, { probes: asked, references: labelled }, labels)
}

/** 4,000 pictures with their class, the others of the 50,000 without, and the same test for every seed. */
export function labelledPart(train: Photos, test: Photos, seed: number): TrialData {
  const labelled = Int32Array.from(drawLabelled(train.labels, LABELLED, seed).flat())
  const known = new Set(labelled)
  const count = train.labels.length
  const [own, others] = [train, test].map(({ pictures }) =>
    shrunk(pictures, pictures.height / SIDE, pictures.width / SIDE),
  )
  const values = new Uint8Array(own!.values.length + others!.values.length)
  values.set(own!.values)
  values.set(others!.values, own!.values.length)
  return {
    pictures: { ...own!, values },
    labels: [...train.labels, ...test.labels],
    classes: CLASSES,
    labelled,
    unlabelled: Int32Array.from({ length: count }, (_, place) => place).filter((place) => !known.has(place)),
    asked: Int32Array.from(drawLabelled(test.labels, TEST, 0).flat(), (place) => count + place),
  }
}
