import { tf, type Scalar, type Tensor1D, type Tensor2D } from '../tf.ts'
import { distances } from './distances.ts'
import { withClass, type Loss } from './loss.ts'
import type { Terms } from './objective.ts'
import { evenly, opened, pairsOf } from './pairs.ts'

export interface ContrastiveOptions {
  /** 'distance': max(0, α − d)². 'square': max(0, α − d²), as the lecture writes it. */
  readonly hinge: 'distance' | 'square'
  /** α, how far apart two classes have to be; 1 without it. */
  readonly margin?: number
}

/**
 *   L(i, j) = y·d² + (1 − y)·max(0, α − d)²,  or  y·d² + (1 − y)·max(0, α − d²);  y = 1 if class(i) = class(j) else 0
 *
 * ½ its mean over the pairs of one class and ½ that over the pairs of two. Hadsell, Chopra & LeCun, "Dimensionality reduction
 * by learning an invariant mapping", 2006, eq. 4 without its ½; the second form is the lecture's ("Siamese Networks").
 * @param x B × D, embeddings
 * @param labels B, the class of each
 */
export function contrastive(
  x: Tensor2D,
  labels: ArrayLike<number> | Tensor1D,
  { hinge, margin = 1 }: ContrastiveOptions,
): Scalar {
  return tf.tidy(() => {
    const plain = hinge === 'distance'
    const d = distances(x, x, { squared: !plain }) // B × B, d or d²
    const near = opened(tf.sub(margin, d)) as Tensor2D
    return plain ? evenly(pairsOf(labels), tf.square(d), tf.square(near)) : evenly(pairsOf(labels), d, near)
  })
}

/** Pairs of references and queries together. Options: `margin` α, 1 without it. */
export function contrastivePairs(title: string, hinge: ContrastiveOptions['hinge']): Loss {
  return {
    title,
    words: 'Draws pairs of one class together, and pushes pairs of two classes apart as far as a margin.',
    views: 0,
    terms: (step, { margin = 1 } = {}) =>
      tf.tidy((): Terms => {
        const { x, labels } = withClass(step)
        return { labelled: contrastive(x, labels, { hinge, margin }) }
      }),
  }
}
