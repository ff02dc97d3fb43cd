import { LOSSES, type LossName } from '../src-main/engine/losses/table.ts'
import { convBlock, flat } from '../src-main/engine/networks/blocks.ts'
import { tf, type Scalar, type Tensor, type Tensor2D, type Tensor4D } from '../src-main/engine/tf.ts'
import { batch } from '../src-main/engine/training/augment.ts'
import { createNetwork, type Network } from '../src-main/engine/training/network.ts'
import { lossParameters } from '../src-main/engine/training/predictions.ts'
import type { Photos } from './cifar.ts'
import { percentile } from './results.ts'

/** Filters and stride of each hidden layer. */
const LAYERS = [
  { filters: 16, stride: 1 },
  { filters: 32, stride: 2 },
  { filters: 32, stride: 1 },
  { filters: 64, stride: 2 },
] as const

/** A picture of each class in the order of the classes, then others. */
export interface Probe {
  readonly x: Float32Array
  readonly labels: readonly number[]
  readonly classes: number
}

export interface Inside {
  /** Root mean square, for each hidden layer, of the gradient of a picture's loss by the layer's outputs. */
  readonly hidden: readonly number[]
  /** The same by the outputs o. */
  readonly output: number
  /** Median over pictures of Σ exp(o): what a softmax divides by. */
  readonly normaliser: number
}

export interface Convnet {
  readonly network: Network
  /** What goes back through the network as it stands, its running averages as they are. */
  look(loss: LossName, probe: Probe): Inside
}

/**
 * The paper's five layers (Øland et al., 2017, section 2.1): four convolutions with batch norm and ReLU, and an affine output
 * layer, which is the loss's own. Sizes are not in the text.
 *
 *   B × 32 × 32 × 3
 *   3 × 3, 16       B × 32 × 32 × 16
 *   3 × 3, 32, /2   B × 16 × 16 × 32
 *   3 × 3, 32       B × 16 × 16 × 32
 *   3 × 3, 64, /2   B × 8 × 8 × 64
 *   flat            B × 4096
 */
export function convnet(seed: number, input: readonly [number, number, number]): Convnet {
  /** Seen by whoever looks; added to a layer's outputs, a zero takes their gradient. */
  let passing = (_layer: number, y: Tensor4D): Tensor4D => y
  const network = createNetwork(
    'boosted-convnet',
    (l, x) => {
      let y = x
      LAYERS.forEach((layer, i) => (y = passing(i, convBlock(l, `${i + 1}`, y, { ...layer, size: 3, start: 'he' }))))
      return flat(y)
    },
    input,
    seed,
  )
  const look = (loss: LossName, { x, labels, classes }: Probe): Inside => {
    const before = [...network.averages].map(([, average]) => [average, tf.clone(average as Tensor)] as const)
    const plain = passing
    try {
      return tf.tidy(() => {
        const pictures = tf.tensor4d(x.slice(), [labels.length, ...input])
        const parameters = lossParameters({ network, loss }, classes)
        const shapes: number[][] = []
        let outputs: Tensor2D | undefined
        passing = (layer, y) => ((shapes[layer] = y.shape), y)
        network.forward(pictures, { training: true })
        // The bias is given a row for each picture, so that its gradient is that of the outputs.
        const bias = tf.add(tf.zeros([labels.length, classes]), parameters['bias']!)
        const total = (...added: Tensor[]): Scalar => {
          passing = (layer, y) => tf.add(y, added[layer]!)
          const seen = network.forward(pictures, { training: true })
          const given = {
            references: tf.slice(seen, 0, classes),
            parameters: { ...parameters, bias: added.at(-1)! as Tensor2D },
          }
          const step = { ...given, queries: tf.slice(seen, classes), labels: labels.slice(classes) }
          outputs = tf.keep(LOSSES[loss].scores!(seen, given))
          return tf.mul(LOSSES[loss].terms(step).labelled!, labels.length)
        }
        const gradients = tf
          .grads(total)([...shapes.map((shape) => tf.zeros(shape)), bias])
          .map(rms)
        const normaliser = percentile([...tf.sum(tf.exp(outputs!), 1).dataSync()], 0.5)
        outputs!.dispose()
        return { hidden: gradients.slice(0, -1), output: gradients.at(-1)!, normaliser }
      })
    } finally {
      passing = plain
      for (const [average, value] of before) {
        average.assign(value)
        value.dispose()
      }
    }
  }
  return { network, look }
}

const rms = (gradient: Tensor): number => Math.sqrt(tf.mean(tf.square(gradient)).dataSync()[0]!)

/** So many pictures with their classes, one of each class first. @param places of the pictures, in random order */
export function probeOf({ pictures, labels }: Photos, classes: number, places: ArrayLike<number>): Probe {
  const order = Array.from(places)
  const first = Array.from({ length: classes }, (_, label) => order.findIndex((place) => labels[place] === label))
  const missing = first.indexOf(-1)
  if (missing >= 0) throw new Error(`No picture of the probe is of class ${missing}.`)
  const sorted = [...first.map((at) => order[at]!), ...order.filter((_, at) => !first.includes(at))]
  return { x: batch(pictures, sorted), labels: sorted.map((place) => labels[place]!), classes }
}
