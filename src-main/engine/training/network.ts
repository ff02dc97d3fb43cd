import { tf, type Tensor, type Tensor2D, type Tensor4D, type Variable } from '../tf.ts'
import { createRandom, type Random } from './random.ts'

/** Under it the parameters of a loss stand among the variables of the network that is trained with it. */
export const OF_LOSS = 'loss/'

/** A tensor outside the backend, as checkpoints and model files hold it. */
export interface Stored {
  readonly shape: readonly number[]
  readonly values: Float32Array
}

/** How a tensor starts: the same value everywhere, or a draw for each of its values. */
export type Start = number | ((random: Random) => number)

/**
 * What the layers of layers.ts ask for while a network's function runs. At the first run weights are made, in the order
 * in which the function asks for them; every later run finds them.
 */
export interface Layers {
  readonly training: boolean
  /** Running averages stay as they are, even in training. */
  readonly unobserved?: true
  /** Dropout draws from it. */
  readonly random: Random
  /** A weight that gradients change. */
  weight(path: string, shape: readonly number[], start: Start): Variable
  /** A running average: kept with the weights, changed by layers alone. */
  running(path: string, shape: readonly number[], start: number): Variable
}

/** A network as its figure: a function over pictures, written with layers.ts. B × H × W × C in, B × D out. */
export type Figure = (layers: Layers, x: Tensor4D) => Tensor2D

export interface Pass {
  readonly training: boolean
  /** Needed by dropout in training. */
  readonly random?: Random
}

export interface Network {
  readonly name: string
  /** Height, width, channels. */
  readonly input: readonly [number, number, number]
  /** Of the embedding. */
  readonly dimensions: number
  /** What gradients change, by path. */
  readonly variables: ReadonlyMap<string, Variable>
  /** Running averages, by path. */
  readonly averages: ReadonlyMap<string, Variable>
  /** B × H × W × C in, B × D out; not normalised. */
  forward(x: Tensor4D, pass: Pass): Tensor2D
  /**
   * A variable beside those of the figure, such as a loss's own: trained, read and written with them. It is drawn from the network's
   * seed when it is asked for first, and again when its shape is another one.
   */
  weight(path: string, shape: readonly number[], start: Start): Variable
  /** Copies of all weights and running averages. */
  read(): Map<string, Stored>
  /** @throws Error when a tensor is missing or of another shape: the file is of another network */
  write(stored: ReadonlyMap<string, Stored>): void
  /** The same figure with weights of its own, drawn from this seed; without what `weight` made. */
  another(seed: number): Network
  dispose(): void
}

/**
 * A network with freshly drawn weights. The same seed gives the same weights on every backend.
 * @param input height, width, channels
 */
export function createNetwork(
  name: string,
  figure: Figure,
  input: readonly [number, number, number],
  seed: number,
): Network {
  const variables = new Map<string, Variable>()
  const averages = new Map<string, Variable>()
  const drawn = createRandom(seed)
  const make = (
    into: Map<string, Variable>,
    trainable: boolean,
    path: string,
    shape: readonly number[],
    start: Start,
  ) => {
    const found = into.get(path)
    if (found) return found
    const values = new Float32Array(shape.reduce((size, side) => size * side, 1))
    for (let i = 0; i < values.length; i++) values[i] = typeof start === 'number' ? start : start(drawn)
    const initial = tf.tensor(values, [...shape])
    const made = tf.variable(initial, trainable)
    initial.dispose()
    into.set(path, made)
    return made
  }
  const run = (x: Tensor4D, { training, random }: Pass): Tensor2D => {
    const layers: Layers = {
      training,
      get random() {
        if (!random) throw new Error(`The network ${name} draws random numbers in training and is given none.`)
        return random
      },
      weight: (path, shape, start) => make(variables, true, path, shape, start),
      running: (path, shape, start) => make(averages, false, path, shape, start),
    }
    return tf.tidy(() => figure(layers, x))
  }
  const dimensions = tf.tidy(() => run(tf.zeros([1, ...input]), { training: false }).shape[1])
  const all = () => [...variables, ...averages]
  return {
    name,
    input,
    dimensions,
    variables,
    averages,
    forward: run,
    weight(path, shape, start) {
      const found = variables.get(path)
      if (found && String(found.shape) !== String(shape)) {
        found.dispose()
        variables.delete(path)
      }
      return make(variables, true, path, shape, start)
    },
    read: () => new Map(all().map(([path, variable]) => [path, readTensor(variable)])),
    write(stored) {
      for (const [path, variable] of all()) assign(variable, stored.get(path), `${name}: ${path}`)
    },
    another: (other) => createNetwork(name, figure, input, other),
    dispose: () => tf.dispose(all().map(([, variable]) => variable)),
  }
}

export function readTensor(tensor: Tensor): Stored {
  // A copy: on some backends the array is the tensor's own memory.
  return { shape: [...tensor.shape], values: Float32Array.from(tensor.dataSync()) }
}

/** @throws Error when `stored` is absent or of another shape */
export function assign(variable: Variable, stored: Stored | undefined, what: string): void {
  if (!stored) throw new Error(`${what} is not among the stored tensors.`)
  if (String(stored.shape) !== String(variable.shape))
    throw new Error(`${what} has shape ${stored.shape.join(' × ')} in store and ${variable.shape.join(' × ')} here.`)
  const fresh = tf.tensor(stored.values.slice(), [...stored.shape])
  variable.assign(fresh)
  fresh.dispose()
}
