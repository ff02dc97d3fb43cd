import { drawn } from '../backends/trace.ts'
import { tf, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '../tf.ts'
import { batchNorm } from './batch-norm.ts'
import type { Layers, Start } from './network.ts'
import type { Random } from './random.ts'

const EPSILON = 1e-5
/** Of weight standardisation, as BiT's code has it. */
const KERNEL_EPSILON = 1e-10
/** Share of the newest batch in the running averages. */
const NEWEST = 0.1

/**
 * How kernels start. 'torch': uniform within ±1/√(inputs), as in Torch 7 and PyTorch, biases too. 'he': normal with
 * variance 2/inputs and biases of 0, by which ReLU layers without normalisation keep the size of what goes through
 * (He et al., 2015, arXiv:1502.01852).
 */
export type KernelStart = 'torch' | 'he'

const starts = (kind: KernelStart, inputs: number): { readonly kernel: Start; readonly bias: Start } => {
  const bound = 1 / Math.sqrt(inputs)
  const uniform = (random: Random) => (2 * random.next() - 1) * bound
  const normal = (random: Random) => random.normal() * Math.SQRT2 * bound
  return kind === 'torch' ? { kernel: uniform, bias: uniform } : { kernel: normal, bias: 0 }
}

export interface Convolution {
  readonly filters: number
  /** Of the window: a square's side, or rows and columns. */
  readonly size: number | readonly [number, number]
  readonly stride?: number
  /** Zeros on each side; 'same' by default. */
  readonly pad?: number | 'same'
  /** True by default; a number is where all of them start. */
  readonly bias?: boolean | number
  readonly start?: KernelStart
  /** Each filter is used with mean 0 and variance 1 over its window and channels (Qiao et al., 2019, arXiv:1903.10520). */
  readonly standardised?: boolean
}

/** B × H × W × C in, B × H′ × W′ × filters out, without activation. */
export function conv(l: Layers, path: string, x: Tensor4D, layer: Convolution): Tensor4D {
  const { filters, size, stride = 1, pad = 'same', bias = true } = layer
  const channels = x.shape[3]
  const [rows, columns] = typeof size === 'number' ? [size, size] : size
  const start = starts(layer.start ?? 'torch', rows * columns * channels)
  const weight = l.weight(`${path}/kernel`, [rows, columns, channels, filters], start.kernel) as Tensor as Tensor4D
  const kernel = layer.standardised ? standardised(weight) : weight
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
  return bias === false
    ? y
    : tf.add(y, l.weight(`${path}/bias`, [filters], typeof bias === 'number' ? bias : start.bias))
}

/** h × w × C × K, each of the K filters with mean 0 and variance 1. */
function standardised(kernel: Tensor4D): Tensor4D {
  const centred = tf.sub(kernel, tf.mean(kernel, [0, 1, 2], true))
  const variance = tf.mean(tf.square(centred), [0, 1, 2], true)
  return tf.mul(centred, tf.rsqrt(tf.add(variance, KERNEL_EPSILON)))
}

/** Each channel by a filter of its own, without bias. B × H × W × C in, B × H′ × W′ × C out. */
export function depthwise(
  l: Layers,
  path: string,
  x: Tensor4D,
  { size, stride = 1 }: { readonly size: number; readonly stride?: number },
): Tensor4D {
  const kernel = l.weight(`${path}/kernel`, [size, size, x.shape[3], 1], starts('torch', size * size).kernel)
  return tf.depthwiseConv2d(x, kernel as Tensor as Tensor4D, stride, 'same')
}

/**
 * A convolution whose windows have weights of their own at each place, and biases (Taigman et al., 2014, "DeepFace", section 2.2).
 * No padding. B × H × W × C in, B × H′ × W′ × filters out, without activation.
 */
export function locallyConnected(
  l: Layers,
  path: string,
  x: Tensor4D,
  { filters, size, stride = 1 }: { readonly filters: number; readonly size: number; readonly stride?: number },
): Tensor4D {
  const [batch, height, width, channels] = x.shape
  const [rows, columns] = [height, width].map((side) => Math.floor((side - size) / stride) + 1) as [number, number]
  const start = starts('he', size * size * channels)
  const kernel = l.weight(`${path}/kernel`, [rows * columns, size * size * channels, filters], start.kernel)
  const bias = l.weight(`${path}/bias`, [rows, columns, filters], start.bias)
  // Each place of the window as a picture of its own, side by side: what a place sees, B × H′ × W′ × size²·C.
  const windows = Array.from({ length: size * size }, (_, at) => {
    const [top, left] = [Math.floor(at / size), at % size]
    const span = [(rows - 1) * stride + 1, (columns - 1) * stride + 1] as const
    return maxPool(tf.slice(x, [0, top, left, 0], [batch, ...span, channels]), 1, stride)
  })
  const seen = tf.reshape(tf.concat(windows, 3), [batch, rows * columns, size * size * channels])
  const places = tf.matMul(tf.transpose(seen, [1, 0, 2]), kernel as Tensor) // H′·W′ × B × filters
  return tf.add(tf.reshape(tf.transpose(places, [1, 0, 2]), [batch, rows, columns, filters]), bias) as Tensor4D
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
    if (l.unobserved) return
    const moved = (from: Tensor, to: Tensor) => tf.add(tf.mul(from, 1 - NEWEST), tf.mul(to, NEWEST))
    mean.assign(moved(mean, batchMean))
    variance.assign(moved(variance, batchVariance))
  })
}

