import { tf, type Tensor4D } from '../tf.ts'

interface Args {
  readonly inputs: { readonly x: Tensor4D; readonly dy: Tensor4D }
  readonly attrs: {
    readonly strides: number | [number, number]
    readonly pad: unknown
    readonly filterShape: [number, number, number, number]
  }
}

/**
 * The gradient of a convolution by its filter is itself a convolution: with batch and channels exchanged, dy slides over x
 * in steps of one and is spread by the stride.
 *
 *   dw[i, j, c, k] = Σ_n,u,v  x[n, s·u + i, s·v + j, c] · dy[n, u, v, k]
 */
function filterGradient({ inputs: { x, dy }, attrs: { strides, pad, filterShape } }: Args): Tensor4D {
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad as 'same' | 'valid' | number)
  const { strideHeight, strideWidth, filterHeight, filterWidth, outHeight, outWidth, padInfo } = info
  return tf.tidy(() => {
    const needed = [(outHeight - 1) * strideHeight + filterHeight, (outWidth - 1) * strideWidth + filterWidth] as const
    const after = (size: number, before: number, wanted: number): [number, number] => [
      before,
      Math.max(0, wanted - size - before),
    ]
    const padded = tf.pad(x, [
      [0, 0],
      after(info.inHeight, padInfo.top, needed[0]),
      after(info.inWidth, padInfo.left, needed[1]),
      [0, 0],
    ])
    // At a stride the last rows may lie outside every window.
    const used = tf.slice(padded, [0, 0, 0, 0], [info.batchSize, needed[0], needed[1], info.inChannels])
    const images = tf.transpose(used, [3, 1, 2, 0]) // C × H × W × N
    const filter = tf.transpose(dy, [1, 2, 0, 3]) // H′ × W′ × N × K
    const gradient = tf.conv2d(images, filter, 1, 'valid', 'NHWC', [strideHeight, strideWidth]) // C × h × w × K
    return tf.transpose(gradient, [1, 2, 0, 3]) // h × w × C × K
  })
}

/** The WebAssembly backend lacks this kernel. */
export function registerFilterGradient(): void {
  if (tf.getKernel('Conv2DBackpropFilter', 'wasm')) return
  tf.registerKernel({
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: (args) => filterGradient(args as unknown as Args),
  })
}
