import { resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import type { TrialData } from '../src-main/engine/lab/data.ts'
import { createNetwork, type Figure as NetworkFigure } from '../src-main/engine/training/network.ts'
import { cifar10, shrunk, taken, type Photos } from './cifar.ts'
import { CLASSES, drawLabelled } from './mnist.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'
import { trialsOf, type BenchOutcome, type BenchTrial } from './trials.ts'

/** Raised whenever data, networks or training change. */
const VERSION = 2
const DRAWS = 3
export const EMBEDDING = 64

/** A row of a comparison. */
export interface Architecture {
  /** Its name, which stands for all that the network is: outcomes are kept by it. */
  readonly key: string
  readonly network: NetworkFigure
  readonly reference?: Figure['reference']
}

export interface Comparison {
  readonly bench: string
  readonly list: readonly Architecture[]
  readonly steps: number
  /** Side of a picture. */
  readonly side: 16 | 32
  /** Pictures of each class: learned from, and asked. */
  readonly each: number
  readonly testEach: number
  /** Figures of the outcomes of the seeds so far, and whether what the text found held. */
  report(found: Found): { readonly figures: readonly Figure[]; readonly finding: string }
}

export interface Found {
  readonly of: (key: string) => readonly BenchOutcome[]
  /** In words, for the names of figures. */
  readonly size: string
  readonly shared: Pick<Figure, 'backend' | 'seeds'>
}

/**
 * Of the paper on residual networks (He et al., 2015, section 4.2), with the rate at which its deepest network begins: at 0.1 the
 * loss of 32 layers on pictures to learn from did not fall in the first steps. It falls to a tenth for the last quarter.
 */
const TRAINING = { batch: 32, rate: 0.01, optimizer: { kind: 'nesterov', momentum: 0.9, weightDecay: 1e-4 } } as const

/**
 * Networks trained alike on a part of CIFAR-10 (JPEG): softmax on a linear layer behind a linear embedding, no augmentation. Results
 * are written after each seed, so that a bench that is cut short leaves what it has.
 */
export async function compareArchitectures(
  { bench, list, steps: usual, side, each, testEach, report }: Comparison,
  { draws = DRAWS, seed: first = 0, steps = usual, backend: forced }: BenchOptions,
): Promise<void> {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced)
  const data = await smallCifar(side, each, testEach)
  const trials = list.map(({ key, network }): BenchTrial => ({
    key: `${key}, ${side} × ${side}, ${each} and ${testEach} of each class, ${backend}`,
    config: {
      ...{ ...TRAINING, loss: 'softmax', method: 'direct', steps, points: 1, watches: false },
      schedule: { kind: 'step', every: Math.ceil(0.75 * steps) },
    },
    network: (seed) => createNetwork(key, network, [side, side, 3], seed),
    data,
  }))
  const outcomes: BenchOutcome[] = []
  const seeds: number[] = []
  for (let seed = first; seed < first + draws; seed++) {
    outcomes.push(...(await trialsOf('architectures', VERSION, trials, [seed])))
    seeds.push(seed)
    const { figures, finding } = report({
      of: (key) => outcomes.filter((one) => one.key === trials[list.findIndex((row) => row.key === key)]!.key),
      size: `${CLASSES * each} of CIFAR-10 (JPEG, ${side} × ${side}), ${steps} steps`,
      shared: { backend, seeds: [...seeds] },
    })
    writeResults(bench, figures, asked(bench), finding)
  }
}

/** Test pictures are the same for every seed; those to learn from are drawn anew. */
async function smallCifar(side: number, each: number, testEach: number): Promise<(seed: number) => TrialData> {
  const { train, test } = await cifar10()
  const tests = small(taken(test, drawLabelled(test.labels, testEach, 0).flat()), side)
  return (seed) => {
    const own = small(taken(train, drawLabelled(train.labels, each, seed).flat()), side)
    const [count, others] = [own.labels.length, tests.labels.length]
    const values = new Uint8Array(own.pictures.values.length + tests.pictures.values.length)
    values.set(own.pictures.values)
    values.set(tests.pictures.values, own.pictures.values.length)
    return {
      pictures: { ...own.pictures, values },
      labels: [...own.labels, ...tests.labels],
      classes: CLASSES,
      labelled: Int32Array.from({ length: count }, (_, i) => i),
      unlabelled: new Int32Array(),
      asked: Int32Array.from({ length: others }, (_, i) => count + i),
    }
  }
}

function small({ pictures, labels }: Photos, side: number): Photos {
  const block = pictures.width / side
  return { pictures: block === 1 ? pictures : shrunk(pictures, block, block), labels }
}

/** Percent, of the test pictures or of those that were learned from. */
export const percents = (outcomes: readonly BenchOutcome[], of: 'error' | 'training'): number[] =>
  outcomes.map((outcome) => 100 * outcome[of])

/** The keys from the smallest mean test error to the largest. */
export function ranked(keys: readonly string[], { of }: Pick<Found, 'of'>): { key: string; error: number }[] {
  const rows = keys.map((key) => {
    const values = percents(of(key), 'error')
    return { key, error: values.reduce((sum, value) => sum + value, 0) / values.length }
  })
  return rows.sort((a, b) => a.error - b.error)
}
