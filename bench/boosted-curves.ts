import type { LossName } from '../src-main/engine/losses/table.ts'
import { createRandom } from '../src-main/engine/training/random.ts'
import { convnet, probeOf, type Inside } from './boosted-convnet.ts'
import { cifar10, taken, type Photos } from './cifar.ts'
import { percentWrong, trainEpochs, type Run } from './epochs.ts'
import { CLASSES, drawLabelled } from './mnist.ts'
import { kept, once } from './mnist100-kept.ts'
import { mean } from '../src-main/app/evaluation/spread.ts'
import type { Figure } from './results.ts'
import { tunedRate, type Tuned } from './tuned-rate.ts'

const LOSSES_OF = ['softmax', 'exp-boosted', 'pow3-boosted'] as const satisfies readonly LossName[]
type Boosted = (typeof LOSSES_OF)[number]
const NAMES = { softmax: 'softmax', 'exp-boosted': 'exp-GB', 'pow3-boosted': 'pow3-GB' } as const
const TITLES: Readonly<Record<Boosted, string>> = {
  softmax: NAMES.softmax,
  'exp-boosted': `${NAMES['exp-boosted']}, α 1, targets 0, 10`,
  'pow3-boosted': `${NAMES['pow3-boosted']}, α 1, targets 0, 10`,
}
/** Where tuning begins: the paper's 0.01 for softmax and 0.001 for exp-GB, and a tenth of that for pow3-GB. */
const FIRST: Readonly<Record<Boosted, number>> = { softmax: 0.01, 'exp-boosted': 0.001, 'pow3-boosted': 0.0001 }
/** Times that of softmax, in the hidden layers. */
const PAPER = { 'exp-boosted': 10, 'pow3-boosted': 100 } as const

const SETTING = { batch: 90, momentum: 0.9, each: 900, testEach: 200, probe: 100 } as const
const TUNING = { seed: 1000, epochs: 3 } as const

export interface CurveSizes {
  readonly epochs: number
  readonly tuningEpochs: number
  /** Pictures of each class to learn from. */
  readonly each: number
  readonly seeds: readonly number[]
  readonly backend: string
}
export const CURVES = { epochs: 5, tuningEpochs: TUNING.epochs, each: SETTING.each } as const

interface Point extends Inside {
  /** Percent, of the test pictures; of those held out while the rate is tuned. */
  readonly error: number
}
interface Curve extends Run<Point> {
  /** Before the first step. */
  readonly start: Inside
}
type Curves = Readonly<Record<Boosted, readonly Curve[]>>

/**
 * Øland et al., 2017, figures 1, 3 and 5 in small: five layers with batch norm on CIFAR-10 (as JPEG), a fixed rate tuned for each
 * loss on pictures that are neither learned from nor asked at the end, Nesterov momentum, no weight decay.
 */
export async function curveFigures(sizes: CurveSizes): Promise<{ figures: Figure[]; finding: string }> {
  const { epochs, each, seeds } = sizes
  const { train, test } = await cifar10()
  const asked = taken(test, drawLabelled(test.labels, SETTING.testEach, 0).flat())
  const curves: Record<Boosted, Curve[]> = { softmax: [], 'exp-boosted': [], 'pow3-boosted': [] }
  const rates: Partial<Record<Boosted, number>> = {}
  for (const loss of LOSSES_OF) rates[loss] = (await tuned(loss, train, sizes)).rate
  for (const seed of seeds)
    for (const loss of LOSSES_OF) {
      const made = await once(
        kept('boosted-curves', SETTING, { loss, seed, rate: rates[loss], ...sizes, seeds: [] }),
        () => run(loss, drawn(train, each, seed), asked, rates[loss]!, epochs, seed),
      )
      curves[loss].push(made)
      console.error(`Convnet, ${loss}, seed ${seed}: ${made.curve.map(({ error }) => error.toFixed(1)).join(', ')} %`)
    }
  const size = `5 layers, ${CLASSES * each} of CIFAR-10 (JPEG)`
  const figures = LOSSES_OF.flatMap((loss) => {
    const shared = { backend: sizes.backend, seeds }
    const title = `${TITLES[loss]}, rate ${rates[loss]}, ${size}`
    return [
      ...Array.from({ length: epochs }, (_, epoch) => ({
        name: `${title}: test error after epoch ${epoch + 1}`,
        unit: '% of photos',
        values: atEpoch(curves[loss], epoch).map(({ error }) => error),
        ...shared,
      })),
      ...(loss === 'softmax' ? normalisers(curves.softmax, title, shared) : ratios(curves, loss, size, shared)),
    ]
  })
  return { figures: figures.filter(({ values }) => values.length > 0), finding: told(curves) }
}

