import { classIndicator } from '../losses/distance-ratio.ts'
import { objective, PAPER_WEIGHTS, type TermWeights } from '../losses/objective.ts'
import type { Step } from '../losses/loss.ts'
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D, type Tensor4D } from '../tf.ts'
import type { Forward } from './gradients.ts'
import { lossOf, lossParameters, placed, type Trained } from './predictions.ts'
import type { Random } from './random.ts'

/** What is the same in every step. */
export interface StepSpec extends Trained {
  /** λ of the terms. */
  readonly weights?: TermWeights
}

/** The tensors of one step. A type, not an interface: only such is a record. */
export type StepInputs = {
  /** References, queries, then each view of the unlabelled pictures. */
  readonly x: Tensor4D
  /** Of the queries. */
  readonly labels: Tensor1D
  /** λ of this step. */
  readonly unlabelled: Scalar
  readonly balance: Scalar
  /** Of the unlabelled pictures. */
  readonly weight?: Tensor1D
  /** What a teacher takes these for, U × c; they are queries then, beside those with a class. */
  readonly targets?: Tensor2D
}

/** On the tape, and a function of its inputs alone: it is recorded. */
export function forward(spec: StepSpec, classes: number, random: Random, inputs: StepInputs): Forward<Tensor> {
  const { x, labels, unlabelled, balance, weight, targets } = inputs
  const loss = lossOf(spec)
  const embeddings = placed(spec, spec.network.forward(x, { training: true, random }))
  const count = targets ? 1 : loss.views
  const [rest, asked] = [x.shape[0] - classes - labels.size, labels.size]
  const views = Array<number>(rest > 0 ? count : 0).fill(rest / count)
  const [z, q, u, second] = tf.split(embeddings, [classes, asked, ...views]) as Tensor2D[]
  const own = { references: z!, queries: q!, labels, parameters: lossParameters(spec, classes) }
  const step: Step = targets
    ? withTaught(own, classes, { x: u!, targets, weight: weight! }, unlabelled)
    : {
        ...own,
        ...(u && { unlabelled: u }),
        ...(second && { second }),
        ...(weight && { unlabelledWeight: weight }),
      }
  const terms = loss.terms(step, spec.lossOptions)
  const { labelled } = spec.weights ?? PAPER_WEIGHTS
  return { loss: objective(terms, { labelled, unlabelled, balance }), seen: { ...terms, embeddings } }
}

interface Taught {
  readonly x: Tensor2D
  readonly targets: Tensor2D
  readonly weight: Tensor1D
}

/** Samples that a teacher has named among the queries. Each weighs λ times its own weight, where one with a class weighs 1. */
function withTaught(step: Step & { readonly labels: Tensor1D }, classes: number, taught: Taught, λ: Scalar): Step {
  const { queries, labels } = step
  return {
    ...step,
    queries: tf.concat([queries, taught.x]),
    // Read by no loss that takes a target; of the teacher's first choice.
    labels: tf.concat([labels, tf.cast(tf.argMax(taught.targets, 1), 'float32')]) as Tensor1D,
    target: tf.concat([classIndicator(labels, classes), taught.targets]),
    weight: tf.concat([tf.ones([labels.size]), tf.mul(taught.weight, λ)]) as Tensor1D,
  }
}
