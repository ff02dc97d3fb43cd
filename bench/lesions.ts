import { resolve } from 'node:path'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { residual } from '../src-main/engine/networks/residual.ts'
import { createNetwork, type Network, type Stored } from '../src-main/engine/training/network.ts'
import { tf, type Tensor2D, type Tensor4D } from '../src-main/engine/tf.ts'
import { batch } from '../src-main/engine/training/augment.ts'
import { predictions } from '../src-main/engine/training/predictions.ts'
import type { TrialData } from '../src-main/engine/lab/data.ts'
import { below, percent } from './metric-report.ts'
import { asked } from './mnist100-kept.ts'
import { digits, EACH, SEEDS, SIDE, STEPS, TRAINING } from './networks.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'
import { trialsOf, type BenchTrial } from './trials.ts'

const VERSION = 1
const UNITS = [3, 3, 3]
/** Units that change no size: without them the network still fits together. */
const REMOVABLE = ['1.1', '1.2', '1.3', '2.2', '2.3', '3.2', '3.3']
const THREE = ['1.2', '2.2', '3.2']
const PROBES = 500
/** Of batch norm, in layers.ts. */
const EPSILON = 1e-5
const KINDS = { residual: 'identity', plain: 'none' } as const
export type Kind = keyof typeof KINDS

/** Units of a trained network left out one by one (Veit, Wilber & Belongie, 2016, arXiv:1605.06431): the unraveled view in numbers. */
export async function lesionsBench({ draws = SEEDS, seed: first = 0, steps = STEPS, backend: forced }: BenchOptions) {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced ?? 'tfjs-node')
  const seeds = Array.from({ length: draws }, (_, i) => first + i)
  const trials = (Object.keys(KINDS) as Kind[]).map((kind): BenchTrial => ({
    key: kind,
    config: { ...TRAINING, schedule: { kind: 'cosine' }, method: 'direct', steps },
    network: (seed) => createNetwork(kind, residual({ units: UNITS, shortcut: KINDS[kind] }), [SIDE, SIDE, 1], seed),
    data: digits,
    also: ({ network, data }) => lesions(kind, network, data),
  }))
  const outcomes = await trialsOf('lesions', VERSION, trials, seeds)
  const of = (kind: Kind, what: keyof Lesions) =>
    outcomes.filter(({ key }) => key === kind).map(({ also }) => also[what]!)
  const size = `20 layers, ${10 * EACH} digits, ${steps} steps`
  const figures = (Object.keys(KINDS) as Kind[]).flatMap((kind) =>
    (['whole', 'without one', 'without three'] as const).map((what): Figure => ({
      name: `${kind}, ${what === 'whole' ? what : `${what} unit${what === 'without one' ? '' : 's'}`}: test error, ${size}`,
      ...{ unit: '%', values: of(kind, what), backend, seeds },
    })),
  )
  const [whole, one, three] = (['whole', 'without one', 'without three'] as const).map((what) => of('residual', what)) as [number[], number[], number[]] // prettier-ignore
  const [all, less] = [of('plain', 'whole'), of('plain', 'without one')]
  const rise = (from: number[], to: number[]) => from.map((value, i) => to[i]! - value)
  const held = rise(whole, one).every((value, i) => value < rise(all, less)[i]!)
  writeResults(
    'lesions',
    figures,
    asked('lesions'),
    `The lecture says that a residual network is an ensemble of many paths of which most are short and do not hang on each other, so that a single unit may be left out of it, and not of a plain one. That ${held ? 'held' : 'did not hold in every seed'}: the error of the residual network goes from ${percent(whole)} to ${percent(one)} without one unit (mean over ${REMOVABLE.length} units) and ${percent(three)} without three, that of the plain one from ${percent(all)} to ${percent(less)} without one. The rise is smaller with residuals in ${below(rise(whole, one), rise(all, less))} seeds.`,
  )
}

// A type, not an interface: it is kept as a record of numbers.
type Lesions = { readonly whole: number; readonly 'without one': number; readonly 'without three': number }

function lesions(kind: Kind, network: Network, data: TrialData): Lesions {
  const weights = network.read()
  const without = (units: readonly string[]) => {
    network.write(new Map([...weights, ...units.flatMap((unit) => leftOut(kind, unit, weights))]))
    return errorOf(network, data)
  }
  const found = {
    whole: without([]),
    'without one': mean(REMOVABLE.map((unit) => without([unit]))),
    'without three': without(THREE),
  }
  network.write(weights)
  return found
}

/** Weights by which a unit gives what it is given: its branch is 0 beside a shortcut, and the identity where there is none. */
export function leftOut(kind: Kind, unit: string, weights: ReadonlyMap<string, Stored>): (readonly [string, Stored])[] {
  const changed = (path: string, value: (at: number, of: Stored) => number) => {
    const of = weights.get(path)!
    return [path, { ...of, values: of.values.map((_, at) => value(at, of)) }] as const
  }
  if (kind === 'residual') return ['gamma', 'beta'].map((path) => changed(`${unit}/2/norm/${path}`, () => 0))
  return ['1', '2'].flatMap((layer) => {
    const own = `${unit}/${layer}`
    const average = (which: string, at: number) => weights.get(`${own}/norm/${which}`)!.values[at]!
    return [
      // 3 × 3 × C × C: 1 in the middle of each channel's own window.
      changed(`${own}/kernel`, (at, { shape: [, , channels = 1] }) =>
        Math.floor(at / channels ** 2) === 4 && Math.floor(at / channels) % channels === at % channels ? 1 : 0,
      ),
      changed(`${own}/norm/gamma`, (at) => Math.sqrt(average('variance', at) + EPSILON)),
      changed(`${own}/norm/beta`, (at) => average('mean', at)),
    ]
  })
}

/** Percent of some of the test digits, the same for every lesion. */
function errorOf(network: Network, { pictures, labels, asked: all, classes }: TrialData): number {
  // Every fourth: they lie class by class.
  const places = all.filter((_, i) => i % Math.round(all.length / PROBES) === 0)
  const wrong = tf.tidy(() => {
    const x = tf.tensor(batch(pictures, places), [places.length, SIDE, SIDE, 1]) as Tensor4D
    const embedded = network.forward(x, { training: false })
    const stands = tf.zeros([classes, network.dimensions]) as Tensor2D
    const told = tf.argMax(predictions({ network, loss: 'softmax' }, embedded, stands), 1).dataSync()
    return places.filter((place, i) => told[i] !== labels[place]).length
  })
  return (100 * wrong) / places.length
}
