import { tf, type Tensor2D } from '../tf.ts'
import { classifier } from './classifier.ts'
import { outputGradient } from './output-gradient.ts'
import { targetsOf } from './squared-error.ts'

/**
 *   δ = α·(o³ − t),   value ½ Σ_i δ_i²,   "gradient" by o: δ;   mean over the batch                            (pow3-GB)
 *
 * Errors of both signs are boosted, and outputs about 0 are let be. Unstable with very many classes; needs batch norm.
 * Øland et al., "Be careful what you backpropagate", 2017, section 2.2.
 * Options: `boost` α, 1 without it; `targets` t⁻ and t⁺, 0 and 10 without it, as for exp-GB: the paper's values are lost in the
 * text that there is. A negative t⁻ helped there in a second experiment. The rate is a tenth of that of softmax, as for exp-GB.
 */
export const pow3Boosted = classifier({
  title: 'pow3-GB: cubically boosted output gradients',
  words: 'A classifier with linear outputs, to which errors are sent back that grow with the cube of the output.',
  rate: 0.1,
  losses: (output, target, { boost = 1, targets = [0, 10] }) =>
    outputGradient(output, (o) => {
      const cube = tf.mul(tf.square(o), o)
      return tf.mul(tf.sub(cube, targetsOf(target, targets)), boost) as Tensor2D
    }),
})
