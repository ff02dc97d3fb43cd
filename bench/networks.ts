import { resolve } from 'node:path'
import type { NetworkName } from '../src-main/contract/networks.ts'
import { mean } from '../src-main/app/evaluation/spread.ts'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import type { TrialData } from '../src-main/engine/lab/data.ts'
import { makeNetwork, networkNamed } from '../src-main/engine/networks/table.ts'
import { CLASSES, drawLabelled, mnist } from './mnist.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'
import { trialsOf, type BenchTrial, type TrialConfig } from './trials.ts'

export const [SEEDS, STEPS, EACH, TEST_EACH, SIDE] = [3, 120, 100, 200, 28]
/** Raised when a network or the data change. */
const VERSION = 1

/** Those of the texts' networks that no bench of their own measures; the text's two networks stand beside them. */
const NAMES = [
  ...['neighbor-mnist', 'neighbor-mnist-2d', 'alexnet', 'vgg', 'all-convolutional', 'deep-face', 'face-net'],
  ...['inception', 'inception-3x3', 'inception-1x3', 'residual', 'residual-projection', 'residual-bottleneck'],
  ...['bit', 'densenet', 'randomly-wired', 'efficientnet'],
] as const satisfies readonly NetworkName[]

/** Adam at its usual rate, which networks with and without batch norm both bear; softmax; no augmentation. */
export const TRAINING = { loss: 'softmax', batch: 32, rate: 1e-3, optimizer: { kind: 'adam' }, watches: false, points: 1 } as const satisfies Partial<TrialConfig> // prettier-ignore

/** Every network alike on a thousand digits: a first look at which learns soonest. */
export async function networksBench({ draws = SEEDS, seed: first = 0, steps = STEPS, backend: forced }: BenchOptions) {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced ?? 'tfjs-node')
  const trials = NAMES.map((key): BenchTrial => ({
    key,
    config: { ...TRAINING, schedule: { kind: 'cosine' }, method: 'direct', steps },
    network: (seed) => makeNetwork(key, seed, [SIDE, SIDE, 1]),
    data: digits,
  }))
  const outcomes: Awaited<ReturnType<typeof trialsOf>> = []
  const seeds: number[] = []
  for (let seed = first; seeds.length < draws; seed++) {
    outcomes.push(...(await trialsOf('networks', VERSION, trials, [seed])))
    seeds.push(seed)
    const of = (key: string) => outcomes.filter((one) => one.key === key)
    const size = `${CLASSES * EACH} digits, ${steps} steps`
    const figures = NAMES.flatMap((key): Figure[] => {
      const { title } = networkNamed(key)
      const [{ parameters, macs }] = of(key) as [ReturnType<typeof of>[number]]
      const words = `${title}, ${(parameters / 1e3).toFixed(0)} thousand parameters, ${(macs / 1e6).toFixed(1)} million multiplications`
      return [{ name: `${words}: test error, ${size}`, unit: '%', values: of(key).map(({ error }) => 100 * error), backend, seeds: [...seeds] }] // prettier-ignore
    })
    writeResults(
      'networks',
      figures,
      asked('networks'),
      finding((key) => mean(of(key).map(({ error }) => 100 * error))),
    )
  }
}

function finding(error: (key: (typeof NAMES)[number]) => number): string {
  const shown = (key: (typeof NAMES)[number]) => `${error(key).toFixed(1)} %`
  const order = [...NAMES].sort((a, b) => error(a) - error(b))
  const rises = (['alexnet', 'vgg', 'inception', 'residual'] as const).map(shown)
  return [
    `The survey's order on ImageNet is AlexNet, Inception, VGG, ResNet, from the worst to the best; here AlexNet ${rises[0]}, VGG ${rises[1]}, Inception ${rises[2]}, residual ${rises[3]}.`,
    `Cutting windows of Inception into smaller ones (v2, v3) saves weights: ${shown('inception')}, ${shown('inception-3x3')} with 3 × 3, ${shown('inception-1x3')} with 1 × 3 and 3 × 1.`,
    `Least error: ${order[0]}, ${shown(order[0]!)}; largest: ${order.at(-1)}, ${shown(order.at(-1)!)}.`,
    'A thousand digits and so few steps say which network learns soonest, not which is best at the end.',
  ].join(' ')
}

let read: ReturnType<typeof mnist> | undefined

/** A thousand training digits, drawn by the seed, and the first two hundred test digits of each class. */
export function digits(seed: number): TrialData {
  const { train, test } = (read ??= mnist())
  const size = SIDE * SIDE
  const learned = drawLabelled(train.labels, EACH, seed).flat()
  const left = new Array<number>(CLASSES).fill(TEST_EACH)
  const probes = Array.from(test.labels, (_, i) => i).filter((i) => left[test.labels[i]!]!-- > 0)
  const values = new Uint8Array((learned.length + probes.length) * size)
  learned.forEach((place, i) => values.set(train.pictures.values.subarray(place * size, (place + 1) * size), i * size))
  probes.forEach((place, i) =>
    values.set(test.pictures.values.subarray(place * size, (place + 1) * size), (learned.length + i) * size),
  )
  const labels = [...learned.map((place) => train.labels[place]!), ...probes.map((place) => test.labels[place]!)]
  const range = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i)
  return {
    ...{ pictures: { ...train.pictures, values }, labels, classes: CLASSES },
    ...{
      labelled: range(0, learned.length),
      unlabelled: new Int32Array(),
      asked: range(learned.length, probes.length),
    },
  }
}
