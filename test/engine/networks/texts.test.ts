import { kernel, linear, norms, sum } from './counts.ts'
import { laws } from './laws.ts'

const MNIST = 400 + 4608 + 18432 + 36864 + 73728 + 3 * (16 + 32 + 64 + 64 + 128)

laws('Of the texts on neighbor embedding, and for characters', {
  'neighbor-mnist': MNIST,
  'neighbor-mnist-2d': MNIST + linear(128, 2),
  'neighbor-cifar': sum([
    ...[kernel(25, 1, 192), kernel(1, 192, 160), kernel(1, 160, 96)],
    ...[kernel(25, 96, 96), kernel(1, 96, 192), kernel(1, 192, 192)],
    ...[kernel(9, 192, 192), kernel(1, 192, 192), 3 * (192 + 160 + 96 + 96 + 4 * 192)],
  ]),
  omniglot: sum([
    ...[kernel(25, 1, 32), kernel(9, 32, 64), kernel(9, 64, 96), kernel(9, 96, 96), kernel(9, 96, 128)],
    ...[kernel(9, 128, 128), norms(32, 64, 96, 96, 128, 128), linear(9 * 128, 128)],
  ]),
})
