import { tf } from '../src-main/engine/tf.ts'
import type { LossName } from '../src-main/engine/losses/table.ts'
import { flat } from '../src-main/engine/networks/blocks.ts'
import { dense } from '../src-main/engine/training/layers.ts'
import { createNetwork } from '../src-main/engine/training/network.ts'
import { shrunk, taken, type Photos } from './cifar.ts'
import { percentWrong, trainEpochs, type Run } from './epochs.ts'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { CLASSES, mnist } from './mnist.ts'
import { kept, once } from './mnist100-kept.ts'
import type { Figure } from './results.ts'
import { tunedRate, type Tuned } from './tuned-rate.ts'

/** Softmax is not among them in the paper's table 1, and is measured beside them. */
const OUTPUTS = ['squared-sigmoid', 'squared-tanh', 'squared-linear', 'softmax'] as const satisfies readonly LossName[]
type Output = (typeof OUTPUTS)[number]
const TITLES: Readonly<Record<Output, string>> = {
  'squared-sigmoid': 'sigmoid outputs',
  'squared-tanh': 'tanh outputs',
  'squared-linear': 'linear outputs',
  softmax: 'softmax with cross-entropy',
}
const SETTING = { batch: 90, momentum: 0, hidden: 50 } as const
const TUNING = { seed: 1000, heldOut: 10_000, first: 0.1 } as const
/** Percent; fixed before the first test. */
const GOALS = [5, 4, 3] as const

export interface MlpSizes {
  readonly epochs: number
  readonly tuningEpochs: number
  readonly seeds: readonly number[]
  readonly backend: string
}

/**
 * Øland et al., 2017, table 1: 392-50-10 with ReLU, rates fixed and tuned for each output, no weight decay. How the paper halves
 * its digits is not in the text; here neighbouring columns are averaged, 28 × 14. Rates are tuned on 10,000 of the 60,000 digits
 * to learn from, by the error after a few epochs; plain gradient descent, 100 digits a step.
 */
export async function mlpFigures(sizes: MlpSizes): Promise<{ figures: Figure[]; finding: string }> {
  const { epochs, seeds, backend } = sizes
  const digits = mnist()
  const half = ({ pictures, labels }: Photos): Photos => ({ pictures: shrunk(pictures, 1, 2), labels })
  const [train, test] = [half(digits.train), half(digits.test)]
  const figures: Figure[] = []
  const curves: Record<Output, (readonly number[])[]> = {
    'squared-sigmoid': [],
    'squared-tanh': [],
    'squared-linear': [],
    softmax: [],
  }
  const of = `392-50-10, half-size MNIST, ${epochs} epochs`
  for (const loss of OUTPUTS) {
    const { rate } = await tuned(loss, train, sizes)
    const runs: Run<number>[] = []
    for (const seed of seeds) {
      const folder = kept('boosted-mlp', SETTING, { loss, rate, epochs, seed, backend })
      runs.push(await once(folder, () => run(loss, train, test, rate, epochs, seed)))
      console.error(`MLP, ${TITLES[loss]}, rate ${rate}, seed ${seed}: ${runs.at(-1)!.curve.at(-1)?.toFixed(2)} %`)
    }
    curves[loss] = runs.map(({ curve }) => curve)
    const title = `${TITLES[loss]}, rate ${rate}: ${of}`
    const shared = { backend, seeds }
    figures.push(
      { name: `${title}: least test error`, unit: '% of digits', values: curves[loss].map((curve) => Math.min(...curve)), ...shared },
      ...GOALS.flatMap((goal) => {
        const reached = curves[loss].map((curve) => epochsTo(curve, goal)).filter((epoch) => epoch !== undefined)
        if (reached.length === 0) return []
        const short = reached.length < runs.length ? ` (${reached.length} of ${runs.length} runs reach it)` : ''
        return { name: `${title}: to a test error of ${goal} %${short}`, unit: 'epochs', values: reached, ...shared }
      }),
    ) // prettier-ignore
  }
  return { figures, finding: faster(curves) }
}

