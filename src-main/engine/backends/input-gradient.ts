import { tf, type Tensor4D } from '../tf.ts'

type Padding = 'same' | 'valid' | number

interface Args {
  readonly inputs: { readonly dy: Tensor4D; readonly filter: Tensor4D }
  readonly attrs: {
    readonly strides: number | [number, number]
    readonly pad: unknown
    readonly inputShape: [number, number, number, number]
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  }
}

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>

/**
 * The gradient of a convolution by its input is itself a convolution: dy, spread by the stride, with the filter turned
 * by half and its channels exchanged.
 *
 *   dx[n, p, q, c] = Σ_i,j,k  dy[n, (p − i)/s, (q − j)/s, k] · w[i, j, c, k]
 */
function inputGradient({ inputs: { dy, filter }, attrs }: Args): Tensor4D {
  const { strides, pad, inputShape, dimRoundingMode } = attrs
  const info = tf.backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, pad as Padding, dimRoundingMode)
  return tf.tidy(() => {
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2])
    return tf.conv2d(spread(dy, info), turned, 1, 'valid')
  })
}

/** The same for a filter of its own for each channel. */
export function depthwiseInputGradient({ inputs: { dy, filter }, attrs }: Args): Tensor4D {
  const { strides, pad, inputShape, dimRoundingMode } = attrs
  const info = depthwiseInfo(inputShape, filter.shape, strides, pad, dimRoundingMode)
  return tf.tidy(() => tf.depthwiseConv2d(spread(dy, info), tf.reverse(filter, [0, 1]), 1, 'valid'))
}

interface FilterArgs {
  readonly inputs: { readonly x: Tensor4D; readonly dy: Tensor4D }
  readonly attrs: Omit<Args['attrs'], 'inputShape'> & { readonly filterShape: [number, number, number, number] }
}

/** dw[i, j, c] = Σ_n,u,v  x[n, s·u + i, s·v + j, c] · dy[n, u, v, c], one place of the filter after the other. */
export function depthwiseFilterGradient({ inputs: { x, dy }, attrs }: FilterArgs): Tensor4D {
  const { strides, pad, filterShape, dimRoundingMode } = attrs
  const info = depthwiseInfo(x.shape, filterShape, strides, pad, dimRoundingMode)
  const { strideHeight, strideWidth, filterHeight, filterWidth, outHeight, outWidth, batchSize, inChannels } = info
  return tf.tidy(() => {
    const { top, bottom, left, right } = info.padInfo
    const padded = tf.pad(x, [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ])
    const places = []
    for (let i = 0; i < filterHeight; i++)
      for (let j = 0; j < filterWidth; j++) {
        const end = [
          batchSize,
          i + (outHeight - 1) * strideHeight + 1,
          j + (outWidth - 1) * strideWidth + 1,
          inChannels,
        ]
        const seen = tf.stridedSlice(padded, [0, i, j, 0], end, [1, strideHeight, strideWidth, 1])
        places.push(tf.sum(tf.mul(seen, dy), [0, 1, 2]))
      }
    return tf.reshape(tf.stack(places), filterShape)
  })
}

function depthwiseInfo(
  inputShape: [number, number, number, number],
  filterShape: [number, number, number, number],
  strides: number | [number, number],
  pad: unknown,
  rounding: 'floor' | 'round' | 'ceil' | undefined,
): Info {
  if (filterShape[3] !== 1) throw new Error('The gradient of more than one filter a channel is not supported.')
  return tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad as Padding, rounding, true)
}

/** Zeros between the values of dy, as many as the stride skips, and around them, so that a valid convolution gives the input's size. */
function spread(dy: Tensor4D, info: Info): Tensor4D {
  const { strideHeight, strideWidth, filterHeight, filterWidth, inHeight, inWidth, padInfo } = info
  const [batch, height, width, channels] = dy.shape
  const rows = apart(tf.reshape(dy, [batch * height, 1, width * channels]), strideHeight)
  const both = apart(tf.reshape(rows, [batch * height * strideHeight * width, 1, channels]), strideWidth)
  const full = tf.reshape(both, [batch, height * strideHeight, width * strideWidth, channels]) as Tensor4D
  const [high, wide] = [(height - 1) * strideHeight + 1, (width - 1) * strideWidth + 1]
  const [above, before] = [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left]
  return tf.pad(tf.slice(full, [0, 0, 0, 0], [batch, high, wide, channels]), [
    [0, 0],
    [above, inHeight + filterHeight - 1 - above - high],
    [before, inWidth + filterWidth - 1 - before - wide],
    [0, 0],
  ])
}

/** n × 1 × c to n × stride × c, zeros behind each row. */
function apart(x: ReturnType<typeof tf.reshape>, stride: number) {
  return stride === 1
    ? x
    : tf.pad(x, [
        [0, 0],
        [0, stride - 1],
        [0, 0],
      ])
}

/** In place of the WebAssembly backend's own kernel, which is nine times slower than its convolution; the other two it lacks. */
export function registerInputGradients(): void {
  const kernels = {
    Conv2DBackpropInput: inputGradient,
    DepthwiseConv2dNativeBackpropInput: depthwiseInputGradient,
    DepthwiseConv2dNativeBackpropFilter: depthwiseFilterGradient,
  }
  for (const [kernelName, kernel] of Object.entries(kernels)) {
    const names = { kernelName, backendName: 'wasm' }
    if (tf.getKernel(names.kernelName, names.backendName)) tf.unregisterKernel(names.kernelName, names.backendName)
    tf.registerKernel({ ...names, kernelFunc: (args) => kernel(args as unknown as Args & FilterArgs) })
  }
}
