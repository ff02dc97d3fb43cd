/** Numbers of the kinds of layers, for counts by hand. */

/** @param window places of the window: 9 for 3 × 3 */
export const kernel = (window: number, from: number, to: number): number => window * from * to
/** With a bias for each filter. */
export const biased = (window: number, from: number, to: number): number => kernel(window, from, to) + to
/** A scale and a shift for each channel. */
export const norms = (...channels: readonly number[]): number => 2 * sum(channels)
export const linear = (from: number, to: number): number => biased(1, from, to)
export const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0)

/** 3 × 3 convolutions of six residual units of 16, 16, 32, 32, 64 and 64 channels, the first convolution of the network and the embedding. */
export const RESIDUAL_KERNELS =
  kernel(9, 1, 16) + 4 * kernel(9, 16, 16) + kernel(9, 16, 32) + 3 * kernel(9, 32, 32) + kernel(9, 32, 64) + 3 * kernel(9, 64, 64) + linear(64, 128) // prettier-ignore
/** With its norms: of the first convolution, and of two in each unit. */
export const RESIDUAL = RESIDUAL_KERNELS + norms(16, 16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64, 64)

/** What a bottleneck's three convolutions have. */
const bottleneck = (from: number, few: number, to: number) =>
  kernel(1, from, few) + kernel(9, few, few) + kernel(1, few, to)
/** Of six such units, with the first convolution and the embedding. */
export const BOTTLENECKS = sum([
  ...[kernel(9, 1, 16), bottleneck(16, 16, 64), bottleneck(64, 16, 64), bottleneck(64, 32, 128)],
  ...[bottleneck(128, 32, 128), bottleneck(128, 64, 256), bottleneck(256, 64, 256), linear(256, 128)],
])
