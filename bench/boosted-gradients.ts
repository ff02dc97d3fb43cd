import { resolve } from 'node:path'
import { chooseBackend } from '../src-main/engine/backends/choose.ts'
import { curveFigures, CURVES } from './boosted-curves.ts'
import { mlpFigures } from './boosted-mlp.ts'
import { asked } from './mnist100-kept.ts'
import type { BenchOptions } from './options.ts'
import { writeResults } from './results.ts'

const DRAWS = 3
const MLP_EPOCHS = 40
const MLP_TUNING_EPOCHS = 5

/** Øland et al., "Be careful what you backpropagate", 2017. `--steps` are epochs, for a try. */
export async function boostedGradientsBench({ draws = DRAWS, seed = 0, steps, backend: forced }: BenchOptions) {
  const { name: backend } = await chooseBackend(resolve(import.meta.dirname, '..', 'resources'), forced)
  const seeds = Array.from({ length: draws }, (_, i) => seed + i)
  const small = steps === undefined ? {} : { epochs: steps, tuningEpochs: 1 }
  const curves = await curveFigures({ ...CURVES, seeds, backend, ...small })
  const mlp = await mlpFigures({ epochs: MLP_EPOCHS, tuningEpochs: MLP_TUNING_EPOCHS, seeds, backend, ...small })
  const figures = [...curves.figures, ...mlp.figures]
  writeResults('boosted-gradients', figures, asked('boosted-gradients'), [mlp.finding, curves.finding])
}
