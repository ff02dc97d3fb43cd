import { isDeepStrictEqual } from 'node:util'
import type { Problem } from '../../contract/jobs.ts'
import { recordingBackend, type Native } from '../backends/recording.ts'
import { trace, type Tensors, type Trace, type Values } from '../backends/trace.ts'
import { difference, tracedGraph, type TracedGraph } from '../backends/traced-graph.ts'
import { tf } from '../tf.ts'
import { isOutOfMemory } from './memory.ts'

export interface Recorded<I extends Tensors, O extends Tensors> {
  /** The result is the caller's, as if the function had been called. No gradient goes through it. */
  (inputs: I): O
  /** Frees the graphs. */
  dispose(): void
}

/** Said once in a run whose steps are not one graph. */
export const notCompiled = (reason: string): Problem => ({
  code: 'not-compiled',
  message: `The steps of this run take longer than they might: they do not run as one graph, because ${reason}.`,
})

/** Graphs of one function that are kept, one for each set of shapes. */
const KEPT = 4

const CHANGES = 'it hangs on something that changes from call to call and is not among its inputs'

/**
 * The same function as one TensorFlow graph, where TensorFlow computes on the CPU. Operations that do not hang on each
 * other then run side by side, some are fused, and there is one call instead of several hundred. `work` may be a whole step
 * of training: forward pass and gradients, and variables that it assigns.
 *
 * It is recorded in the first call with inputs of some shapes, and in the next once more, to see that it is the same. Numbers of
 * JavaScript become constants of the graph, so `work` must be a function of its inputs, of variables and of what it asks
 * `drawn` for, and of nothing else that changes. It reads no value either, as tf.gather does with its places. All results
 * are the graph's from the first call on, so that a run that is resumed gives the same bits.
 * @param onPlain told why, once, when the function runs operation by operation from then on
 */
export function recorded<I extends Tensors, O extends Tensors>(
  work: (inputs: I) => O,
  onPlain: (reason: string) => void = (reason) =>
    console.warn(`engine: a step runs without a compiled graph: ${reason}`),
): Recorded<I, O> {
  /** `unproven` holds the trace until a second one equals it. */
  const graphs = new Map<string, { readonly graph: TracedGraph; unproven?: Trace['nodes'] | undefined }>()
  let plain = false
  const free = (key: string) => {
    graphs.get(key)?.graph.dispose()
    graphs.delete(key)
  }
  const dispose = () => [...graphs.keys()].forEach(free)
  const refuse = (reason: string, values: Values): O => {
    dispose()
    plain = true
    onPlain(reason)
    return settled(values)
  }
  const learn = (native: Native, key: string, inputs: I): O => {
    const traced = trace(native, work, inputs)
    if (traced.problem !== undefined) return refuse(traced.problem, traced)
    const known = graphs.get(key)
    if (known && !isDeepStrictEqual(known.unproven, traced.nodes)) return refuse(CHANGES, traced)
    try {
      const graph = known?.graph ?? tracedGraph(native, traced)
      graphs.set(key, { graph, unproven: known ? undefined : traced.nodes })
      const values = graph.run(inputs, traced)
      const off = known ? undefined : difference(values, traced)
      return off === undefined ? settled(values) : refuse(off, traced)
    } catch (error) {
      if (isOutOfMemory(error)) throw error
      return refuse((error as Error).message, traced)
    }
  }
  const call = (inputs: I): O =>
    tf.tidy(() => {
      const native = plain ? undefined : recordingBackend()
      if (!native) return work(inputs)
      const key = shapesOf(inputs)
      const known = graphs.get(key)
      if (known && !known.unproven) return settled(known.graph.run(inputs))
      const [oldest] = graphs.keys()
      if (!known && graphs.size === KEPT) free(oldest!)
      return learn(native, key, inputs)
    })
  return Object.assign(call, { dispose })

  function settled({ outputs, assigned }: Values): O {
    for (const [variable, value] of assigned) variable.assign(value)
    return outputs as O
  }
}

const shapesOf = (inputs: Tensors): string =>
  Object.entries(inputs)
    .map(([name, { shape, dtype }]) => `${name} ${dtype} ${shape.join('×')}`)
    .join()
