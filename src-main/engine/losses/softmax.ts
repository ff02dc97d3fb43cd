import { tf, type Tensor2D } from '../tf.ts'
import { classifier } from './classifier.ts'
import { crossEntropies } from './cross-entropy.ts'

/**
 *   L = −Σ_i t_i · log softmax(o)_i,   ∂L/∂o = softmax(o) − t;   mean over the batch
 *
 * Cross-entropy of a classifier with linear outputs o; t is the class indicator or any distribution. Bridle, "Probabilistic
 * interpretation of feedforward classification network outputs", 1990.
 */
export const softmax = classifier({
  title: 'softmax cross-entropy',
  words: 'A classifier as most networks have it: one output for each class, compared by softmax.',
  losses: (output, target) => crossEntropies(target, tf.logSoftmax(output) as Tensor2D),
})
