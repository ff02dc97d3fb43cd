import { kernel, linear, norms, sum } from './counts.ts'
import { laws } from './laws.ts'

/** MBConv with `mid` channels in its middle, which `from` is widened to where they are more. */
const mb = (from: number, mid: number, window: number, squeezed: number, to: number) =>
  sum([
    ...[mid === from ? 0 : kernel(1, from, mid) + norms(mid), window * mid + norms(mid)],
    ...[linear(mid, squeezed), linear(squeezed, mid), kernel(1, mid, to) + norms(to)],
  ])

laws('EfficientNet', {
  efficientnet: sum([
    ...[kernel(9, 1, 16) + norms(16), mb(16, 16, 9, 4, 12), mb(12, 48, 9, 3, 16), mb(16, 64, 9, 4, 16)],
    ...[mb(16, 64, 25, 4, 24), mb(24, 96, 25, 6, 24), mb(24, 96, 9, 6, 40), mb(40, 160, 9, 10, 40)],
    ...[mb(40, 160, 25, 10, 56), mb(56, 224, 25, 14, 56), kernel(1, 56, 160) + norms(160), linear(160, 128)],
  ]),
  'efficientnet-1': sum([
    ...[kernel(9, 1, 16) + norms(16), mb(16, 16, 9, 4, 12), mb(12, 12, 9, 3, 12)],
    ...[mb(12, 48, 9, 3, 16), 2 * mb(16, 64, 9, 4, 16), mb(16, 64, 25, 4, 28), 2 * mb(28, 112, 25, 7, 28)],
    ...[mb(28, 112, 9, 7, 44), 2 * mb(44, 176, 9, 11, 44), mb(44, 176, 25, 11, 60), 2 * mb(60, 240, 25, 15, 60)],
    ...[kernel(1, 60, 176) + norms(176), linear(176, 128)],
  ]),
})
