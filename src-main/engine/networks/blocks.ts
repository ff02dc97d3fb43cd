import { tf, type Tensor2D, type Tensor4D } from '../tf.ts'
import { conv, dense, globalMean, norm, type Convolution } from '../training/layers.ts'
import type { Layers } from '../training/network.ts'

/** What every network of the literature may be asked for. */
export interface Embedding {
  /** Numbers that a picture becomes; 128 unless told. */
  readonly embedding?: number
}

/** Pictures of so many pixels a side, or more, are halved by the first convolution of networks that say so. */
const LARGE = 56

/** Convolution, batch norm, ReLU. */
export function convBlock(l: Layers, path: string, x: Tensor4D, layer: Convolution): Tensor4D {
  return tf.relu(norm(l, `${path}/norm`, conv(l, path, x, { bias: false, ...layer })))
}

/** Batch norm, ReLU, convolution. */
export function preBlock(l: Layers, path: string, x: Tensor4D, layer: Convolution): Tensor4D {
  return conv(l, path, tf.relu(norm(l, `${path}/norm`, x)), { bias: false, ...layer })
}

/** Convolution and ReLU, which nothing normalises, as networks had them before 2015. */
export function plainBlock(l: Layers, path: string, x: Tensor4D, layer: Convolution): Tensor4D {
  return tf.relu(conv(l, path, x, { start: 'he', ...layer }))
}

/** Each value by those of the five channels about it, with AlexNet's k, α and β. */
export const responseNorm = (x: Tensor4D): Tensor4D => tf.localResponseNormalization(x, 2, 2, 1e-4, 0.75)

export const stemStride = (x: Tensor4D): 1 | 2 => (x.shape[1] >= LARGE ? 2 : 1)

/** B × H × W × C in, B × H·W·C out: each place keeps weights of its own. */
export const flat = (x: Tensor4D): Tensor2D => tf.reshape(x, [x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]])

/** In place of a classifier: the mean over all positions, then a linear layer. */
export function embed(l: Layers, x: Tensor4D, { embedding = 128 }: Embedding): Tensor2D {
  return dense(l, 'embedding', globalMean(x), embedding)
}
