import { biased, kernel, linear, norms, RESIDUAL, sum } from './counts.ts'
import { laws } from './laws.ts'

/** Seven convolutions, of which the first of each of three columns takes what comes in. */
const fractalBlock = (from: number, to: number) => 3 * kernel(9, from, to) + 4 * kernel(9, to, to) + 7 * norms(to)
const FRACTAL = fractalBlock(1, 16) + fractalBlock(16, 32) + fractalBlock(32, 64) + linear(64, 128)

/** Layers of growth 8 on so many channels each. */
const denseBlock = (...channels: readonly number[]) =>
  sum(channels.map((c) => norms(c) + kernel(1, c, 32) + norms(32) + kernel(9, 32, 8)))

laws('Other ways to be deep', {
  highway: sum([
    ...[biased(9, 1, 16), 4 * biased(9, 16, 16), biased(9, 16, 32), 4 * biased(9, 32, 32), biased(9, 32, 64)],
    ...[4 * biased(9, 64, 64), linear(64, 128)],
  ]),
  // Four kernels between two halves are as many numbers as one kernel between wholes.
  'resnet-in-resnet': RESIDUAL,
  fractal: FRACTAL,
  'fractal-drop-path': FRACTAL,
  densenet: sum([
    ...[kernel(9, 1, 16), denseBlock(16, 24, 32, 40), norms(48) + kernel(1, 48, 24), denseBlock(24, 32, 40, 48)],
    ...[norms(56) + kernel(1, 56, 28), denseBlock(28, 36, 44, 52), norms(60), linear(60, 128)],
  ]),
})
