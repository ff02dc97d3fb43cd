import { resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import type { TrialData } from '../src-main/engine/lab/data.ts'
import type { LossName } from '../src-main/engine/losses/table.ts'
import { makeNetwork } from '../src-main/engine/networks/table.ts'
import { AUGMENT } from '../src-main/engine/trainer/scratch-run.ts'
import { CLASSES, drawLabelled, mnist } from './mnist.ts'
import { LABELLED } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import type { Figure } from './results.ts'
import { trialsOf, type BenchOutcome, type BenchTrial, type TrialConfig } from './trials.ts'

const STEPS = 480
const SEEDS = 3
const NETWORK = 'neighbor-mnist'
/** The same for every method: the rate and small changes of pictures that a run from scratch has. */
const SHARED = {
  batch: 32,
  rate: 0.1,
  schedule: { kind: 'cosine' },
  augment: { labelled: AUGMENT, unlabelled: AUGMENT },
  watches: false,
  points: 8,
} as const satisfies Partial<TrialConfig>

/** Raise it when what a run does changed. */
const VERSION = 2

/** A way of learning from 100 labelled digits, and from the others where it can. */
export interface Way {
  readonly key: string
  readonly loss: LossName
  readonly method?: TrialConfig['method']
  readonly rounds?: number
  /** Only the labelled digits. */
  readonly alone?: true
}

/** What both methods with a teacher are held against. */
export const ALONE: Way = { key: 'labels alone, softmax', loss: 'softmax', alone: true }
export const NEIGHBOR: Way = { key: 'neighbor embedding', loss: 'distance-ratio-plain' }

/** Of every run, whose times were taken as they came. */
export const SECONDS =
  'The seconds of training were taken while other work shared the core, more of it in some runs than in others; they say what was waited, not what a method costs.'

/** Every way on the same draws of ten labelled digits a class, at equal steps; the error of the 10,000 test digits. */
export async function taughtDigits(
  ways: readonly Way[],
  { draws = SEEDS, seed: first = 0, steps = STEPS, backend: forced }: BenchOptions,
): Promise<{ readonly outcomes: readonly BenchOutcome[]; readonly figures: readonly Figure[] }> {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced)
  const seeds = Array.from({ length: draws }, (_, i) => first + i)
  let digits: ReturnType<typeof digitsAsked> | undefined
  const trials = ways.map(({ key, loss, method = 'direct', rounds, alone }): BenchTrial => {
    const data = (seed: number): TrialData => {
      digits ??= digitsAsked()
      const labelled = Int32Array.from(drawLabelled(digits.labels.subarray(0, digits.learned), LABELLED, seed).flat())
      const known = new Set(labelled)
      const unlabelled = alone ? [] : Array.from({ length: digits.learned }, (_, i) => i).filter((i) => !known.has(i))
      return { ...digits, classes: CLASSES, labelled, unlabelled: Int32Array.from(unlabelled) }
    }
    return {
      key,
      config: { ...SHARED, loss, method, steps, ...(rounds !== undefined && { rounds }) },
      network: (seed) => makeNetwork(NETWORK, seed, [28, 28, 1]),
      data,
    }
  })
  // One cache for both benches: what they are held against is the same.
  const outcomes = await trialsOf('taught-digits', VERSION, trials, seeds)
  const of = (key: string) => outcomes.filter((one) => one.key === key)
  const figures = ways.flatMap(({ key }): Figure[] => [
    {
      name: `${key}: test error, 100 labels, ${steps} steps`,
      unit: '%',
      values: of(key).map(({ error }) => 100 * error),
      backend,
      seeds,
    },
    {
      name: `${key}: the same by the nearest labelled digit`,
      unit: '%',
      values: of(key).map(({ nearest }) => 100 * nearest),
      backend,
      seeds,
    },
    { name: `${key}: training`, unit: 's', values: of(key).map(({ seconds }) => seconds), backend, seeds },
  ])
  return { outcomes, figures }
}

/** Training digits, then test digits. */
function digitsAsked() {
  const { train, test } = mnist()
  const values = new Uint8Array(train.pictures.values.length + test.pictures.values.length)
  values.set(train.pictures.values)
  values.set(test.pictures.values, train.pictures.values.length)
  const labels = new Uint8Array([...train.labels, ...test.labels])
  const learned = train.labels.length
  const asked = Int32Array.from(test.labels, (_, i) => learned + i)
  return { pictures: { ...train.pictures, values }, labels, learned, asked }
}

/** Mean of the test error in percent, and in how many seeds the one was below the other. */
export function compared(
  outcomes: readonly BenchOutcome[],
  one: string,
  other: string,
  by: 'error' | 'nearest' = 'error',
) {
  const errors = (key: string) => outcomes.filter((outcome) => outcome.key === key).map((outcome) => 100 * outcome[by])
  const [a, b] = [errors(one), errors(other)]
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  return { one: mean(a), other: mean(b), below: a.filter((error, i) => error < b[i]!).length, seeds: a.length }
}
