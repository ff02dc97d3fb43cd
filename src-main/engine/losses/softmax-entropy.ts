import { tf, type Tensor2D } from '../tf.ts'
import { balance } from './balance.ts'
import type { Loss } from './loss.ts'
import { minimumEntropy } from './minimum-entropy.ts'
import type { Terms } from './objective.ts'
import { softmax } from './softmax.ts'

/**
 *   L_L = −log softmax(o(x_l))_k,   L_U = H(softmax(o(x_u))) = −Σ_i p_i · log p_i;   means over their batches
 *
 * A classifier that is to be sure of what has no label too. Grandvalet & Bengio, "Semi-supervised learning by entropy
 * minimization", 2004, which neighbor embedding takes from outputs to distances (Hoffer & Ailon, 2016, section 4.2).
 */
export const softmaxEntropy: Loss = {
  ...softmax,
  title: 'softmax cross-entropy and minimum entropy',
  words: 'A classifier that is made sure of pictures without a name as well.',
  views: 1,
  terms: (step, options) =>
    tf.tidy((): Terms => {
      const { unlabelled, unlabelledWeight: weight } = step
      const { labelled } = softmax.terms(step, options)
      if (!unlabelled) return { labelled }
      const logP = tf.logSoftmax(softmax.scores!(unlabelled, step, options)) as Tensor2D // U × c
      return { labelled, unlabelled: minimumEntropy(logP, weight), balance: balance(logP, weight) }
    }),
}
