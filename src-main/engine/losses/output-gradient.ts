import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'

/**
 * Values ½ Σ_i δ_i² of each sample, whose gradient by the outputs is δ itself: what is sent back is chosen, not derived.
 * Øland et al., "Be careful what you backpropagate: a case for linear output activations & gradient boosting", 2017.
 * @param outputs B × c
 * @param delta δ of them, B × c
 * @returns B
 */
export function outputGradient(outputs: Tensor2D, delta: (outputs: Tensor2D) => Tensor2D): Tensor1D {
  return tf.customGrad((...args) => {
    const [o, save] = args as unknown as [Tensor2D, (tensors: Tensor[]) => void]
    const d = delta(o)
    save([d])
    return {
      value: tf.mul<Tensor>(tf.sum(tf.square(d), 1), 0.5),
      gradFunc: (dy, saved) => tf.mul(tf.expandDims(dy, 1), saved[0]!),
    }
  })(outputs) as Tensor1D
}
