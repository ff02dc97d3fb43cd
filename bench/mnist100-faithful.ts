import { resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { objective } from '../src-main/engine/losses/objective.ts'
import { LOSSES } from '../src-main/engine/losses/table.ts'
import { neighborMnist } from '../src-main/engine/networks/neighbor-mnist.ts'
import { tf, type Tensor2D } from '../src-main/engine/tf.ts'
import { batch } from '../src-main/engine/training/augment.ts'
import { drawLabelled, mnist, type Digits } from './mnist.ts'
import { errors } from './mnist100-recognise.ts'
import { train as trained } from './mnist100-stage.ts'
import { asked, kept, LABELLED, once, PAPER } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'

const DRAWS = 3
const STEPS = 2000
/** The paper's 90 epochs of 60,000 unlabelled digits, 32 a step. */
const PAPER_STEPS = 168_750

/** As the paper and its authors' code have it. The rate falls after each third of the steps. */
const SETTING = { batch: 32, rate: 0.1, momentum: 0.9, weightDecay: 1e-4 } as const

interface Draw {
  readonly seconds: number
  readonly one: number
  readonly three: number
  readonly five: number
}

/**
 * Hoffer & Ailon's own protocol: their network and setting, plain distance, no augmentation, the labelled digits as
 * neighbours. Every k is told: the best of them would be chosen by test labels.
 */
export async function faithfulBench({ draws = DRAWS, seed: first = 0, steps = STEPS, backend: forced }: BenchOptions) {
  const { train, test } = mnist()
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced)
  const seeds = Array.from({ length: draws }, (_, i) => first + i)
  const results: Draw[] = []
  for (const seed of seeds) {
    const folder = kept('faithful', SETTING, steps, seed, backend)
    const draw = await once(folder, () => runDraw(train, test, steps, seed, folder))
    console.error(`Draw ${seed}: ${draw.one.toFixed(2)} % after ${steps} steps`)
    results.push(draw)
  }
  const shown = `${steps} of the paper's ${PAPER_STEPS} steps`
  const percent = (k: number, of: (draw: Draw) => number): Figure => ({
    name: `test error, 100 labels, ${k}-NN, ${shown}`,
    unit: '%',
    values: results.map(of),
    backend,
    seeds,
    reference: PAPER,
  })
  const figures = [percent(1, ({ one }) => one), percent(3, ({ three }) => three), percent(5, ({ five }) => five)]
  const minutes = results.map(({ seconds }) => seconds / 60)
  writeResults(
    'mnist100-faithful',
    [...figures, { name: 'a draw', unit: 'min', values: minutes, backend, seeds }],
    asked('mnist100'),
  )
}

async function runDraw(train: Digits, test: Digits, steps: number, seed: number, folder: string): Promise<Draw> {
  const labelled = drawLabelled(train.labels, LABELLED, seed)
  const known = labelled.flatMap((places, label) => places.map((place) => ({ place, label })))
  const { height, width } = train.pictures
  const network = neighborMnist(seed)
  const seconds = await trained(
    {
      title: `the paper's protocol, draw ${seed}`,
      steps,
      rate: SETTING.rate,
      optimizer: { kind: 'nesterov', momentum: SETTING.momentum, weightDecay: SETTING.weightDecay },
      schedule: { kind: 'step', every: Math.max(1, Math.ceil(steps / 3)) },
      seed,
      networks: [network],
      losses(random) {
        const references = labelled.map((places) => places[random.integer(places.length)]!)
        const queries = Array.from({ length: SETTING.batch }, () => known[random.integer(known.length)]!)
        const unlabelled = Array.from({ length: SETTING.batch }, () => random.integer(train.labels.length))
        const places = [...references, ...queries.map(({ place }) => place), ...unlabelled]
        const x = tf.tensor4d(batch(train.pictures, places), [places.length, height, width, 1])
        return () => {
          const embeddings = network.forward(x, { training: true })
          const sizes = [references.length, queries.length, unlabelled.length]
          const [z, own, others] = tf.split(embeddings, sizes) as [Tensor2D, Tensor2D, Tensor2D]
          const labels = queries.map(({ label }) => label)
          const terms = LOSSES['distance-ratio-plain'].terms({
            references: z,
            queries: own,
            labels,
            unlabelled: others,
          })
          return { loss: objective(terms), seen: terms }
        }
      },
    },
    folder,
  )
  const { one, three, five } = errors(network, train, labelled, test)
  network.dispose()
  return { seconds, one, three, five }
}
