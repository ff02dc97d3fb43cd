import { tf, type Tensor4D } from '../tf.ts'

interface Args {
  readonly inputs: { readonly dy: Tensor4D; readonly input: Tensor4D }
  readonly attrs: {
    readonly filterSize: number | [number, number]
    readonly strides: number | [number, number]
    readonly pad: 'same' | 'valid' | number
    readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  }
}

/** Each window's dy goes to its largest value; of several equal ones to the first, as on TensorFlow. */
function maxPoolGradient({ inputs: { dy, input }, attrs }: Args): Tensor4D {
  const { filterSize, strides, pad, dimRoundingMode } = attrs
  const info = tf.backend_util.computePool2DInfo(input.shape, filterSize, strides, 1, pad, dimRoundingMode)
  const { inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth, filterHeight, filterWidth } = info
  const { batchSize, inChannels: channels, padInfo } = info
  const [from, passed] = [input.dataSync(), dy.dataSync()]
  const gradient = new Float32Array(from.length)
  let out = 0
  for (let n = 0; n < batchSize; n++)
    for (let u = 0; u < outHeight; u++) {
      const top = u * strideHeight - padInfo.top
      const [firstRow, endRow] = [Math.max(0, top), Math.min(inHeight, top + filterHeight)]
      for (let v = 0; v < outWidth; v++) {
        const left = v * strideWidth - padInfo.left
        const [firstColumn, endColumn] = [Math.max(0, left), Math.min(inWidth, left + filterWidth)]
        for (let c = 0; c < channels; c++) {
          let largest = -Infinity
          let at = -1
          for (let row = firstRow; row < endRow; row++)
            for (let column = firstColumn; column < endColumn; column++) {
              const place = ((n * inHeight + row) * inWidth + column) * channels + c
              const value = from[place]!
              if (value > largest) {
                largest = value
                at = place
              }
            }
          // No value of a window of NaN is the largest; such a step is thrown away.
          if (at >= 0) gradient[at]! += passed[out]!
          out++
        }
      }
    }
  return tf.tensor4d(gradient, input.shape)
}

/** In place of the WebAssembly backend's own kernel, which loses the gradient of windows without a positive value. */
export function registerMaxPoolGradient(): void {
  const names = { kernelName: 'MaxPoolGrad', backendName: 'wasm' }
  if (tf.getKernel(names.kernelName, names.backendName)) tf.unregisterKernel(names.kernelName, names.backendName)
  tf.registerKernel({ ...names, kernelFunc: (args) => maxPoolGradient(args as unknown as Args) })
}
