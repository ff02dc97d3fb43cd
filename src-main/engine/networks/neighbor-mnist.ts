import { tf, type Tensor4D } from '../tf.ts'
import { conv, dense, dropout, globalMean, maxPool, norm } from '../training/layers.ts'
import { createNetwork, type Layers, type Network } from '../training/network.ts'

export interface NeighborMnist {
  /** Height, width, channels; the paper's 28 × 28 × 1 unless told. Sides of 8 pixels or more. */
  readonly input?: readonly [number, number, number]
  /** 2 puts a linear layer of two outputs at the end, for figure 1 of the paper. 128 is the paper's network. */
  readonly dimensions?: 2 | 128
  /** 'norm-pool' is the paper's: convolution, ReLU, batch norm, then the pool. 'pool-norm' is the authors' code: convolution, pool, ReLU, batch norm. */
  readonly order?: 'norm-pool' | 'pool-norm'
  /** Shares dropped after the first block, after the second, and of the embedding. */
  readonly dropout?: readonly [number, number, number]
  /** How the scales of batch norm start. */
  readonly gamma?: 'one' | 'uniform'
}

/**
 * The MNIST network of Hoffer & Ailon, "Semi-supervised deep learning by metric embedding" (2016, arXiv:1611.01449), table 3.
 * Every convolution is followed by ReLU, then batch norm. Inputs are (pixel − 128)/128.
 */
export function neighborMnist(seed: number, options: NeighborMnist = {}): Network {
  const {
    input = [28, 28, 1],
    dimensions = 128,
    order = 'norm-pool',
    dropout: dropped = [0, 0, 0],
    gamma = 'one',
  } = options

  const block = (
    l: Layers,
    path: string,
    x: Tensor4D,
    layer: { filters: number; size?: number; pad?: number; pool?: true },
  ) => {
    const { filters, size = 3, pad = 1, pool = false } = layer
    const y = conv(l, path, x, { filters, size, pad: 2 * pad + 1 === size ? 'same' : pad })
    const pooled = (z: Tensor4D) => (pool ? maxPool(z, 2) : z)
    return order === 'norm-pool' ? pooled(norm(l, path, tf.relu(y), gamma)) : norm(l, path, tf.relu(pooled(y)), gamma)
  }

  return createNetwork(
    dimensions === 2 ? 'neighbor-mnist-2d' : 'neighbor-mnist',
    (l, x) => {
      //                                                                             B × 28 × 28 × 1
      let y = block(l, 'block1', x, { filters: 16, size: 5, pad: 1, pool: true }) // B × 13 × 13 × 16
      y = dropout(l, y, dropped[0])
      y = block(l, 'block2', y, { filters: 32 }) //                                  B × 13 × 13 × 32
      y = block(l, 'block3', y, { filters: 64 }) //                                  B × 13 × 13 × 64
      y = block(l, 'block4', y, { filters: 64, pool: true }) //                      B × 6 × 6 × 64
      y = dropout(l, y, dropped[1])
      y = block(l, 'block5', y, { filters: 128 }) //                                 B × 6 × 6 × 128
      const embedding = dropout(l, globalMean(y), dropped[2]) //                     B × 128
      return dimensions === 2 ? dense(l, 'plane', embedding, 2) : embedding //       B × 2
    },
    input,
    seed,
  )
}
