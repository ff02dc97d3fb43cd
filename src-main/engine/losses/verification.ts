import { tf, type Tensor, type Tensor2D } from '../tf.ts'
import { parameter, withClass, type Loss, type Step } from './loss.ts'
import type { Terms } from './objective.ts'
import { evenly, pairsOf } from './pairs.ts'

/**
 *   s(a, b) = β + Σ_k α_k · |F(a)_k − F(b)_k|,   p = σ(s) is the probability that a and b are of one class
 *
 * Koch, Zemel & Salakhutdinov, "Siamese neural networks for one-shot image recognition", 2015, section 3.1. The equation
 * prints no β, which the last fully connected layer of its figure has: without it p of two equal pictures is ½, and is
 * never above it where all α are below 0.
 * @param a A × D
 * @param b B × D
 * @param weights α, 1 × D
 * @param bias β, 1 × 1
 * @returns A × B
 */
export function verificationScores(a: Tensor2D, b: Tensor2D, weights: Tensor2D, bias: Tensor2D): Tensor2D {
  return tf.tidy(() => {
    const apart = tf.abs(tf.sub(tf.expandDims(a, 1), tf.expandDims(b, 0))) // A × B × D
    return tf.add(tf.sum(tf.mul(apart, weights), 2), bias) as Tensor2D
  })
}

/** −log σ(s): what it costs when two samples of one class score s. */
const cost = (s: Tensor): Tensor2D => tf.softplus(tf.neg(s)) as Tensor2D

/** Of the start of α_k: the deviation that Koch et al. draw the weights of a fully connected layer with. */
const DEVIATION = 0.2

const scored = (a: Tensor2D, b: Tensor2D, given: Pick<Step, 'parameters'>) =>
  verificationScores(a, b, parameter(given, 'weights'), parameter(given, 'bias'))

/**
 *   L(i, j) = −y·log p − (1 − y)·log(1 − p);   y = 1 if class(i) = class(j) else 0
 *
 * ½ its mean over the pairs of one class and ½ that over the pairs of two, of references and queries together; as many pairs
 * of either kind are drawn in the paper. α_k starts at −|N(0, 0.2)|, so that p falls with the distance from the first step.
 * The scores of a sample are s to the reference of each class: the one-shot rule is the class of the largest.
 */
export const verification: Loss = {
  title: 'verification by weighted differences',
  words: 'Tells pairs of one class from pairs of two, by a learned weight for each number of the embedding (Koch).',
  views: 0,
  parameters: ({ dimensions }) => ({
    weights: { shape: [1, dimensions], start: (random) => -Math.abs(DEVIATION * random.normal()) },
    bias: { shape: [1, 1], start: 0 },
  }),
  terms: (step) =>
    tf.tidy((): Terms => {
      const { x, labels } = withClass(step)
      const s = scored(x, x, step) // (c + B) × (c + B)
      return { labelled: evenly(pairsOf(labels), cost(s), cost(tf.neg(s))) }
    }),
  scores: (x, { references, parameters = {} }) => scored(x, references, { parameters }),
}
