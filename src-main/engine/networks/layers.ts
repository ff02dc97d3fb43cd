import type { Parameters } from '../weights.ts'
import { tf, type Tensor1D, type Tensor2D, type Tensor4D } from '../tf.ts'

type Activation = 'linear' | 'relu6' | 'prelu'

export interface Layer {
  readonly stride?: 1 | 2
  readonly activation?: Activation
  readonly pad?: 'same' | 'valid'
}

/** What both kinds of convolution are asked for. */
function fusedArguments(p: Parameters, path: string, x: Tensor4D, layer: Layer) {
  const { stride = 1, activation = 'linear', pad = 'same' } = layer
  return {
    x,
    filter: p(`${path}/kernel`) as unknown as Tensor4D,
    strides: stride,
    pad,
    bias: p(`${path}/bias`),
    activation,
    ...(activation === 'prelu' && { preluActivationWeights: p(`${path}/alpha`) as unknown as Tensor1D }),
  }
}

/** `<path>/kernel` over x, plus `<path>/bias`, then the activation. Padding is TensorFlow's 'same', which every backend knows. */
export function convolution(p: Parameters, path: string, x: Tensor4D, layer: Layer = {}): Tensor4D {
  return tf.fused.conv2d(fusedArguments(p, path, x, layer)) as Tensor4D
}

/** As `convolution`, each channel by a filter of its own. */
export function depthwise(p: Parameters, path: string, x: Tensor4D, layer: Layer = {}): Tensor4D {
  return tf.fused.depthwiseConv2d(fusedArguments(p, path, x, layer)) as Tensor4D
}

/** 1 × 1 widens, depthwise looks around, 1 × 1 narrows without activation; a residual adds what came in. */
export function bottleneck(
  p: Parameters,
  path: string,
  x: Tensor4D,
  { activation, stride = 1, residual = false }: { activation: Activation; stride?: 1 | 2; residual?: boolean },
): Tensor4D {
  const wide = convolution(p, `${path}/expand`, x, { activation })
  const seen = depthwise(p, `${path}/depthwise`, wide, { activation, stride })
  const narrow = convolution(p, `${path}/project`, seen)
  return residual ? tf.add(narrow, x) : narrow
}

/** A piece of a network that learns, or stays as it is, as a whole. */
export interface Block {
  readonly name: string
  readonly run: (p: Parameters, x: Tensor4D) => Tensor4D
}

/** A network as its blocks from the picture on, and what is made of the last one's output. */
export interface Blocks {
  readonly blocks: readonly Block[]
  readonly output: (y: Tensor4D) => Tensor2D
}

/** All of it, from pictures to B × D. */
export function throughBlocks({ blocks, output }: Blocks, p: Parameters, x: Tensor4D): Tensor2D {
  return tf.tidy(() => output(blocks.reduce((y, block) => block.run(p, y), x)))
}
