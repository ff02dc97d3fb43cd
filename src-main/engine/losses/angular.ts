import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'
import { distances } from './distances.ts'
import { withClass, type Loss } from './loss.ts'
import type { Terms } from './objective.ts'
import { meanOf, opened, pairsOf, tripletsOf } from './pairs.ts'

/**
 *   L = mean over the triplets (a, p, n) of max(0, d²(a, p) − 4·tan²α · ‖F(n) − (F(a) + F(p))/2‖²)
 *
 * The angle at n of the triangle is held below α. The distance to the middle of a and p is that of the median:
 * 4·‖F(n) − (F(a) + F(p))/2‖² = 2·d²(a, n) + 2·d²(p, n) − d²(a, p).
 * Wang, Zhou, Wen, Liu & Lin, "Deep metric learning with angular loss", 2017. It has no scale of its own: embeddings that shrink to a
 * point make it 0, so it is for embeddings of length 1. Takes B³ numbers of memory a few times over.
 * @param x B × D, embeddings
 * @param labels B, the class of each
 * @param angle α in degrees, above 0 and below 90
 */
export function angularLoss(x: Tensor2D, labels: ArrayLike<number> | Tensor1D, angle: number): Scalar {
  return tf.tidy(() => {
    const d = distances(x, x, { squared: true }) // B × B
    const [ap, an, pn] = [tf.expandDims(d, 2), tf.expandDims(d, 1), tf.expandDims(d, 0)]
    const median = tf.sub(tf.mul(tf.add(an, pn), 2), ap) // a × p × n
    const excess = tf.sub<Tensor>(ap, tf.mul(median, Math.tan((angle * Math.PI) / 180) ** 2))
    return meanOf(opened(excess), tripletsOf(pairsOf(labels)))
  })
}

/** Triplets of references and queries together. Options: `angle` α, 45° without it. */
export const angular: Loss = {
  title: 'angular',
  words:
    'Draws pairs of one class together as a sample of another class sees them, by the angle, on embeddings of length 1.',
  views: 0,
  unit: true,
  terms: (step, { angle = 45 } = {}) =>
    tf.tidy((): Terms => {
      const { x, labels } = withClass(step)
      return { labelled: angularLoss(x, labels, angle) }
    }),
}
