/** Writes a TensorFlow SavedModel by hand: the few messages of its protocol buffers that a graph of constants needs. */

/** The numbers of tensorflow/core/framework/types.proto. */
export const GRAPH_TYPES = { float32: 1, int32: 3, bool: 10 } as const
export type GraphType = keyof typeof GRAPH_TYPES

export interface Constant {
  readonly dtype: GraphType
  readonly shape: readonly number[]
  readonly values: ArrayBufferView
}

export type Attribute =
  | { readonly string: string }
  | { readonly int: number }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly type: number }
  | { readonly ints: readonly number[] }
  | { readonly shape: readonly number[] }
  | { readonly tensor: Constant }

export interface GraphNode {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, Attribute>>
}

export function constantNode(name: string, tensor: Constant): GraphNode {
  return {
    name,
    op: 'Const',
    inputs: [],
    attributes: { dtype: { type: GRAPH_TYPES[tensor.dtype] }, value: { tensor } },
  }
}

export function placeholderNode(name: string, shape: readonly number[], dtype: GraphType = 'float32'): GraphNode {
  return { name, op: 'Placeholder', inputs: [], attributes: { dtype: { type: GRAPH_TYPES[dtype] }, shape: { shape } } }
}

/** The bytes of saved_model.pb, tagged "serve". */
export function savedModel(nodes: readonly GraphNode[]): Buffer {
  const versions = message(4, [varint(1, GRAPH_VERSION)])
  const graph = message(2, [...nodes.map(node), versions])
  const info = message(1, [text(4, 'serve')])
  return Buffer.concat([varint(1, 1), message(2, [info, graph])])
}

/** Of the graph's format; every TensorFlow 2 reads it. */
const GRAPH_VERSION = 987

function node({ name, op, inputs, attributes }: GraphNode): Buffer {
  const attrs = Object.entries(attributes).map(([key, value]) =>
    message(5, [text(1, key), message(2, [attribute(value)])]),
  )
  return message(1, [text(1, name), text(2, op), ...inputs.map((input) => text(3, input)), ...attrs])
}

function attribute(value: Attribute): Buffer {
  if ('string' in value) return text(2, value.string)
  if ('int' in value) return varint(3, value.int)
  if ('float' in value) return float(4, value.float)
  if ('bool' in value) return varint(5, value.bool ? 1 : 0)
  if ('type' in value) return varint(6, value.type)
  if ('ints' in value)
    return message(
      1,
      value.ints.map((int) => varint(3, int)),
    )
  if ('shape' in value) return message(7, dimensions(value.shape))
  const { dtype, shape, values } = value.tensor
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return message(8, [varint(1, GRAPH_TYPES[dtype]), message(2, dimensions(shape)), field(4, bytes)])
}

const dimensions = (shape: readonly number[]) => shape.map((size) => message(2, [varint(1, size)]))

// Wire types: 0 a varint, 2 bytes after their length, 5 four bytes.

function number(value: number): Buffer {
  const bytes: number[] = []
  // Negative numbers are ten bytes of two's complement.
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0))
    rest >>= 7n
  } while (rest > 0n)
  return Buffer.from(bytes)
}

const varint = (tag: number, value: number) => Buffer.concat([number(tag << 3), number(value)])
const field = (tag: number, bytes: Buffer) => Buffer.concat([number((tag << 3) | 2), number(bytes.length), bytes])
const message = (tag: number, parts: readonly Buffer[]) => field(tag, Buffer.concat(parts))
const text = (tag: number, value: string) => field(tag, Buffer.from(value, 'utf8'))

function float(tag: number, value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return Buffer.concat([number((tag << 3) | 5), bytes])
}
