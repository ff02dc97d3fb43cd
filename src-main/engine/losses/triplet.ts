import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'
import { distances } from './distances.ts'
import { withClass, type Loss } from './loss.ts'
import type { Terms } from './objective.ts'
import { pairsOf, tripletsOf, type Pairs } from './pairs.ts'

/** Which triplets of a batch count. */
export type Mining = 'all' | 'semi-hard' | 'batch-hard'

export interface TripletOptions {
  readonly mining: Mining
  /** α; 0.2 for embeddings of unit length, as in the paper. */
  readonly margin?: number
}

/**
 *   L = mean over the triplets (a, p, n) of max(0, d²(a, p) − d²(a, n) + α),  class(a) = class(p) ≠ class(n), a ≠ p
 *
 *   all          every triplet of the batch
 *   semi-hard    those with d²(a, p) < d²(a, n) < d²(a, p) + α
 *   batch-hard   for each anchor a its farthest p and its nearest n
 *
 * Schroff, Kalenichenko & Philbin, "FaceNet: a unified embedding for face recognition and clustering", 2015, eq. 2 and
 * section 3.2; batch-hard: Hermans, Beyer & Leibe, "In defense of the triplet loss for person re-identification", 2017.
 * Takes B³ numbers of memory a few times over. Where there is no such triplet the loss is 0.
 * @param x B × D, embeddings
 * @param labels B, the class of each
 */
export function triplet(
  x: Tensor2D,
  labels: ArrayLike<number> | Tensor1D,
  { mining, margin = 0.2 }: TripletOptions,
): Scalar {
  return tf.tidy(() => hinged(distances(x, x, { squared: true }), labels, { mining, margin }))
}

/** Triplets of references and queries together. Options: `margin` α, 0.2 without it. */
export function triplets(title: string, mining: Mining): Loss {
  return {
    title,
    words: 'Draws samples of one class closer together than to others, on embeddings of length 1.',
    views: 0,
    unit: true,
    terms: (step, { margin = 0.2 } = {}) =>
      tf.tidy((): Terms => {
        const { x, labels } = withClass(step)
        return { labelled: triplet(x, labels, { mining, margin }) }
      }),
  }
}

/**
 * The same over any measure of how unlike two samples are.
 * @param d B × B, on the tape
 */
export function hinged(
  d: Tensor2D,
  labels: ArrayLike<number> | Tensor1D,
  { mining, margin = 0.2 }: TripletOptions,
): Scalar {
  const kinds = pairsOf(labels)
  // Choosing has no gradient, and a comparison would end the tape: the gradient by d is written out.
  return tf.customGrad((...args) => {
    const [d, save] = args as unknown as [Tensor2D, (tensors: Tensor[]) => void]
    const { value, slope } = hinge(d, kinds, mining, margin)
    save([slope])
    return { value, gradFunc: (dy, saved) => tf.mul(dy, saved[0]!) }
  })(d) as Scalar
}

/** The loss and its gradient by d, a scalar and B × B. */
function hinge(d: Tensor2D, kinds: Pairs, mining: Mining, margin: number): { value: Tensor; slope: Tensor } {
  const excess = tf.add(tf.sub(tf.expandDims(d, 2), tf.expandDims(d, 1)), margin) // a × p × n
  const over = tf.step(excess) // 1 where the hinge is open
  const chosen = choose(d, kinds, mining) // a × p × n
  const counted = mining === 'semi-hard' ? tf.mul(chosen, tf.mul(over, tf.step(tf.sub(margin, excess)))) : chosen
  const count = tf.maximum(tf.sum(counted), 1)
  const open = tf.div(tf.mul(counted, over), count) // a × p × n
  return { value: tf.sum(tf.mul(open, excess)), slope: tf.sub(tf.sum(open, 2), tf.sum(open, 1)) }
}

/** a × p × n, 1 for a triplet that is looked at. */
function choose(d: Tensor2D, pairs: Pairs, mining: Mining): Tensor {
  if (mining !== 'batch-hard') return tripletsOf(pairs)
  const count = d.shape[0]
  const never = tf.fill([count, count], -3e38)
  const columns = tf.range(0, count, 1, 'int32')
  const greatest = (values: Tensor, among: Tensor2D) => {
    const place = tf.argMax(tf.where(tf.cast(among, 'bool'), values, never), 1)
    // A row without any has a place too; the mask takes it away.
    return tf.mul(tf.cast(tf.equal(tf.expandDims(place, 1), columns), 'float32'), among) as Tensor2D
  }
  return tripletsOf({ positive: greatest(d, pairs.positive), negative: greatest(tf.neg(d), pairs.negative) })
}