function told(curves: Curves): string {
  const error = (loss: Boosted, epoch: number) => mean(atEpoch(curves[loss], epoch).map((point) => point.error))
  const epochs = Math.min(...LOSSES_OF.flatMap((loss) => curves[loss].map(({ curve }) => curve.length)))
  const all = Array.from({ length: epochs }, (_, epoch) => epoch)
  const lines = LOSSES_OF.map(
    (loss) => `${NAMES[loss]} ${all.map((epoch) => error(loss, epoch).toFixed(1)).join(', ')} %`,
  )
  const boosted = (['exp-boosted', 'pow3-boosted'] as const).map((loss) => {
    const ahead = all.filter((epoch) => error(loss, epoch) < error('softmax', epoch)).length
    const start = mean(curves[loss].map((own, i) => hiddenRatio(own.start, curves.softmax[i]!.start)))
    return { loss, ahead, start }
  })
  const held = boosted.every(({ ahead }) => ahead === epochs)
  const sums = [
    mean(curves.softmax.map(({ start }) => start.normaliser)),
    ...all.map((epoch) => mean(atEpoch(curves.softmax, epoch).map(({ normaliser }) => normaliser))),
  ]
  const grows = sums.every((sum, i) => i === 0 || sum > sums[i - 1]!)
  return [
    `That exp-GB and pow3-GB lower the error faster than softmax in the first epochs ${held ? 'held' : boosted.some(({ ahead }) => ahead > 0) ? 'held in part' : 'did not hold'}: after each epoch ${lines.join('; ')}.`,
    `RMS of gradients at hidden layers before the first step, times that of softmax: ${boosted.map(({ loss, start }) => `${NAMES[loss]} ${start.toFixed(1)}`).join(', ')}; the text has about 10 and more than 100, with targets and α that are lost in it.`,
    `That the normaliser Σ exp(o) of softmax grows throughout training ${grows ? 'held' : 'did not hold'}: ${sums.map((sum) => Number(sum.toPrecision(3))).join(', ')} before training and after each epoch.`,
    "An epoch here has a fifth of the text's pictures, and the network is a small one.",
  ].join(' ')
}

/** Of the runs that came so far. */
const atEpoch = (runs: readonly Curve[], epoch: number): Point[] => runs.flatMap(({ curve }) => curve[epoch] ?? [])

type Shared = Pick<Figure, 'backend' | 'seeds'>

function normalisers(runs: readonly Curve[], title: string, shared: Shared): Figure[] {
  const longest = Math.max(...runs.map(({ curve }) => curve.length))
  return Array.from({ length: longest + 1 }, (_, epoch) => ({
    name: `${title}: median of Σ exp(o) after ${epoch === 0 ? 'no' : epoch} epoch${epoch === 1 ? '' : 's'}`,
    unit: 'Σ exp(o)',
    values: (epoch === 0 ? runs.map(({ start }) => start) : atEpoch(runs, epoch - 1)).map(
      ({ normaliser }) => normaliser,
    ),
    ...shared,
  }))
}

function ratios(curves: Curves, loss: 'exp-boosted' | 'pow3-boosted', size: string, shared: Shared): Figure[] {
  const pairs = curves[loss].map((own, i) => [own, curves.softmax[i]!] as const)
  const figure = (when: string, values: number[], reference: Figure['reference'] = null): Figure => ({
    name: `${NAMES[loss]}: hidden gradients (RMS), times softmax's, ${when}, ${size}`,
    ...{ unit: '×', values, ...shared, reference },
  })
  const epochs = Math.min(...pairs.flatMap(([a, b]) => [a.curve.length, b.curve.length]))
  return [
    figure('at the start', pairs.map(([own, plain]) => hiddenRatio(own.start, plain.start)), {
      what: 'Øland et al., about',
      value: PAPER[loss],
    }),
    ...Array.from({ length: epochs }, (_, epoch) =>
      figure(`after epoch ${epoch + 1}`, pairs.map(([own, plain]) => hiddenRatio(own.curve[epoch]!, plain.curve[epoch]!))),
    ),
  ] // prettier-ignore
}

/** Geometric mean over layers of what one network's gradients are times the other's. */
export function hiddenRatio(one: Pick<Inside, 'hidden'>, other: Pick<Inside, 'hidden'>): number {
  const logs = one.hidden.map((value, layer) => Math.log(value / other.hidden[layer]!))
  return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length)
}

const drawn = (train: Photos, each: number, seed: number): Photos =>
  taken(train, drawLabelled(train.labels, each, seed).flat())

async function tuned(loss: Boosted, train: Photos, { each, tuningEpochs, backend }: CurveSizes): Promise<Tuned> {
  return once(kept('boosted-curves-tuning', SETTING, TUNING, { loss, each, tuningEpochs, backend }), async () => {
    const places = drawLabelled(train.labels, each + SETTING.testEach, TUNING.seed)
    const learned = taken(train, places.flatMap((own) => own.slice(0, each))) // prettier-ignore
    const asked = taken(train, places.flatMap((own) => own.slice(each))) // prettier-ignore
    const found = await tunedRate(FIRST[loss], async (rate) => {
      const { curve, notices } = await run(loss, learned, asked, rate, tuningEpochs, TUNING.seed)
      return notices.length > 0 ? 100 : curve.at(-1)!.error
    })
    console.error(`Convnet, ${loss}: rates ${JSON.stringify(found.tried)}`)
    return found
  })
}

async function run(
  loss: Boosted,
  train: Photos,
  asked: Photos,
  rate: number,
  epochs: number,
  seed: number,
): Promise<Curve> {
  const { height, width, channels } = train.pictures
  const { network, look } = convnet(seed, [height, width, channels])
  const places = createRandom(seed + 2 ** 42).permutation(train.labels.length)
  const probe = probeOf(train, CLASSES, places.subarray(0, SETTING.probe))
  try {
    const start = look(loss, probe)
    const made = await trainEpochs({
      ...{
        network,
        loss,
        classes: CLASSES,
        train,
        rate,
        epochs,
        seed,
        batch: SETTING.batch,
        momentum: SETTING.momentum,
      },
      measure: (): Point => ({ error: percentWrong(network, loss, CLASSES, asked), ...look(loss, probe) }),
    })
    return { ...made, start }
  } finally {
    network.dispose()
  }
}
