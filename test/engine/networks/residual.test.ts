import { BOTTLENECKS, kernel, norms, RESIDUAL, RESIDUAL_KERNELS } from './counts.ts'
import { laws } from './laws.ts'

laws('Residual networks', {
  residual: RESIDUAL,
  'residual-projection': RESIDUAL + kernel(1, 16, 32) + norms(32) + kernel(1, 32, 64) + norms(64),
  'residual-bottleneck':
    BOTTLENECKS + norms(16) + 2 * norms(16, 16, 64) + 2 * norms(32, 32, 128) + 2 * norms(64, 64, 256),
  // Ahead of each convolution but the first, on as many channels as it is given, and at the end.
  'residual-pre-activation': RESIDUAL_KERNELS + norms(16, 16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64) + norms(64),
  'residual-stochastic-depth': RESIDUAL,
})
