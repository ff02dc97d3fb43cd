import { kernel, linear, norms, sum } from './counts.ts'
import { laws } from './laws.ts'

type Chain = (from: number, to: number) => number
type Module = readonly [number, number, readonly [number, number], readonly [number, number], number]

/** The stem, four modules, the embedding. */
const inception = (three: Chain, five: Chain): number => {
  const one = (from: number, to: number) => kernel(1, from, to) + norms(to)
  const modules: readonly Module[] = [
    [32, 16, [16, 24], [8, 12], 12],
    [64, 24, [24, 40], [8, 16], 16],
    [96, 32, [32, 56], [12, 20], 20],
    [128, 40, [40, 72], [16, 24], 24],
  ]
  const counted = modules.map(
    ([x, a, b, c, d]) => one(x, a) + one(x, b[0]) + three(...b) + one(x, c[0]) + five(...c) + one(x, d),
  )
  return kernel(9, 1, 32) + norms(32) + sum(counted) + linear(160, 128)
}
const square: (window: number) => Chain = (window) => (from, to) => kernel(window, from, to) + norms(to)
/** So many convolutions of 3 weights, one after the other. */
const strips: (count: number) => Chain = (count) => (from, to) =>
  kernel(3, from, to) + (count - 1) * kernel(3, to, to) + count * norms(to)

laws('Inception', {
  inception: inception(square(9), square(25)),
  'inception-3x3': inception(square(9), (from, to) => square(9)(from, to) + square(9)(to, to)),
  'inception-1x3': inception(strips(2), strips(4)),
})
