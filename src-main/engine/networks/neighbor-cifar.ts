import { tf, type Tensor4D } from '../tf.ts'
import { conv, dropout, globalMean, maxPool, norm } from '../training/layers.ts'
import { createNetwork, type Layers, type Network } from '../training/network.ts'

export interface NeighborCifar {
  /** Height and width, channels; the paper's 32 × 32 × 3 unless told. Sides of 12 pixels or more. */
  readonly input?: readonly [number, number, number]
  /** Shares dropped after each of the two pools, as in the network that it stems from; none in the paper's table. */
  readonly dropout?: readonly [number, number]
}

/** Convolution, ReLU, batch norm. */
function block(l: Layers, path: string, x: Tensor4D, filters: number, size: 1 | 3 | 5): Tensor4D {
  return norm(l, path, tf.relu(conv(l, path, x, { filters, size })))
}

/**
 * The CIFAR-10 network of Hoffer & Ailon, "Semi-supervised deep learning by metric embedding" (2016, arXiv:1611.01449), table 3:
 * the network in network of Lin, Chen & Yan (2014, arXiv:1312.4400) with batch norm. Inputs are (value − 128)/128.
 */
export function neighborCifar(seed: number, options: NeighborCifar = {}): Network {
  const { input = [32, 32, 3], dropout: dropped = [0, 0] } = options
  return createNetwork(
    'neighbor-cifar',
    (l, x) => {
      //                                              B × 32 × 32 × 3
      let y = block(l, '1', x, 192, 5) //             B × 32 × 32 × 192
      y = block(l, '2', y, 160, 1) //                 B × 32 × 32 × 160
      y = block(l, '3', y, 96, 1) //                  B × 32 × 32 × 96
      y = dropout(l, maxPool(y, 3, 2), dropped[0]) // B × 15 × 15 × 96
      y = block(l, '4', y, 96, 5) //                  B × 15 × 15 × 96
      y = block(l, '5', y, 192, 1) //                 B × 15 × 15 × 192
      y = block(l, '6', y, 192, 1)
      y = dropout(l, maxPool(y, 3, 2), dropped[1]) // B × 7 × 7 × 192
      y = block(l, '7', y, 192, 3)
      y = block(l, '8', y, 192, 1)
      return globalMean(y) //                         B × 192
    },
    input,
    seed,
  )
}
