import { tf, type Tensor2D } from '../tf.ts'
import { balance } from './balance.ts'
import { logDistribution } from './distance-distribution.ts'
import { classIndicator, distanceRatio } from './distance-ratio.ts'
import type { Loss } from './loss.ts'
import { minimumEntropy } from './minimum-entropy.ts'
import type { Terms } from './objective.ts'
import { symmetricCrossEntropy } from './symmetric-cross-entropy.ts'

/**
 * Neighbor embedding: (3) on the labelled samples; on the unlabelled ones (5) of one view or the agreement of two, and balance.
 * Options: `scale` s of (1), 1 without it.
 */
export function neighbor(title: string, squared: boolean, views: 1 | 2): Loss {
  return {
    title,
    words:
      views === 1
        ? 'Neighbor embedding as in the paper: each picture is drawn to one reference, named or not.'
        : 'Neighbor embedding; what a picture without a name is drawn to must be the same in two views of it.',
    views,
    soft: true,
    ...(!squared && { plain: true }),
    terms: (step, { scale = 1 } = {}) =>
      tf.tidy((): Terms => {
        const { references, unlabelled, second, unlabelledWeight: weight } = step
        const distribution = (x: Tensor2D) => logDistribution(x, references, { squared, scale })
        const target = step.target ?? classIndicator(step.labels, references.shape[0])
        const labelled = distanceRatio(distribution(step.queries), target, step.weight)
        if (!unlabelled) return { labelled }
        const first = distribution(unlabelled) // U × c
        if (views === 1) return { labelled, unlabelled: minimumEntropy(first, weight), balance: balance(first, weight) }
        if (!second) throw new Error(`${title}: a second view of each unlabelled sample is missing`)
        const other = distribution(second) // U × c
        return {
          labelled,
          unlabelled: symmetricCrossEntropy(first, other, weight),
          balance: balance(tf.concat([first, other]), weight && tf.concat([weight, weight])),
        }
      }),
  }
}
