import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../tf.ts'

/** Which of two samples of a batch belong together. */
export interface Pairs {
  /** B × B, 1 where two different samples share a class. */
  readonly positive: Tensor2D
  /** B × B, 1 where the classes differ. */
  readonly negative: Tensor2D
}

/** @param labels B, the class of each sample */
export function pairsOf(labels: ArrayLike<number> | Tensor1D): Pairs {
  const all = labels instanceof tf.Tensor ? labels : tf.tensor1d(Float32Array.from(labels))
  const same = tf.cast(tf.equal(tf.expandDims(all, 1), tf.expandDims(all, 0)), 'float32') as Tensor2D
  return { positive: tf.sub(same, tf.eye(all.size)), negative: tf.sub(1, same) }
}

/** a × p × n, 1 where p is of the class of a, and n is not. */
export function tripletsOf({ positive, negative }: Pairs): Tensor {
  return tf.mul(tf.expandDims(positive, 2), tf.expandDims(negative, 1))
}

/** Σ chosen · values / Σ chosen; 0 where nothing is chosen. */
export function meanOf(values: Tensor, chosen: Tensor): Scalar {
  return tf.div(tf.sum(tf.mul(values, chosen)), tf.maximum(tf.sum(chosen), 1)) as Scalar
}

/**
 *   ½ · mean of `same` over the pairs of one class + ½ · mean of `different` over the pairs of two
 *
 * as if as many pairs of either kind had been drawn: of all pairs of a batch most are of two classes.
 * @param same B × B
 * @param different B × B
 */
export function evenly(pairs: Pairs, same: Tensor2D, different: Tensor2D): Scalar {
  const sum = tf.add(meanOf(same, pairs.positive), meanOf(different, pairs.negative))
  return tf.mul<Tensor>(sum, 0.5) as Scalar
}

/** max(0, x). Not tf.relu: it makes 0 of what is not a number on some backends, and a run would not see it. */
export function opened<T extends Tensor>(x: T): T {
  return tf.mul(x, tf.step(x))
}
