import { tf, type Tensor } from '../tf.ts'

interface Native {
  executeSingleOutput(op: string, attributes: object[], inputs: Tensor[]): Tensor
  readonly binding: Readonly<Record<string, number>>
}

const KERNELS = { Relu: 'ReluGrad', Relu6: 'Relu6Grad' } as const

/**
 * dx = dy where the unit passes x on, 0 elsewhere, as one operation. The package's own gradient multiplies by a step
 * function that takes twenty times as long on TensorFlow's CPU. A gradient is registered for all backends at once, so
 * the others keep theirs through this one. To be called once.
 */
export function registerReluGradients(): void {
  for (const [kernelName, native] of Object.entries(KERNELS)) {
    const usual = tf.getGradient(kernelName)
    tf.unregisterGradient(kernelName)
    tf.registerGradient({
      kernelName,
      inputsToSave: ['x'],
      // A unit passes on what is above 0 before it and after it alike, and with the latter a graph can fuse it.
      outputsToSave: [true],
      gradFunc(dy, saved, attributes) {
        if (tf.getBackend() !== 'tensorflow') return usual.gradFunc(dy, saved, attributes)
        const backend = tf.backend() as unknown as Native
        const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding
        const types = [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }]
        return { x: () => backend.executeSingleOutput(native, types, [dy as Tensor, saved[1]!]) }
      },
    })
  }
}
