import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'
import { classifier } from './classifier.ts'
import type { Loss, LossOptions } from './loss.ts'

/** What an output goes through before it is compared, and the targets that lie at the ends of its range. */
const ACTIVATIONS = {
  linear: { of: (o: Tensor2D): Tensor2D => o, targets: [0, 1] },
  sigmoid: { of: (o: Tensor2D): Tensor2D => tf.sigmoid(o), targets: [0, 1] },
  tanh: { of: (o: Tensor2D): Tensor2D => tf.tanh(o), targets: [-1, 1] },
} as const

/** t⁻ + (t⁺ − t⁻)·target: what outputs are drawn to. */
export function targetsOf(target: Tensor2D, [other, own]: NonNullable<LossOptions['targets']>): Tensor2D {
  return tf.add(tf.mul(target, own - other), other)
}

/**
 *   L = ½ Σ_i (a(o_i) − t_i)²;   mean over the batch.   a(o) = o, σ(o) or tanh(o);  for a(o) = o  ∂L/∂o = o − t
 *
 * What Øland et al., "Be careful what you backpropagate", 2017, table 1, compare.
 * Options: `targets` t⁻ and t⁺; 0 and 1, for tanh −1 and 1, without it. The paper's are not in the text.
 */
export function squaredError(activation: keyof typeof ACTIVATIONS): Loss {
  const { of, targets: ends } = ACTIVATIONS[activation]
  return classifier({
    title: `squared error of ${activation} outputs`,
    words: 'A classifier whose outputs are drawn to numbers; to be compared with softmax.',
    losses: (output, target, { targets = ends }) =>
      tf.mul<Tensor>(tf.sum(tf.square(tf.sub(of(output), targetsOf(target, targets))), 1), 0.5) as Tensor1D,
    scores: of,
  })
}
