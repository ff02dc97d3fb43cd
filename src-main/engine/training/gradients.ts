import { tf, type Scalar, type Tensor } from '../tf.ts'
import type { Gradients, Variables } from './optimizers.ts'

/** What a forward pass gives: the loss, and tensors that are looked at afterwards. */
export interface Forward<T extends Tensor> {
  readonly loss: Scalar
  readonly seen: Readonly<Record<string, T>>
}

export interface Backward<T extends Tensor> {
  readonly loss: number
  /** ‖∂loss/∂θ‖ over all variables; NaN or Infinity when one of them is. */
  readonly norm: number
  readonly gradients: Gradients
  readonly seen: Readonly<Record<string, T>>
  dispose(): void
}

/**
 * The loss and its gradient by each variable, by the variable's path. A variable that the loss does not hang on has none.
 * @param forward runs once, on the tape; every tensor but the returned ones is freed
 */
export function backward<T extends Tensor>(variables: Variables, forward: () => Forward<T>): Backward<T> {
  let seen: Readonly<Record<string, T>> = {}
  const run = () => {
    const result = forward()
    seen = result.seen
    for (const tensor of Object.values(seen)) tf.keep(tensor)
    return result.loss
  }
  try {
    const { value, grads } = tf.variableGrads(run, [...variables.values()])
    const gradients = new Map<string, Tensor>()
    for (const [path, { name }] of variables) {
      const gradient = grads[name]
      if (gradient) gradients.set(path, gradient)
    }
    const loss = value.dataSync()[0]!
    value.dispose()
    return {
      loss,
      norm: norm([...gradients.values()]),
      gradients,
      seen,
      dispose: () => tf.dispose([...gradients.values(), ...Object.values(seen)]),
    }
  } catch (error) {
    // Memory that ran out in the middle has to be free for the smaller batch.
    tf.dispose(Object.values(seen))
    throw error
  }
}

/** √ Σ g² over all values of all tensors. */
export function norm(tensors: readonly Tensor[]): number {
  if (tensors.length === 0) return 0
  return tf.tidy(() => Math.sqrt(tf.addN(tensors.map((tensor) => tf.sum(tf.square(tensor)))).dataSync()[0]!))
}
