import { kernel, linear, norms, RESIDUAL, sum } from './counts.ts'
import { laws } from './laws.ts'

const gates = 2 * (linear(16, 16) + linear(32, 32) + linear(64, 64))

laws('Other shortcuts than the identity', {
  plain: RESIDUAL,
  'residual-constant-scaling': RESIDUAL,
  'residual-exclusive-gating': RESIDUAL + gates,
  'residual-shortcut-gating': RESIDUAL + gates,
  'residual-convolution': sum([
    ...[RESIDUAL, 2 * kernel(1, 16, 16), kernel(1, 16, 32), kernel(1, 32, 32), kernel(1, 32, 64), kernel(1, 64, 64)],
    norms(16, 16, 32, 32, 64, 64),
  ]),
  'residual-dropout': RESIDUAL,
})
