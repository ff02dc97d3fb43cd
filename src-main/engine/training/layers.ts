import { drawn } from '../backends/trace.ts'
import { tf, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '../tf.ts'
import { batchNorm } from './batch-norm.ts'
import type { Layers, Start } from './network.ts'

const EPSILON = 1e-5
/** Share of the newest batch in the running averages. */
const NEWEST = 0.1

/** Uniform within ±1/√(inputs), the start of Torch 7 and PyTorch, for kernels and biases alike. */
const uniform = (inputs: number): Start => {
  const bound = 1 / Math.sqrt(inputs)
  return (random) => (2 * random.next() - 1) * bound
}

export interface Convolution {
  readonly filters: number
  readonly size: number
  readonly stride?: number
  /** Zeros on each side; 'same' by default. */
  readonly pad?: number | 'same'
  /** True by default. */
  readonly bias?: boolean
}

/** B × H × W × C in, B × H′ × W′ × filters out, without activation. */
export function conv(l: Layers, path: string, x: Tensor4D, layer: Convolution): Tensor4D {
  const { filters, size, stride = 1, pad = 'same', bias = true } = layer
  const channels = x.shape[3]
  const start = uniform(size * size * channels)
  const kernel = l.weight(`${path}/kernel`, [size, size, channels, filters], start) as Tensor as Tensor4D
  // TensorFlow has no gradient for any padding of its own but these two.
  const padded =
    pad === 'same' || pad === 0
      ? x
      : tf.pad(x, [
          [0, 0],
          [pad, pad],
          [pad, pad],
          [0, 0],
        ])
  const y = tf.conv2d(padded, kernel, stride, pad === 'same' ? 'same' : 'valid')
  return bias ? tf.add(y, l.weight(`${path}/bias`, [filters], start)) : y
}

/** Each channel by a filter of its own, without bias. B × H × W × C in, B × H′ × W′ × C out. */
export function depthwise(
  l: Layers,
  path: string,
  x: Tensor4D,
  { size, stride = 1 }: { readonly size: number; readonly stride?: number },
): Tensor4D {
  const kernel = l.weight(`${path}/kernel`, [size, size, x.shape[3], 1], uniform(size * size))
  return tf.depthwiseConv2d(x, kernel as Tensor as Tensor4D, stride, 'same')
}

/**
 * Batch norm: by the batch in training, by running averages of it otherwise.
 * @param gamma how the scale starts: 1, or uniform in [0, 1) as in Torch 7
 */
export function norm(l: Layers, path: string, x: Tensor4D, gamma: 'one' | 'uniform' = 'one'): Tensor4D {
  const channels = [x.shape[3]]
  const scale = l.weight(`${path}/gamma`, channels, gamma === 'one' ? 1 : (random) => random.next())
  const shift = l.weight(`${path}/beta`, channels, 0) as Tensor as Tensor1D
  const mean = l.running(`${path}/mean`, channels, 0)
  const variance = l.running(`${path}/variance`, channels, 1)
  if (!l.training)
    return tf.batchNorm4d(
      x,
      mean as Tensor as Tensor1D,
      variance as Tensor as Tensor1D,
      shift,
      scale as Tensor as Tensor1D,
      EPSILON,
    )
  return batchNorm(x, scale as Tensor as Tensor1D, shift, EPSILON, (batchMean, batchVariance) => {
    const moved = (from: Tensor, to: Tensor) => tf.add(tf.mul(from, 1 - NEWEST), tf.mul(to, NEWEST))
    mean.assign(moved(mean, batchMean))
    variance.assign(moved(variance, batchVariance))
  })
}

/** B × N in, B × units out, without activation. */
export function dense(l: Layers, path: string, x: Tensor2D, units: number): Tensor2D {
  const start = uniform(x.shape[1])
  const kernel = l.weight(`${path}/kernel`, [x.shape[1], units], start) as Tensor as Tensor2D
  return tf.add(tf.matMul(x, kernel), l.weight(`${path}/bias`, [units], start))
}

/** In training each value is zero with probability `share`, the others are divided by 1 − share (Srivastava et al., 2014). */
export function dropout<T extends Tensor>(l: Layers, x: T, share: number): T {
  if (!l.training || share === 0) return x
  const { random } = l
  const scale = 1 / (1 - share)
  const size = x.size
  const kept = drawn(x.shape, () => Float32Array.from({ length: size }, () => (random.next() < share ? 0 : scale)))
  return tf.mul(x, kept) as T
}

/** Rows and columns that fill no whole window are left out. */
export function maxPool(x: Tensor4D, size: number, stride = size, pad: 'valid' | 'same' = 'valid'): Tensor4D {
  return tf.maxPool(x, size, stride, pad)
}

/** The mean over all positions. B × H × W × C in, B × C out. */
export function globalMean(x: Tensor4D): Tensor2D {
  return tf.mean(x, [1, 2])
}