/** B × N in, B × units out, without activation. */
export function dense(
  l: Layers,
  path: string,
  x: Tensor2D,
  units: number,
  { start: kind = 'torch' }: { readonly start?: KernelStart } = {},
): Tensor2D {
  const start = starts(kind, x.shape[1])
  const kernel = l.weight(`${path}/kernel`, [x.shape[1], units], start.kernel) as Tensor as Tensor2D
  return tf.add(tf.matMul(x, kernel), l.weight(`${path}/bias`, [units], start.bias))
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

/** In training all of a picture's values are zero with probability `share`, the other pictures' are divided by 1 − share. */
export function dropPictures(l: Layers, x: Tensor4D, share: number): Tensor4D {
  if (!l.training || share === 0) return x
  const { random } = l
  const scale = 1 / (1 - share)
  const rows = x.shape[0]
  const draw = () => Float32Array.from({ length: rows }, () => (random.next() < share ? 0 : scale))
  return tf.mul(x, drawn([rows, 1, 1, 1], draw))
}

/** Rows and columns that fill no whole window are left out. */
export function maxPool(x: Tensor4D, size: number, stride = size, pad: 'valid' | 'same' = 'valid'): Tensor4D {
  return tf.maxPool(x, size, stride, pad)
}

/** Rows and columns that fill no whole window are left out. */
export function averagePool(x: Tensor4D, size: number, stride = size): Tensor4D {
  return tf.avgPool(x, size, stride, 'valid')
}

/** x · σ(x) (Ramachandran, Zoph & Le, 2017, arXiv:1710.05941). */
export function swish(x: Tensor4D): Tensor4D {
  return tf.mul(x, tf.sigmoid(x))
}

/**
 * A picture's channels weighed by what is in it: σ(W₂ · swish(W₁ · mean)) times each channel (Hu et al., 2018,
 * arXiv:1709.01507, with EfficientNet's activation).
 * @param squeezed units in the middle
 */
export function squeezeExcite(l: Layers, path: string, x: Tensor4D, squeezed: number): Tensor4D {
  const [, , , channels] = x.shape
  const mean = tf.reshape(tf.mean(x, [1, 2]), [-1, 1, 1, channels]) as Tensor4D
  const few = swish(conv(l, `${path}/squeeze`, mean, { filters: squeezed, size: 1 }))
  return tf.mul(x, tf.sigmoid(conv(l, `${path}/excite`, few, { filters: channels, size: 1 })))
}

/**
 * Normalises each picture's channels in groups (Wu & He, 2018, arXiv:1803.08494), whatever else is in the batch:
 *
 *   y = γ · (x − μ)/√(σ² + ε) + β,   μ and σ² over all H · W · C/groups values of a group
 *
 * @param groups divides the number of channels
 */
export function groupNorm(l: Layers, path: string, x: Tensor4D, groups: number): Tensor4D {
  const [rows, , , channels] = x.shape
  const each = channels / groups
  const mean = (y: Tensor4D) => {
    const ofGroup = tf.mean(tf.reshape(tf.mean(y, [1, 2]), [rows, groups, each]), 2, true)
    return tf.reshape(tf.mul(ofGroup, tf.ones([1, 1, each])), [rows, 1, 1, channels])
  }
  const centred = tf.sub(x, mean(x)) as Tensor4D
  const variance = mean(tf.square(centred))
  const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, EPSILON)))
  const scaled = tf.mul(normal, l.weight(`${path}/gamma`, [channels], 1))
  return tf.add(scaled, l.weight(`${path}/beta`, [channels], 0)) as Tensor4D
}

/** The mean over all positions. B × H × W × C in, B × C out. */
export function globalMean(x: Tensor4D): Tensor2D {
  return tf.mean(x, [1, 2])
}
