import { tf, type Tensor2D } from '../tf.ts'
import { classifier } from './classifier.ts'
import { outputGradient } from './output-gradient.ts'
import { targetsOf } from './squared-error.ts'

/** Above it ½Σδ² of a few thousand classes would leave float32; training has gone wrong long before. */
const MOST = 40

/**
 *   δ = α·(exp(o) − t),   value ½ Σ_i δ_i²,   "gradient" by o: δ;   mean over the batch                         (exp-GB)
 *
 * A softmax without its normaliser: outputs below the target are let be once they are negative. o is cut at 40 in the exponent.
 * Øland et al., "Be careful what you backpropagate", 2017, section 2.1.
 * Options: `boost` α, 1 without it; `targets` t⁻ and t⁺, 0 and 10 without it. All of them are lost in the text that there is;
 * it says that targets above 1 were used, that deltas cluster about the negated targets, which α = 1 gives, and that hidden
 * gradients are ten times those of softmax, which t⁺ = 10 gives. Its rate was a tenth of that of softmax.
 */
export const expBoosted = classifier({
  title: 'exp-GB: exponentially boosted output gradients',
  words: 'A classifier with linear outputs, to which errors are sent back that grow exponentially.',
  rate: 0.1,
  losses: (output, target, { boost = 1, targets = [0, 10] }) =>
    outputGradient(
      output,
      (o) => tf.mul(tf.sub(tf.exp(tf.minimum(o, MOST)), targetsOf(target, targets)), boost) as Tensor2D,
    ),
})
