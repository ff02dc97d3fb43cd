import { BOTTLENECKS, kernel, linear, norms, sum } from './counts.ts'
import { laws } from './laws.ts'

/** Nodes that take the stage's input, all others, and edges into nodes that have several. */
const stage = (from: number, to: number, roots: number, edges: number) => {
  const node = (x: number) => 9 * x + kernel(1, x, to) + norms(to)
  return roots * node(from) + (8 - roots) * node(to) + edges
}

laws('Group norm, and random wiring', {
  bit: sum([
    ...[BOTTLENECKS, kernel(1, 16, 64), kernel(1, 64, 128), kernel(1, 128, 256)],
    ...[norms(16, 16, 16), norms(64, 16, 16), norms(64, 32, 32), norms(128, 32, 32)],
    ...[norms(128, 64, 64), norms(256, 64, 64), norms(256)],
  ]),
  'randomly-wired': sum([
    ...[kernel(9, 1, 16) + norms(16), stage(16, 32, 1, 13), stage(32, 64, 1, 14), stage(64, 128, 2, 15)],
    linear(128, 128),
  ]),
})
