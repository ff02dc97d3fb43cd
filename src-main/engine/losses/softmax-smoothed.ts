import { tf, type Tensor2D } from '../tf.ts'
import { classifier } from './classifier.ts'
import { crossEntropies } from './cross-entropy.ts'

/** ε, as Szegedy et al. have it. */
const SMOOTHING = 0.1

/**
 *   L = −Σ_i t′_i · log softmax(o)_i,   t′ = (1 − ε)·t + ε/c,  ε = 0.1;   mean over the batch
 *
 * Label smoothing: no output is drawn to infinity, because every class is a little right. Szegedy et al., "Rethinking the
 * Inception architecture for computer vision", 2015, section 7; what Hoffer & Ailon, 2016, section 5.1, hold their moving
 * targets against.
 */
export const smoothedSoftmax = classifier({
  title: 'softmax cross-entropy with smoothed labels',
  words: 'As softmax, but no class is ever wholly wrong, so that few labels are not learnt by heart.',
  losses: (output, target) => {
    const smoothed = tf.add(tf.mul(target, 1 - SMOOTHING), SMOOTHING / output.shape[1])
    return crossEntropies(smoothed as Tensor2D, tf.logSoftmax(output) as Tensor2D)
  },
})
