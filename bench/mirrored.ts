import { resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { LOSSES, type LossName } from '../src-main/engine/losses/table.ts'
import { makeNetwork } from '../src-main/engine/networks/table.ts'
import { below, percent } from './metric-report.ts'
import { asked } from './mnist100-kept.ts'
import { digits, EACH, SEEDS, SIDE, STEPS, TRAINING } from './networks.ts'
import type { BenchOptions } from './options.ts'
import { writeResults, type Figure } from './results.ts'
import { trialsOf, type BenchTrial } from './trials.ts'

const VERSION = 1
const NAMES = ['mirrored-boosted', 'exp-boosted', 'pow3-boosted', 'softmax'] as const satisfies readonly LossName[]

/** The boosted gradient that the text tried and left: exp-GB with errors of both signs. Adam, which takes out how large gradients are. */
export async function mirroredBench({ draws = SEEDS, seed: first = 0, steps = STEPS, backend: forced }: BenchOptions) {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced ?? 'tfjs-node')
  const seeds = Array.from({ length: draws }, (_, i) => first + i)
  const trials = NAMES.map((loss): BenchTrial => ({
    key: loss,
    config: { ...TRAINING, loss, schedule: { kind: 'cosine' }, method: 'direct', steps },
    network: (seed) => makeNetwork('neighbor-mnist', seed, [SIDE, SIDE, 1]),
    data: digits,
  }))
  const outcomes = await trialsOf('mirrored', VERSION, trials, seeds)
  const [mirrored, exp, pow3, softmax] = NAMES.map((loss) =>
    outcomes.filter(({ key }) => key === loss).map(({ error }) => 100 * error),
  ) as [number[], number[], number[], number[]]
  const size = `neighbor-mnist, ${10 * EACH} digits, ${steps} steps of Adam`
  const figures = [mirrored, exp, pow3, softmax].map((values, i): Figure => ({
    name: `${LOSSES[NAMES[i]!].title}: test error, ${size}`,
    ...{ unit: '%', values, backend, seeds },
  }))
  const worse = exp.every((value, i) => value < mirrored[i]!) && pow3.every((value, i) => value < mirrored[i]!)
  writeResults(
    'mirrored',
    figures,
    asked('mirrored'),
    `The text says that a mirrored exponential does not work well beside exp-GB and pow3-GB. That ${worse ? 'held' : 'did not hold in every seed'}: ${percent(mirrored)} against ${percent(exp)} (exp-GB, lower in ${below(exp, mirrored)} seeds), ${percent(pow3)} (pow3-GB, ${below(pow3, mirrored)}) and ${percent(softmax)} (softmax). The text does not say what it was tried on.`,
  )
}
