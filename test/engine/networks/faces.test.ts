import { biased, linear, sum } from './counts.ts'
import { laws } from './laws.ts'

/** 3 × 3 windows of 16 channels to 16 at each of so many places, with a bias for each place and filter. */
const local = (places: number) => places * biased(9, 16, 16)

laws('Made for faces', {
  'deep-face': sum([
    ...[biased(25, 1, 32), biased(9, 32, 16), local(11 * 11), local(5 * 5), local(3 * 3), linear(3 * 3 * 16, 128)],
  ]),
  'face-net': sum([
    ...[biased(25, 1, 16), biased(1, 16, 16), biased(9, 16, 48), biased(1, 48, 48), biased(9, 48, 96)],
    ...[biased(1, 96, 96), biased(9, 96, 64), 2 * (biased(1, 64, 64) + biased(9, 64, 64))],
    ...[linear(3 * 3 * 64, 512), linear(256, 512), linear(256, 128)],
  ]),
})