/** Whether linear outputs come to the goals sooner than squashed ones. */
export function faster(curves: Readonly<Record<Output, readonly (readonly number[])[]>>): string {
  const needed = (loss: Output, goal: number) => {
    const epochs = curves[loss].map((curve) => epochsTo(curve, goal))
    return epochs.every((epoch) => epoch !== undefined) ? mean(epochs) : undefined
  }
  const rows = GOALS.flatMap((goal) => {
    const [linear, sigmoid, tanh] = (['squared-linear', 'squared-sigmoid', 'squared-tanh'] as const).map((loss) =>
      needed(loss, goal),
    )
    if (linear === undefined || sigmoid === undefined || tanh === undefined) return []
    return { goal, linear, sigmoid, tanh, share: 1 - linear / ((sigmoid + tanh) / 2) }
  })
  if (rows.length === 0)
    return 'Linear outputs against sigmoid and tanh: no error was reached by all of them, so nothing is told.'
  const words = rows.map(
    ({ goal, linear, sigmoid, tanh }) =>
      `${goal} %: ${linear.toFixed(1)} against ${sigmoid.toFixed(1)} and ${tanh.toFixed(1)}`,
  )
  const held = rows.every(({ linear, sigmoid, tanh }) => linear < Math.min(sigmoid, tanh))
  const shares = rows
    .map(({ share }) => `${Math.abs(Math.round(100 * share))} % ${share < 0 ? 'more' : 'fewer'}`)
    .join(', ')
  return `That linear outputs need about 25 % fewer epochs than sigmoid and tanh ${held ? 'held in its sign' : 'did not hold'}: epochs to a test error of ${words.join('; ')}, which is ${shares} than the mean of the two. Batch, first weights and targets are not in the text; another choice may give another answer.`
}

/** By the digits that are held out of those to learn from. */
async function tuned(loss: Output, train: Photos, { tuningEpochs: epochs, backend }: MlpSizes): Promise<Tuned> {
  return once(kept('boosted-mlp-tuning', SETTING, TUNING, { loss, epochs, backend }), async () => {
    const count = train.labels.length
    const all = Array.from({ length: count }, (_, i) => i)
    const learned = taken(train, all.slice(0, count - TUNING.heldOut))
    const asked = taken(train, all.slice(count - TUNING.heldOut))
    const found = await tunedRate(TUNING.first, async (rate) => {
      const { curve, notices } = await run(loss, learned, asked, rate, epochs, TUNING.seed)
      return notices.length > 0 ? 100 : curve.at(-1)!
    })
    console.error(`MLP, ${TITLES[loss]}: rates ${JSON.stringify(found.tried)}`)
    return found
  })
}

async function run(loss: Output, train: Photos, test: Photos, rate: number, epochs: number, seed: number) {
  const { height, width, channels } = train.pictures
  const network = createNetwork(
    '392-50',
    // Digits of 0 … 1, as usual for them; at −1 the many empty pixels would pull all units together.
    (l, x) => tf.relu(dense(l, 'hidden', flat(tf.div(tf.add(x, 1), 2)), SETTING.hidden, { start: 'he' })),
    [height, width, channels],
    seed,
  )
  try {
    return await trainEpochs({
      ...{ network, loss, classes: CLASSES, train, rate, epochs, seed, batch: SETTING.batch, momentum: SETTING.momentum },
      measure: () => percentWrong(network, loss, CLASSES, test),
    }) // prettier-ignore
  } finally {
    network.dispose()
  }
}

/** The first epoch, counted from 1, after which the error is no larger. */
export function epochsTo(curve: readonly number[], goal: number): number | undefined {
  const at = curve.findIndex((error) => error <= goal)
  return at < 0 ? undefined : at + 1
}
