import type { Cell, CellPoint, Comparison, ComparisonPlan, LabData } from '../../src-main/contract/lab.ts'
import { hex } from './learning.ts'

/** Made-up comparisons, for looking at the pages of the lab in every state. */
export const data: LabData = {
  ...{ folder: hex(7), name: 'digits', layout: 'idx', pictures: 60_000, test: 10_000 },
  classes: Array.from({ length: 10 }, (_, at) => ({ name: String(at), pictures: 5421 + 97 * at })),
}
export const ownFolder: LabData = {
  ...{ folder: hex(8), name: 'glyphs', layout: 'folders', pictures: 36, test: 0 },
  classes: ['bar', 'cross', 'ring'].map((name) => ({ name, pictures: 12 })),
}

export const plan: ComparisonPlan = {
  losses: ['distance-ratio', 'softmax', 'triplet-semi-hard'],
  networks: ['neighbor-mnist', 'residual', 'vgg'],
  ...{ methods: ['direct'], dimensions: [null], seeds: 3, steps: 300, batch: 64, labelled: 10, heldOut: 0.3 },
}

const waves = (n: number) => Math.sin(n * 12.9898) * 0.5
function curve(rate: number, end: number, seed: number, until = 20): CellPoint[] {
  return Array.from({ length: until }, (_, at): CellPoint => {
    const step = 15 * (at + 1)
    const left = Math.exp((-rate * step) / 300)
    const error = end + (0.88 - end) * left + 0.16 * waves(seed * 31 + at * 7 + rate) * (left + 0.15)
    return { step, loss: 2.3 * left + 0.1 + 0.1 * waves(seed + at), error: Math.max(0, error) }
  })
}

/** In the order of the queue: so many are over, and one is half-way. */
export function cells(of: ComparisonPlan = plan, over = Infinity, failing = -1): Cell[] {
  const made: Cell[] = []
  for (let seed = 0; seed < of.seeds; seed++)
    for (const [l, loss] of of.losses.entries())
      for (const [n, network] of of.networks.entries())
        for (const method of of.methods)
          for (const dimensions of of.dimensions) {
            const index = made.length
            const [rate, end] = [3 + n + l, 0.06 + 0.045 * l + 0.03 * n]
            const key = { index, loss, network, method, dimensions, seed }
            if (index === failing)
              made.push({
                ...{ ...key, state: 'failed', step: 45, curve: curve(rate, end, seed, 3) },
                problem: { code: 'training-stopped', message: 'The loss became infinite at step 45.' },
              })
            else if (index < over) {
              const error = end + 0.02 * waves(index + 3)
              made.push({
                ...{ ...key, state: 'done', step: of.steps, curve: curve(rate, end, seed) },
                result: {
                  ...{ error, nearest: error + 0.004 * l, training: error / 8, trials: 10_000 },
                  ...{ seconds: 9 + 7 * n + l, parameters: 84_210 * (n + 1) ** 3, macs: 3_400_000 * (n + 1) ** 2 },
                },
              })
            } else if (index === over)
              made.push({ ...key, state: 'running', step: 165, curve: curve(rate, end, seed, 11) })
            else made.push({ ...key, state: 'waiting', step: 0, curve: [] })
          }
  return made
}

const runs = cells(plan, 17, 7)
export const comparison: Comparison = {
  ...{ id: hex(51), title: 'Comparison 3', data: 'digits', state: 'running' },
  ...{ done: 17, cells: 27, secondsLeft: 214, startedAt: 1_795_000_000_000, plan, runs, backend: 'tfjs-node' },
  facts: { classes: 10, labelled: 100, unlabelled: 59_900, test: 10_000, width: 28, height: 28, channels: 1, lost: 0 },
}
const whole = cells()
export const done: Comparison = {
  ...comparison,
  ...{ id: hex(52), title: 'Comparison 2', state: 'done', done: whole.length, runs: whole },
}
export const interrupted: Comparison = { ...comparison, id: hex(53), title: 'Comparison 1', state: 'interrupted' }
