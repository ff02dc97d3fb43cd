import { biased, kernel, linear, norms, sum } from './counts.ts'
import { laws } from './laws.ts'

laws('First deep networks', {
  alexnet: sum([
    ...[biased(25, 1, 24), biased(25, 24, 64), biased(9, 64, 96), biased(9, 96, 96), biased(9, 96, 64)],
    ...[linear(2 * 2 * 64, 256), linear(256, 128)],
  ]),
  vgg: sum([
    ...[kernel(9, 1, 16), kernel(9, 16, 16), kernel(9, 16, 32), kernel(9, 32, 32), kernel(9, 32, 64)],
    ...[2 * kernel(9, 64, 64), norms(16, 16, 32, 32, 64, 64, 64), linear(3 * 3 * 64, 256), linear(256, 128)],
  ]),
  'all-convolutional': sum([
    ...[kernel(9, 1, 24), 2 * kernel(9, 24, 24), kernel(9, 24, 48), 3 * kernel(9, 48, 48), 2 * kernel(1, 48, 48)],
    ...[norms(24, 24, 24, 48, 48, 48, 48, 48, 48), linear(7 * 7 * 48, 128)],
  ]),
  'koch-siamese': sum([
    ...[biased(25, 1, 16), biased(25, 16, 32), biased(9, 32, 32), biased(9, 32, 64), linear(3 * 3 * 64, 256)],
  ]),
})
