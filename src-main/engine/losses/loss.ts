import type { LossFact } from '../../contract/learning.ts'
import { tf, type Tensor1D, type Tensor2D } from '../tf.ts'
import type { Start } from '../training/network.ts'
import type { Terms } from './objective.ts'

/** The embeddings of one step. */
export interface Step {
  /** c × D, one of each class in the order of the classes */
  readonly references: Tensor2D
  /** B × D */
  readonly queries: Tensor2D
  /** B, the class of each query */
  readonly labels: ArrayLike<number> | Tensor1D
  /** B × c, in place of the indicator of `labels`; pairs and triplets have no use for it */
  readonly target?: Tensor2D
  /** B, of each query; pairs and triplets have no use for it */
  readonly weight?: Tensor1D
  /** U × D */
  readonly unlabelled?: Tensor2D
  /** U × D, a second view of each unlabelled sample */
  readonly second?: Tensor2D
  /** U, of each unlabelled sample */
  readonly unlabelledWeight?: Tensor1D
  /** What the loss asked for by `parameters`. */
  readonly parameters?: Parameters
}

/** Hyper-parameters. Each loss says which it knows, and what stands in for those that are not given. */
export interface LossOptions {
  /** s, what distances or cosines are multiplied by */
  readonly scale?: number
  /** α of pairs and triplets, m of the large margin */
  readonly margin?: number
  /** α of the angular loss, in degrees */
  readonly angle?: number
  /** α of a boosted output gradient */
  readonly boost?: number
  /** t⁻ and t⁺, what outputs are drawn to: those of other classes, and that of the right one */
  readonly targets?: readonly [number, number]
}

export interface Size {
  /** D */
  readonly dimensions: number
  /** c */
  readonly classes: number
}

/** A weight that a loss learns beside those of the network. */
export interface Parameter {
  readonly shape: readonly [number, number]
  readonly start: Start
}

export type Parameters = Readonly<Record<string, Tensor2D>>

export interface Loss extends Omit<LossFact, 'name'> {
  /** Views of an unlabelled sample that a step needs; 0 where such samples teach nothing. */
  readonly views: 0 | 1 | 2
  /** It is made for embeddings of length 1. */
  readonly unit?: true
  /** P(x; z) of it is over d, not d². */
  readonly plain?: true
  /** It learns from a distribution over the classes where one class is not known: `Step.target`. */
  readonly soft?: true
  /** Times the usual rate, where its gradients are larger than others'. */
  readonly rate?: number
  /** By name. They are trained with the network. */
  parameters?(size: Size): Readonly<Record<string, Parameter>>
  /** Of (6), to be weighed by `objective`. Without unlabelled samples only the labelled term is there. */
  terms(step: Step, options?: LossOptions): Terms
  /**
   * For a loss that tells classes by more than the nearest reference: the class of the largest score answers.
   * @param x B × D
   * @returns B × c; a softmax of them is a distribution
   */
  scores?(x: Tensor2D, given: Pick<Step, 'references' | 'parameters'>, options?: LossOptions): Tensor2D
}

/** @throws Error when training has not made it */
export function parameter({ parameters }: Pick<Step, 'parameters'>, name: string): Tensor2D {
  const found = parameters?.[name]
  if (!found) throw new Error(`The loss is given no parameter "${name}".`)
  return found
}

/** References and queries together: all samples of a step whose class is known. (c + B) × D, and c + B classes. */
export function withClass({ references, queries, labels }: Step): { x: Tensor2D; labels: Tensor1D } {
  const asked = labels instanceof tf.Tensor ? labels : tf.tensor1d(Float32Array.from(labels))
  const classes = tf.concat([tf.range(0, references.shape[0]), asked]) as Tensor1D
  return { x: tf.concat([references, queries]), labels: classes }
}
