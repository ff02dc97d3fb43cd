import { kernel, linear, norms, RESIDUAL, RESIDUAL_KERNELS, sum } from './counts.ts'
import { laws } from './laws.ts'

/** What a bottleneck's three convolutions have. */
const bottleneck = (from: number, few: number, to: number) =>
  kernel(1, from, few) + kernel(9, few, few) + kernel(1, few, to)
const BOTTLENECKS = sum([
  ...[kernel(9, 1, 16), bottleneck(16, 16, 64), bottleneck(64, 16, 64), bottleneck(64, 32, 128)],
  ...[bottleneck(128, 32, 128), bottleneck(128, 64, 256), bottleneck(256, 64, 256), linear(256, 128)],
])

laws('Residual networks', {
  residual: RESIDUAL,
  'residual-projection': RESIDUAL + kernel(1, 16, 32) + norms(32) + kernel(1, 32, 64) + norms(64),
  'residual-bottleneck':
    BOTTLENECKS + norms(16) + 2 * norms(16, 16, 64) + 2 * norms(32, 32, 128) + 2 * norms(64, 64, 256),
  // Ahead of each convolution but the first, on as many channels as it is given, and at the end.
  'residual-pre-activation': RESIDUAL_KERNELS + norms(16, 16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64) + norms(64),
  'residual-stochastic-depth': RESIDUAL,
  bit: sum([
    ...[BOTTLENECKS, kernel(1, 16, 64), kernel(1, 64, 128), kernel(1, 128, 256)],
    ...[norms(16, 16, 16), norms(64, 16, 16), norms(64, 32, 32), norms(128, 32, 32)],
    ...[norms(128, 64, 64), norms(256, 64, 64), norms(256)],
  ]),
})
