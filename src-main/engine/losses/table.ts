import { AppError } from '../../contract/errors.ts'
import { tf, type Tensor1D, type Tensor2D } from '../tf.ts'
import { balance } from './balance.ts'
import { logDistribution } from './distance-distribution.ts'
import { classIndicator, distanceRatio } from './distance-ratio.ts'
import { minimumEntropy } from './minimum-entropy.ts'
import type { Terms } from './objective.ts'
import { symmetricCrossEntropy } from './symmetric-cross-entropy.ts'
import { triplet, type Mining } from './triplet.ts'

/** The embeddings of one step. */
export interface Step {
  /** c × D, one of each class in the order of the classes */
  readonly references: Tensor2D
  /** B × D */
  readonly queries: Tensor2D
  /** B, the class of each query */
  readonly labels: ArrayLike<number> | Tensor1D
  /** B × c, in place of the indicator of `labels`; triplets have no use for it */
  readonly target?: Tensor2D
  /** B, of each query; triplets have no use for it */
  readonly weight?: Tensor1D
  /** U × D */
  readonly unlabelled?: Tensor2D
  /** U × D, a second view of each unlabelled sample */
  readonly second?: Tensor2D
  /** U, of each unlabelled sample */
  readonly unlabelledWeight?: Tensor1D
}

export interface LossOptions {
  /** s of (1); 1 without it */
  readonly scale?: number
  /** α of the triplets; 0.2 without it */
  readonly margin?: number
}

export interface Loss {
  readonly title: string
  /** Views of an unlabelled sample that a step needs; 0 where such samples teach nothing. */
  readonly views: 0 | 1 | 2
  /** Of (6), to be weighed by `objective`. Without unlabelled samples only the labelled term is there. */
  terms(step: Step, options?: LossOptions): Terms
}

/** What a run may choose by name. */
export const LOSSES = {
  'distance-ratio': neighbor('distance ratio and minimum entropy over d²', true, 1),
  'distance-ratio-plain': neighbor('distance ratio and minimum entropy over d', false, 1),
  'two-views': neighbor('distance ratio and agreement of two views over d²', true, 2),
  'two-views-plain': neighbor('distance ratio and agreement of two views over d', false, 2),
  'triplet-all': triplets('all triplets', 'all'),
  'triplet-semi-hard': triplets('semi-hard triplets', 'semi-hard'),
  'triplet-batch-hard': triplets('hardest triplet of each anchor', 'batch-hard'),
} as const satisfies Readonly<Record<string, Loss>>

export type LossName = keyof typeof LOSSES

/** @throws AppError wrong-use when there is no such loss */
export function lossNamed(name: string): Loss {
  if (Object.hasOwn(LOSSES, name)) return LOSSES[name as LossName]
  throw new AppError('wrong-use', `There is no loss "${name}". Losses are ${Object.keys(LOSSES).join(', ')}.`)
}

function neighbor(title: string, squared: boolean, views: 1 | 2): Loss {
  return {
    title,
    views,
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

/** Triplets of references and queries together. */
function triplets(title: string, mining: Mining): Loss {
  return {
    title,
    views: 0,
    terms: ({ references, queries, labels }, { margin = 0.2 } = {}) =>
      tf.tidy((): Terms => {
        const asked = labels instanceof tf.Tensor ? labels : tf.tensor1d(Float32Array.from(labels))
        const classes = tf.concat([tf.range(0, references.shape[0]), asked]) as Tensor1D
        return { labelled: triplet(tf.concat([references, queries]), classes, { mining, margin }) }
      }),
  }
}
