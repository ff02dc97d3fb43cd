import { tf, type Tensor2D, type Tensor4D } from '../src-main/engine/tf.ts'
import { conv, dense, globalMean, maxPool, norm } from '../src-main/engine/training/layers.ts'
import { createNetwork, type Figure, type Layers, type Network } from '../src-main/engine/training/network.ts'

/** Convolution, ReLU, batch norm, as in the paper's network. */
function block(
  l: Layers,
  path: string,
  x: Tensor4D,
  filters: number,
  layer: { size?: number; stride?: number; pad?: number } = {},
) {
  const { size = 3, stride = 1, pad = 'same' } = layer
  return norm(l, `${path}/norm`, tf.relu(conv(l, path, x, { filters, size, stride, pad, bias: false })))
}

/**
 * A third of the operations of the paper's MNIST network: it looks at the middle 24 × 24, where a digit lies, and halves
 * that at once.
 */
const figure: Figure = (l, x) => {
  let y = tf.slice(x, [0, 2, 2, 0], [-1, 24, 24, -1]) as Tensor4D
  y = block(l, '1', y, 24, { size: 5, stride: 2 }) // B × 12 × 12 × 24
  y = maxPool(block(l, '2', y, 48), 2) //             B × 6 × 6 × 48
  y = block(l, '3', y, 96) //                         B × 6 × 6 × 96
  y = block(l, '4', y, 128, { pad: 0 }) //            B × 4 × 4 × 128
  return globalMean(y) //                             B × 128
}

export const digitNetwork = (seed: number): Network => createNetwork('mnist100', figure, [28, 28, 1], seed)

/** What the contrast is taken of: a hidden layer and a linear one over the embedding, dropped afterwards (Chen et al., 2020). */
export const projection = (seed: number, dimensions: number): Network =>
  createNetwork(
    'mnist100-projection',
    (l, x) => {
      const embedding = tf.reshape(x, [-1, dimensions]) as Tensor2D
      return dense(l, '2', tf.relu(dense(l, '1', embedding, 128)), 64)
    },
    [1, 1, dimensions],
    seed,
  )
