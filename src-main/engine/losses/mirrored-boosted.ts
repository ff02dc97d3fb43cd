import { tf, type Tensor2D } from '../tf.ts'
import { classifier } from './classifier.ts'
import { outputGradient } from './output-gradient.ts'
import { targetsOf } from './squared-error.ts'

/** As for exp-GB: above it ½Σδ² would leave float32. */
const MOST = 40

/**
 *   δ = α·(sgn(o)·exp(|o|) − t),   value ½ Σ_i δ_i²,   "gradient" by o: δ;   mean over the batch
 *
 * exp-GB mirrored, so that large negative outputs are sent back too. It has no flat place for what is right already, and "does not
 * work well" (Øland et al., "Be careful what you backpropagate", 2017, section 2.2, whose formula is lost in the text that there is):
 * here to be measured. |o| is cut at 40 in the exponent.
 * Options: `boost` α, 1 without it; `targets` t⁻ and t⁺, 0 and 10 without it. The rate is that of exp-GB.
 */
export const mirroredBoosted = classifier({
  title: 'mirrored exponentially boosted output gradients',
  words: 'As exp-GB with errors of both signs, which the text found not to work well.',
  rate: 0.1,
  losses: (output, target, { boost = 1, targets = [0, 10] }) =>
    outputGradient(output, (o) => {
      const mirrored = tf.mul(tf.sign(o), tf.exp(tf.minimum(tf.abs(o), MOST)))
      return tf.mul(tf.sub(mirrored, targetsOf(target, targets)), boost) as Tensor2D
    }),
})
