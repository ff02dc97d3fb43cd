import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tf, type Tensor, type Tensor4D } from '../tf.ts'
import {
  constantNode,
  placeholderNode,
  savedModel,
  type Attribute,
  type GraphNode,
  type GraphType,
} from './saved-model.ts'

/** A network's forward pass: B × H × W × 3 in, any number of tensors with B rows each out. */
export type Forward = (x: Tensor4D) => Tensor[]

interface TensorInfo {
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
interface Native {
  executeSingleOutput(name: string, attributes: OpAttribute[], inputs: TensorInfo[]): TensorInfo
  readSync(dataId: object): ArrayBufferView
  runSavedModel(id: number, inputs: Tensor[], infos: { name: string }[], outputs: string[]): Tensor[]
  readonly binding: Readonly<Record<string, number>> & { loadSavedModel(path: string, tags: string): number }
}

const INPUT = 'x'
/** What the compiled graph may differ from the operations one by one, relative to the largest output. */
const CLOSE = 1e-3

/**
 * A forward pass as one TensorFlow graph instead of a hundred operations called one by one: TensorFlow then fuses
 * convolution, bias and activation and saves the way there and back. The operations are recorded while they run once;
 * weights become constants. Compiled at the first use, so that a start does not wait for it. On other backends, and when
 * the graph does not give the same numbers, the pass stays as it is.
 * @param shape what the graph is made for; a larger batch is worked through in parts of this one
 */
export function compiled(forward: Forward, shape: readonly [number, number, number, number]): Forward {
  if (tf.getBackend() !== 'tensorflow') return forward
  const native = tf.backend() as unknown as Native & { readonly isUsingGpuDevice: boolean }
  // A GPU gains more from whole batches.
  if (native.isUsingGpuDevice) return forward
  let graph: Forward | undefined
  return (x) => (graph ??= attempt(forward, shape, native))(x)
}

function attempt(forward: Forward, shape: readonly [number, number, number, number], native: Native): Forward {
  const sample = tf.randomUniform([...shape], -1, 1, 'float32', 1) as Tensor4D
  try {
    return compile(forward, sample, native)
  } catch (error) {
    console.warn('engine: a network runs without a compiled graph:', error)
    return forward
  } finally {
    sample.dispose()
  }
}

function compile(forward: Forward, sample: Tensor4D, native: Native): Forward {
  const { nodes, outputs, eager } = record(forward, sample, native)
  const id = load(nodes, native)
  const run = (x: Tensor) => native.runSavedModel(id, [x], [{ name: `${INPUT}:0` }], outputs)
  try {
    tf.tidy(() => {
      run(sample).forEach((output, i) => {
        const off = tf.max(tf.abs(tf.sub(output, eager[i]!))).dataSync()[0]!
        const largest = tf.max(tf.abs(eager[i]!)).dataSync()[0]!
        if (!(off <= CLOSE * Math.max(1, largest))) throw new Error(`output ${i} differs by ${off}`)
      })
    })
  } finally {
    tf.dispose(eager)
  }
  const rows = sample.shape[0]
  return (x) => {
    if (x.shape[0] === rows) return run(x)
    const parts = tf.split(x, x.shape[0] / rows).map(run)
    return outputs.map((_, i) => tf.concat(parts.map((part) => part[i]!)))
  }
}

/** The operations of one pass as graph nodes. */
function record(forward: Forward, sample: Tensor4D, native: Native) {
  const nodes: GraphNode[] = [placeholderNode(INPUT, sample.shape)]
  const names = new Map<object, string>([[sample.dataId, INPUT]])
  const constants = new Set<object>()
  const nameOf = ({ dataId, shape, dtype }: TensorInfo): string => {
    const known = names.get(dataId)
    if (known !== undefined) return known
    const name = `c${nodes.length}`
    const values = native.readSync(dataId)
    nodes.push(constantNode(name, { dtype: dtype as GraphType, shape, values }))
    names.set(dataId, name)
    constants.add(dataId)
    return name
  }

  const execute = native.executeSingleOutput
  native.executeSingleOutput = (op, attributes, inputs) => {
    const output = execute.call(native, op, attributes, inputs)
    const sources = inputs.map(nameOf)
    const name = `n${nodes.length}`
    const [first, second] = inputs
    // Adding one number a channel is a bias, which TensorFlow fuses into the convolution.
    const bias =
      /^Add(V2)?$/.test(op) && first!.shape.length === 4 && second!.shape.length === 1 && constants.has(second!.dataId)
    nodes.push({
      name,
      op: bias ? 'BiasAdd' : op,
      inputs: sources,
      attributes: Object.fromEntries(attributes.map((one) => [one.name, attributeOf(one, native)])),
    })
    names.set(output.dataId, name)
    return output
  }
  try {
    const eager = tf.tidy(() => forward(sample))
    return { nodes, eager, outputs: eager.map((output) => `${nameOf(output as unknown as TensorInfo)}:0`) }
  } finally {
    native.executeSingleOutput = execute
  }
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

/** TensorFlow reads a graph only from a folder; it is needed no longer than that. */
function load(nodes: readonly GraphNode[], native: Native): number {
  const folder = mkdtempSync(join(tmpdir(), 'semblance-graph-'))
  try {
    writeFileSync(join(folder, 'saved_model.pb'), savedModel(nodes))
    return native.binding.loadSavedModel(folder, 'serve')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
