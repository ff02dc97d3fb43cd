import { tf, type Tensor, type Variable } from '../tf.ts'
import { record, type Native, type Recording } from './recording.ts'
import { GRAPH_TYPES, placeholderNode, type GraphNode, type GraphType } from './saved-model.ts'

// A type, not an interface: tf.tidy gives back only what has an index signature.
export type Tensors = Readonly<Record<string, Tensor>>

/** What a call of a function gives, and what it makes of variables. */
export interface Values {
  readonly outputs: Tensors
  readonly assigned: readonly (readonly [Variable, Tensor])[]
}

/** Values that a function draws anew in each call. */
export interface Draw {
  readonly shape: number[]
  readonly make: () => Float32Array
  /** Those of the traced call. */
  readonly values: Float32Array
}

/** One call of a function, operation by operation, and its operations as a graph. */
export interface Trace extends Values {
  readonly nodes: readonly GraphNode[]
  /** Names in the graph: of inputs in their order, of variables and of draws that are fed beside them. */
  readonly inputs: readonly string[]
  readonly variables: ReadonlyMap<string, Variable>
  readonly draws: ReadonlyMap<string, Draw>
  /** Of the outputs, then of what is assigned. */
  readonly results: readonly string[]
  /** Why the graph is not the function. */
  readonly problem?: string | undefined
}

let draw: ((shape: number[], make: () => Float32Array) => Tensor) | undefined

/**
 * Values that are drawn in each call, as dropout does. In a graph they are inputs, and `make` is called before each run, in
 * the order of the trace. Elsewhere it is a tensor of what `make` gives.
 */
export function drawn(shape: number[], make: () => Float32Array): Tensor {
  return draw ? draw(shape, make) : tf.tensor(make(), shape)
}

/**
 * Runs a function and leaves variables as they were. To be called in a tidy, which frees the results.
 * @param work may read and assign variables
 */
export function trace<I extends Tensors>(native: Native, work: (inputs: I) => Tensors, given: I): Trace {
  const engine = tf.engine() as unknown as { readonly registeredVariables: Readonly<Record<string, Variable>> }
  const all = Object.values(engine.registeredVariables)
  const before = all.map((variable) => tf.clone(variable))
  const variableOf = new Map<object, Variable>()
  for (const variable of all) {
    variable.assign(copied(native, variable))
    variableOf.set(variable.dataId, variable)
  }
  const own = Object.fromEntries(Object.entries(given).map(([name, input]) => [name, copied(native, input)])) as I
  const variables = new Map<string, Variable>()
  const draws = new Map<string, Draw>()
  const inputs: string[] = []

  const unknown = (tensor: Tensor, recording: Recording) => {
    const variable = variableOf.get(tensor.dataId)
    if (variable) variables.set(placeholder(recording, 'v', tensor), variable)
    else if (recording.madeHere(tensor)) recording.constant(tensor)
    else recording.problem ??= 'it uses a tensor that is not among its inputs'
  }
  const run = (recording: Recording): Trace => {
    for (const input of Object.values(own)) inputs.push(placeholder(recording, 'i', input))
    draw = (shape, make) => {
      const values = make()
      const tensor = tf.tensor(values, shape)
      draws.set(placeholder(recording, 'd', tensor), { shape, make, values })
      return tensor
    }
    const outputs = tf.tidy(() => work(own))
    const assigned = all
      .filter((variable) => variableOf.get(variable.dataId) !== variable)
      .map((variable) => [variable, tf.clone(variable)] as const)
    const results = [...Object.values(outputs), ...assigned.map(([, value]) => value)]
    const names = results.map((result) => resultName(recording, result))
    return {
      ...{ outputs, assigned, inputs, variables, draws },
      ...{ results: names, nodes: recording.nodes, problem: recording.problem },
    }
  }
  try {
    return record(native, unknown as Parameters<typeof record>[1], run)
  } finally {
    draw = undefined
    all.forEach((variable, i) => variable.assign(before[i]!))
  }
}

/** The same values under an identity of their own: what was cloned from a variable must not be taken for it. */
function copied<T extends Tensor>(native: Native, x: T): T {
  const type = native.binding['TF_ATTR_TYPE']!
  const attributes = [{ name: 'T', type, value: GRAPH_TYPES[x.dtype as GraphType] }]
  return native.executeSingleOutput('Identity', attributes, [x]) as unknown as T
}

function placeholder(recording: Recording, letter: string, tensor: Tensor): string {
  const name = `${letter}${recording.nodes.length}`
  recording.nodes.push(placeholderNode(name, tensor.shape, tensor.dtype as GraphType))
  recording.name(tensor, name)
  return name
}

/** A graph cannot give what it is fed, but a copy of it. */
function resultName(recording: Recording, result: Tensor): string {
  const name = recording.nameOf(result)
  if (name.startsWith('n')) return name
  const copy = `n${recording.nodes.length}`
  const type = { type: GRAPH_TYPES[result.dtype as GraphType] }
  recording.nodes.push({ name: copy, op: 'Identity', inputs: [name], attributes: { T: type } })
  return copy
}
