import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeDurably } from '../db/durable-file.ts'
import type { TrialData } from '../src-main/engine/lab/data.ts'
import { runTrial, type Trial, type TrialSpec } from '../src-main/engine/lab/trial.ts'
import { tf } from '../src-main/engine/tf.ts'
import { createControl } from '../src-main/engine/training/control.ts'
import type { Network } from '../src-main/engine/training/network.ts'

/** All that makes a run what it is, as JSON; what it is trained with and measured by. */
export type TrialConfig = Omit<TrialSpec, 'network' | 'seed' | 'folder' | 'onNotice' | 'onPoint' | 'onFrom'>

/** One row of a comparison, run once for each seed. */
export interface BenchTrial {
  /** Its name in the bench, such as 'softmax'. */
  readonly key: string
  readonly config: TrialConfig
  /** A fresh network, whose weights are drawn from the seed. */
  readonly network: (seed: number) => Network
  /** Which pictures are learned from may hang on the seed; asked for only where the run is not there yet. */
  readonly data: (seed: number) => TrialData | Promise<TrialData>
  /** Further figures of the trained network. They are kept with the run. */
  readonly also?: (trained: {
    readonly network: Network
    readonly config: TrialConfig
    readonly data: TrialData
    readonly seed: number
  }) => Readonly<Record<string, number>> | Promise<Readonly<Record<string, number>>>
}

export interface BenchOutcome extends Trial {
  readonly key: string
  readonly seed: number
  readonly notices: readonly string[]
  readonly also: Readonly<Record<string, number>>
}

/**
 * Runs every trial with every seed, one after the other, seed by seed so that a bench that is cut short has whole seeds first.
 * Each outcome is kept as JSON in the temporary folder, and a run that was killed goes on from its checkpoint, so that the same
 * bench asked again does only what is missing. What is kept is found by the bench's name, `version`, key, configuration and seed:
 * raise the version whenever data, network or `also` changed.
 *
 *   const outcomes = await trialsOf('depth', 1, [{ key: 'plain', config: { loss: 'softmax', steps: 800 }, network, data }], [0, 1, 2])
 *   const errors = outcomes.filter(({ key }) => key === 'plain').map(({ error }) => 100 * error)
 *
 * The backend must have been chosen before (`chooseBackend`).
 * @returns in the order in which they ran
 */
export async function trialsOf(
  bench: string,
  version: number,
  trials: readonly BenchTrial[],
  seeds: readonly number[],
): Promise<BenchOutcome[]> {
  const outcomes: BenchOutcome[] = []
  for (const seed of seeds) for (const trial of trials) outcomes.push(await outcomeOf(bench, version, trial, seed))
  return outcomes
}

async function outcomeOf(bench: string, version: number, trial: BenchTrial, seed: number): Promise<BenchOutcome> {
  const { key, config } = trial
  const name = createHash('sha256').update(JSON.stringify([bench, version, key, config, seed]))
  const folder = join(tmpdir(), 'semblance-data', 'trials', bench, name.digest('hex').slice(0, 20))
  const path = join(folder, 'outcome.json')
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as BenchOutcome
  mkdirSync(folder, { recursive: true })
  const checkpoints = join(folder, 'checkpoints')
  const title = `${bench}: ${key}, seed ${seed}`
  const notices: string[] = []
  const data = await trial.data(seed)
  const network = trial.network(seed)
  try {
    const spec: TrialSpec = {
      ...config,
      network,
      seed,
      folder: checkpoints,
      onNotice: ({ message }) => (notices.push(message), console.error(`${title}: ${message}`)),
      onPoint: ({ step, loss = NaN, error = NaN }) =>
        console.error(`${title}: ${step} of ${config.steps}, loss ${loss.toFixed(4)}, error ${shown(error)}`),
    }
    const made = await runTrial(spec, data, createControl())
    const also = (await trial.also?.({ network, config, data, seed })) ?? {}
    const outcome: BenchOutcome = { ...made, key, seed, notices, also }
    writeDurably(path, JSON.stringify(outcome))
    rmSync(checkpoints, { recursive: true, force: true })
    const { error, nearest, training, seconds } = outcome
    console.error(
      `${title}: error ${shown(error)}, nearest ${shown(nearest)}, training ${shown(training)}, ${seconds.toFixed(0)} s`,
    )
    return outcome
  } finally {
    network.dispose()
    const { numTensors } = tf.memory()
    if (numTensors > MANY) console.error(`${title}: ${numTensors} tensors are left.`)
  }
}

/** More than any bench keeps between runs. */
const MANY = 2000
const shown = (share: number) => `${(100 * share).toFixed(2)} %`
