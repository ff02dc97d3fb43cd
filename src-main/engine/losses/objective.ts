import { tf, type Scalar, type Tensor } from '../tf.ts'

// A type, not an interface: tf.tidy gives back only what has an index signature.
/** The means over the batch of one step. A term that is absent is no part of the sum. */
export type Terms = {
  /** mean(L_L), of the samples with a class */
  readonly labelled: Scalar
  /** mean(L_U), of the samples without */
  readonly unlabelled?: Scalar
  /** −H(mean prediction) of the samples without a class */
  readonly balance?: Scalar
}

/** λ of each term. A scalar where a recorded step has it as an input, because it changes from step to step. */
export interface TermWeights<T extends number | Scalar = number> {
  readonly labelled: T
  readonly unlabelled: T
  readonly balance: T
}

/** λ_L = λ_U = 1, as in the paper. */
export const PAPER_WEIGHTS: TermWeights = { labelled: 1, unlabelled: 1, balance: 0 }

/**
 *   λ_L · mean(L_L) + λ_U · mean(L_U) + λ_B · (−H(p̄))                                                              (6)
 *
 * Hoffer & Ailon, "Semi-supervised deep learning by metric embedding", 2016, eq. 6; λ_B is 0 there. A λ may change from
 * step to step.
 */
export function objective(terms: Terms, weights: TermWeights<number | Scalar> = PAPER_WEIGHTS): Scalar {
  return tf.tidy(() => {
    let sum: Tensor = tf.mul(terms.labelled, weights.labelled)
    if (terms.unlabelled) sum = tf.add(sum, tf.mul(terms.unlabelled, weights.unlabelled))
    if (terms.balance) sum = tf.add(sum, tf.mul(terms.balance, weights.balance))
    return sum as Scalar
  })
}
