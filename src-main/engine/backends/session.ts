import { tf, type Tensor, type Tensor4D } from '../tf.ts'
import { loadGraph, outputName, record, recordingBackend, type Native, type TensorInfo } from './recording.ts'
import { placeholderNode } from './saved-model.ts'

/** A network's forward pass: B × H × W × 3 in, any number of tensors with B rows each out. */
export type Forward = (x: Tensor4D) => Tensor[]

/** One that holds memory until it is given back. */
export type Compiled = Forward & { dispose(): void }

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
export function compiled(forward: Forward, shape: readonly [number, number, number, number]): Compiled {
  const native = recordingBackend()
  if (!native) return held(forward)
  let graph: Compiled | undefined
  return held(
    (x) => (graph ??= attempt(forward, shape, native))(x),
    () => graph?.dispose(),
  )
}

const held = (forward: Forward, dispose = () => {}): Compiled => Object.assign((x: Tensor4D) => forward(x), { dispose })

function attempt(forward: Forward, shape: readonly [number, number, number, number], native: Native): Compiled {
  const sample = tf.randomUniform([...shape], -1, 1, 'float32', 1) as Tensor4D
  try {
    return compile(forward, sample, native)
  } catch (error) {
    console.warn('engine: a network runs without a compiled graph:', error)
    return held(forward)
  } finally {
    sample.dispose()
  }
}

function compile(forward: Forward, sample: Tensor4D, native: Native): Compiled {
  const { nodes, outputs, eager } = recorded(forward, sample, native)
  const id = loadGraph(nodes, native)
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
  const inParts = (x: Tensor4D) => {
    if (x.shape[0] === rows) return run(x)
    const parts = tf.split(x, x.shape[0] / rows).map(run)
    return outputs.map((_, i) => tf.concat(parts.map((part) => part[i]!)))
  }
  return held(inParts, () => native.binding.deleteSavedModel(id))
}

/** The operations of one pass as graph nodes. @throws Error when they are not the whole of it */
function recorded(forward: Forward, sample: Tensor4D, native: Native) {
  return record(
    native,
    (tensor, recording) => recording.constant(tensor),
    (recording) => {
      recording.nodes.push(placeholderNode(INPUT, sample.shape))
      recording.name(sample, INPUT)
      const eager = tf.tidy(() => forward(sample))
      const outputs = eager.map((output) => recording.nameOf(output as unknown as TensorInfo))
      if (recording.problem !== undefined) {
        tf.dispose(eager)
        throw new Error(recording.problem)
      }
      return { nodes: recording.nodes, eager, outputs: outputs.map(outputName) }
    },
  )
}
