import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tf, type Tensor } from '../tf.ts'
import { GRAPH_TYPES, constantNode, savedModel, type Attribute, type GraphNode, type GraphType } from './saved-model.ts'

export interface TensorInfo {
  readonly dataId: object
  readonly shape: readonly number[]
  readonly dtype: string
}
interface OpAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What of tfjs-node's backend is used here. */
export interface Native {
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: TensorInfo[]): TensorInfo
  executeMultipleOutputs(name: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: number): TensorInfo[]
  write(values: unknown, shape: number[], dtype: string): object
  readSync(dataId: object): ArrayBufferView
  runSavedModel(id: number, inputs: Tensor[], infos: { name: string }[], outputs: string[]): Tensor[]
  readonly binding: Readonly<Record<string, number>> & {
    loadSavedModel(path: string, tags: string): number
    deleteSavedModel(id: number): void
  }
}

/** The backend, where operations can be recorded; undefined elsewhere. A GPU gains more from whole batches. */
export function recordingBackend(): Native | undefined {
  if (tf.getBackend() !== 'tensorflow') return undefined
  const native = tf.backend() as unknown as Native & { readonly isUsingGpuDevice: boolean }
  return native.isUsingGpuDevice ? undefined : native
}

/** Operations as the nodes of a graph. */
export interface Recording {
  readonly nodes: GraphNode[]
  /** Calls a tensor by the name of a node that gives it. */
  name(tensor: TensorInfo, name: string): void
  constant(tensor: TensorInfo): void
  /** By which the graph knows a tensor; `unknown` is asked to name it first where none does. */
  nameOf(tensor: TensorInfo): string
  /** Whether the tensor is made during the recording, and not by an operation. */
  madeHere(tensor: TensorInfo): boolean
  /** Why the nodes are not the whole of what was computed. */
  problem?: string
}

/**
 * Runs `work` once as it is and writes its operations down.
 * @param unknown names a tensor that no operation gave, or says why the recording is void
 */
export function record<T>(
  native: Native,
  unknown: (tensor: TensorInfo, recording: Recording) => void,
  work: (recording: Recording) => T,
): T {
  const names = new Map<object, string>()
  const constants = new Set<object>()
  const made = new Set<object>()
  const { executeSingleOutput: single, executeMultipleOutputs: multiple, readSync: read, write } = native
  const recording: Recording = {
    nodes: [],
    name: ({ dataId }, name) => void names.set(dataId, name),
    constant({ dataId, dtype, shape }) {
      const name = `c${recording.nodes.length}`
      const values = read.call(native, dataId)
      // A copy: the array may be the tensor's own memory.
      const bytes = Uint8Array.from(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
      recording.nodes.push(constantNode(name, { dtype: dtype as GraphType, shape, values: bytes }))
      names.set(dataId, name)
      constants.add(dataId)
    },
    nameOf(tensor) {
      if (!names.has(tensor.dataId)) {
        if (tensor.dtype in GRAPH_TYPES) unknown(tensor, recording)
        else recording.problem ??= `a tensor of type ${tensor.dtype} cannot be part of a graph`
      }
      return names.get(tensor.dataId) ?? 'none'
    },
    madeHere: ({ dataId }) => made.has(dataId),
  }
  const note = (op: string, attributes: OpAttribute[], inputs: TensorInfo[], outputs: TensorInfo[]) => {
    const sources = inputs.map(recording.nameOf)
    const name = `n${recording.nodes.length}`
    try {
      const given = Object.fromEntries(attributes.map((one) => [one.name, attributeOf(one, native)]))
      const node = { op: isBias(op, inputs) ? 'BiasAdd' : op, attributes: { ...inferred(op, inputs), ...given } }
      recording.nodes.push({ name, inputs: sources, ...node })
    } catch (error) {
      recording.problem ??= (error as Error).message
    }
    outputs.forEach(({ dataId }, i) => names.set(dataId, i === 0 ? name : `${name}:${i}`))
  }

  native.executeSingleOutput = (op, attributes, inputs) => {
    const output = single.call(native, op, attributes, inputs)
    note(op, attributes, inputs, [output])
    return output
  }
  native.executeMultipleOutputs = (op, attributes, inputs, count) => {
    const outputs = multiple.call(native, op, attributes, inputs, count)
    note(op, attributes, inputs, outputs)
    return outputs
  }
  native.write = (values, shape, dtype) => {
    const dataId = write.call(native, values, shape, dtype)
    made.add(dataId)
    return dataId
  }
  native.readSync = (dataId) => {
    if (names.has(dataId) && !constants.has(dataId)) recording.problem ??= 'a value is read in the middle'
    return read.call(native, dataId)
  }
  try {
    return work(recording)
  } finally {
    Object.assign(native, { executeSingleOutput: single, executeMultipleOutputs: multiple, readSync: read, write })
  }
}

/** Adding one number a channel, which TensorFlow fuses into the convolution before it. */
function isBias(op: string, [first, second]: TensorInfo[]): boolean {
  return (
    /^Add(V2)?$/.test(op) &&
    first!.shape.length === 4 &&
    second!.shape.length === 1 &&
    first!.shape[3] === second!.shape[0]
  )
}

/** What TensorFlow works out by itself for an operation on its own, and must be told in a graph. */
function inferred(op: string, [first]: TensorInfo[]): Readonly<Record<string, Attribute>> {
  return op === 'ExpandDims'
    ? { T: { type: GRAPH_TYPES[first!.dtype as GraphType] }, Tdim: { type: GRAPH_TYPES.int32 } }
    : {}
}

function attributeOf({ type, value, name }: OpAttribute, { binding }: Native): Attribute {
  if (type === binding['TF_ATTR_STRING']) return { string: String(value) }
  if (type === binding['TF_ATTR_TYPE']) return { type: Number(value) }
  if (type === binding['TF_ATTR_BOOL']) return { bool: Boolean(value) }
  if (type === binding['TF_ATTR_FLOAT']) return { float: Number(value) }
  if (type === binding['TF_ATTR_INT'])
    return Array.isArray(value) ? { ints: value as number[] } : { int: Number(value) }
  throw new Error(`the attribute ${name} has a type that is not written`)
}

/** TensorFlow reads a graph only from a folder; it is needed no longer than that. @returns a number for runSavedModel */
export function loadGraph(nodes: readonly GraphNode[], native: Native): number {
  const folder = mkdtempSync(join(tmpdir(), 'semblance-graph-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModel(nodes))
    return native.binding.loadSavedModel(folder, 'serve')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** As runSavedModel wants it: with the number of the node's output. */
export const outputName = (name: string): string => (name.includes(':') ? name : `${name}:0`)
