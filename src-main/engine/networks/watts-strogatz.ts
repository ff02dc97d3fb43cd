import { createRandom } from '../training/random.ts'
import { directed, type Wiring } from './wiring.ts'

/**
 * A small-world graph (Watts & Strogatz, 1998) as a network is wired by it (Xie et al., 2019, arXiv:1904.01569, section
 * 3.3): a ring where each node is joined to its nearest ones, half on each side; then each edge, one round of the ring after
 * the other, is joined to another end with some probability.
 * @param near even, less than `nodes`
 */
export function wattsStrogatz(nodes: number, near: number, rewired: number, seed: number): Wiring {
  const random = createRandom(seed)
  const joined = Array.from({ length: nodes }, () => new Set<number>())
  const link = (a: number, b: number) => void (joined[a]!.add(b), joined[b]!.add(a))
  const cut = (a: number, b: number) => void (joined[a]!.delete(b), joined[b]!.delete(a))
  for (let step = 1; step <= near / 2; step++)
    for (let node = 0; node < nodes; node++) link(node, (node + step) % nodes)
  for (let step = 1; step <= near / 2; step++)
    for (let node = 0; node < nodes; node++) {
      const free = joined.flatMap((_, other) => (other === node || joined[node]!.has(other) ? [] : [other]))
      if (random.next() >= rewired || free.length === 0) continue
      cut(node, (node + step) % nodes)
      link(node, free[random.integer(free.length)]!)
    }
  return directed(joined)
}
