import type { Random } from '../training/random.ts'

/** Which of N nodes hands its output to which: from the smaller number to the larger one. */
export interface Wiring {
  /** Of each node, the nodes that it takes its input from. */
  readonly sources: readonly (readonly number[])[]
  /** Nodes that nothing takes from. */
  readonly ends: readonly number[]
}

/** Of each node, those that it is joined to. */
export type Joined = readonly ReadonlySet<number>[]

/** A graph without directions as a network is wired by it: each edge leads from the smaller number to the larger one. */
export function directed(joined: Joined): Wiring {
  const sources = joined.map((others, node) => [...others].filter((other) => other < node).sort((a, b) => a - b))
  const ends = joined.flatMap((others, node) => ([...others].some((other) => other > node) ? [] : [node]))
  return { sources, ends }
}

/**
 * A random graph (Erdős & Rényi, 1959) as in Xie et al., 2019, arXiv:1904.01569, section 3.3: each two nodes are joined with some
 * probability, whatever else is joined. A node without any edge takes the input of its stage and is one of its ends.
 */
export function erdosRenyi(nodes: number, probability: number, random: Random): Wiring {
  const joined = Array.from({ length: nodes }, () => new Set<number>())
  for (let node = 1; node < nodes; node++)
    for (let other = 0; other < node; other++)
      if (random.next() < probability) {
        joined[node]!.add(other)
        joined[other]!.add(node)
      }
  return directed(joined)
}

/**
 * A scale-free graph (Barabási & Albert, 1999) as in Xie et al., section 3.3: `edges` nodes without an edge, then one node after
 * the other, each joined to `edges` different earlier ones, drawn by how many edges they have.
 * @param edges at least 1, less than `nodes`
 */
export function barabasiAlbert(nodes: number, edges: number, random: Random): Wiring {
  const joined = Array.from({ length: nodes }, () => new Set<number>())
  /** Every node as often as it has edges. */
  const ends: number[] = []
  for (let node = edges; node < nodes; node++) {
    // The first one finds no edges to go by: there are just as many nodes as it needs.
    const chosen = new Set<number>(node === edges ? Array.from({ length: edges }, (_, other) => other) : [])
    while (chosen.size < edges) chosen.add(ends[random.integer(ends.length)]!)
    for (const other of chosen) {
      joined[node]!.add(other)
      joined[other]!.add(node)
      ends.push(node, other)
    }
  }
  return directed(joined)
}
