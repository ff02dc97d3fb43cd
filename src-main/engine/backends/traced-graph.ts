import { tf, type Tensor } from '../tf.ts'
import { loadGraph, outputName, type Native } from './recording.ts'
import type { Tensors, Trace, Values } from './trace.ts'

/** A traced function as TensorFlow runs it. */
export interface TracedGraph {
  /**
   * @param inputs of the shapes of the trace, in its order
   * @param first what the traced call drew, for the same call by the graph
   */
  run(inputs: Tensors, first?: Trace): Values
  dispose(): void
}

/** @throws Error when TensorFlow does not take the graph */
export function tracedGraph(native: Native, trace: Trace): TracedGraph {
  const { inputs: names, variables, draws, results } = trace
  const outputs = Object.keys(trace.outputs)
  const changed = trace.assigned.map(([variable]) => variable)
  const fed = [...names, ...variables.keys(), ...draws.keys()].map((name) => ({ name: outputName(name) }))
  const wanted = [...new Set(results.map(outputName))]
  const places = results.map((name) => wanted.indexOf(outputName(name)))
  const id = loadGraph(trace.nodes, native)
  return {
    run(inputs, first) {
      const masks = [...draws].map(([name, { shape, make }]) =>
        tf.tensor(first ? first.draws.get(name)!.values : make(), shape),
      )
      const values = native.runSavedModel(id, [...Object.values(inputs), ...variables.values(), ...masks], fed, wanted)
      const at = (result: number): Tensor => values[places[result]!]!
      return {
        outputs: Object.fromEntries(outputs.map((name, i) => [name, at(i)])),
        assigned: changed.map((variable, i) => [variable, at(outputs.length + i)] as const),
      }
    },
    dispose: () => native.binding.deleteSavedModel(id),
  }
}

/** What a graph may differ from the operations one by one, relative to the largest value of a tensor. */
const CLOSE = 1e-3
/** A tensor of nothing but rounding errors is small beside the others. */
const SMALL = 1e-3

/** How far the graph is from the trace, in words; undefined when it is near enough. */
export function difference(values: Values, trace: Values): string | undefined {
  const read = ({ outputs, assigned }: Values) =>
    [...Object.values(outputs), ...assigned.map(([, value]) => value)].map((tensor) => tensor.dataSync())
  const [actual, expected] = [read(values), read(trace)]
  const sizes = expected.map(largest)
  const overall = sizes.reduce((a, b) => Math.max(a, b), 0)
  for (const [i, one] of expected.entries()) {
    let off = 0
    // Where one is no number the other is none, and there is no difference.
    for (let at = 0; at < one.length; at++)
      if (Number.isFinite(one[at]!) || Number.isFinite(actual[i]![at]!))
        off = Math.max(off, Math.abs(actual[i]![at]! - one[at]!))
    if (!(off <= CLOSE * Math.max(sizes[i]!, SMALL * overall)))
      return `its result ${i} as a graph differs by ${off} from ${sizes[i]!}`
  }
  return undefined
}

/** The largest size of a number that is one. */
function largest(values: ArrayLike<number>): number {
  let most = 0
  for (let at = 0; at < values.length; at++) {
    const size = Math.abs(values[at]!)
    if (size > most && size < Infinity) most = size
  }
  return most
}
