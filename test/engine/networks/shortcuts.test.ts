import { beforeAll, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { joined, type Joined } from '../../../src-main/engine/networks/shortcuts.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { createNetwork } from '../../../src-main/engine/training/network.ts'
import { backends, resources } from '../fixture.ts'
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

beforeAll(() => chooseBackend(resources, backends[0]))

/** Of a shortcut of 3 and a branch of 8, whose gates' kernels are 0: what a unit adds up to. */
function sumOf(options: Omit<Joined, 'x' | 'f'>): number {
  const network = createNetwork(
    'sum',
    (l, x) => tf.mean(joined(l, 'sum', { x, f: tf.fill([1, 1, 1, 1], 8), ...options }), [1, 2]),
    [1, 1, 1],
    1,
  )
  network.variables.get('sum/gate/kernel')?.assign(tf.zeros([1, 1, 1, 1]))
  const [value] = tf.tidy(() => network.forward(tf.fill([1, 1, 1, 1], 3) as Tensor4D, { training: false }).dataSync())
  network.dispose()
  return value!
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

it.each([
  ['constant scaling by halves', { shortcut: 'constant-scaling' }, 5.5],
  ['constant scaling of the shortcut alone', { shortcut: 'constant-scaling', scaling: [0.5, 1] }, 9.5],
  ['constant scaling that leaves a plain network', { shortcut: 'constant-scaling', scaling: [0, 1] }, 8],
  ['exclusive gating from −6', { shortcut: 'exclusive-gating' }, 3 + 5 * sigmoid(-6)],
  ['exclusive gating from −7', { shortcut: 'exclusive-gating', gate: { bias: -7 } }, 3 + 5 * sigmoid(-7)],
  ['shortcut-only gating from −6', { shortcut: 'shortcut-gating' }, 3 * (1 - sigmoid(-6)) + 8],
  ['shortcut-only gating from 0', { shortcut: 'shortcut-gating', gate: { bias: 0 } }, 9.5],
] as const)('adds up as the row of the table says: %s', (_, options, expected) => {
  expect(sumOf(options)).toBeCloseTo(expected, 5)
})
