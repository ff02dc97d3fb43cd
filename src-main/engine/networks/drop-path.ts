import { drawn } from '../backends/trace.ts'
import { tf, type Tensor4D } from '../tf.ts'
import type { Layers } from '../training/network.ts'
import type { Random } from '../training/random.ts'

/**
 * Which inputs of joins are dropped in training (Larsson, Maire & Shakhnarovich, 2016, arXiv:1605.07648, section 3): one
 * subnetwork for each batch, as there. Drawn for each picture, batch norm would mix the numbers of all of them.
 */
export interface DropPath {
  /** Probability that a join loses an input; it never loses all of them. */
  readonly local: number
  /** Share of batches that pass one column alone instead, the same through the whole network. */
  readonly global: number
}

/** Column 1 is the longest. A join of k inputs joins the columns k, k − 1 … 1. */
export type Join = (inputs: readonly Tensor4D[]) => Tensor4D

/**
 * The weights of all joins' inputs for one batch: those of a join add up to 1 over what it keeps.
 * @param joins how many inputs each join has
 * @returns Σ joins
 */
export function pathWeights(random: Random, joins: readonly number[], { local, global }: DropPath): Float32Array {
  const only = random.next() < global ? 1 + random.integer(Math.max(...joins)) : undefined
  const weights = joins.flatMap((inputs) => {
    // Where the kept column is none of a join's, nothing of the join is used.
    const kept = only === undefined ? someOf(random, inputs, local) : oneOf(inputs, only)
    const count = kept.filter(Boolean).length
    return kept.map((one) => (one ? 1 / count : 0))
  })
  return Float32Array.from(weights)
}

function someOf(random: Random, inputs: number, dropped: number): boolean[] {
  const kept = Array.from({ length: inputs }, () => random.next() >= dropped)
  if (!kept.includes(true)) kept[random.integer(inputs)] = true
  return kept
}

const oneOf = (inputs: number, column: number): boolean[] =>
  Array.from({ length: inputs }, (_, i) => column > inputs || inputs - i === column)

/**
 * The joins of one forward pass, to be called in the order of `joins`: the mean of the inputs, or of those that are kept.
 * @param joins how many inputs each has
 */
export function joinsOf(l: Layers, joins: readonly number[], drop: DropPath | undefined): Join {
  if (!drop) return (inputs) => tf.div(tf.addN([...inputs]), inputs.length)
  const { random } = l
  const total = joins.reduce((sum, inputs) => sum + inputs, 0)
  const weights = tf.split(
    drawn([total], () => pathWeights(random, joins, drop)),
    total,
  )
  let at = 0
  return (inputs) => tf.addN(inputs.map((x) => tf.mul(x, weights[at++]!))) as Tensor4D
}
