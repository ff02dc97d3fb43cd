import { tf, type Tensor1D, type Tensor2D } from '../tf.ts'
import { weightedMean } from './cross-entropy.ts'
import { classIndicator } from './distance-ratio.ts'
import { parameter, withClass, type Loss, type LossOptions, type Parameter, type Size, type Step } from './loss.ts'
import type { Terms } from './objective.ts'

interface Head extends Pick<Loss, 'title' | 'words' | 'rate' | 'unit'> {
  /** Linear outputs o = x·Wᵀ + b without it. */
  readonly parameters?: (size: Size) => Readonly<Record<string, Parameter>>
  readonly outputs?: (x: Tensor2D, step: Pick<Step, 'parameters'>) => Tensor2D
  /** @returns B, of each sample. @param output B × c. @param target B × c, rows that sum to 1 */
  readonly losses: (output: Tensor2D, target: Tensor2D, options: LossOptions) => Tensor1D
  /** What of the outputs is compared between classes; they themselves without it. */
  readonly scores?: (output: Tensor2D, options: LossOptions) => Tensor2D
}

/**
 * A loss of outputs, one of each class, on the samples of a step whose class is known: references and queries together. A
 * reference weighs 1 and is of its class; there may be fewer than classes, those of the first ones. Its parameters are `classes` W, c × D, drawn from N(0, 1/D), and `bias` b, 1 × c.
 */
export function classifier({ outputs = linear, losses, parameters = linearStart, scores, ...words }: Head): Loss {
  return {
    ...words,
    views: 0,
    soft: true,
    parameters,
    terms: (step, options = {}) =>
      tf.tidy((): Terms => {
        const { x, labels } = withClass(step)
        const output = outputs(x, step) // (r + B) × c
        const [references, classes] = [step.references.shape[0], output.shape[1]]
        const target = step.target
          ? tf.concat([tf.eye(references, classes), step.target])
          : classIndicator(labels, classes)
        const weight = step.weight && (tf.concat([tf.ones([references]), step.weight]) as Tensor1D)
        return { labelled: weightedMean(losses(output, target, options), weight) }
      }),
    scores: (x, given, options = {}) =>
      tf.tidy(() => {
        const output = outputs(x, given) // B × c
        return scores ? scores(output, options) : output
      }),
  }
}

/** W as the layers of a network start, b at 0. */
const linearStart = ({ dimensions, classes }: Size) => ({
  classes: {
    shape: [classes, dimensions] as const,
    start: (random: { normal(): number }) => random.normal() / Math.sqrt(dimensions),
  },
  bias: { shape: [1, classes] as const, start: 0 },
})

/** o = x·Wᵀ + b, B × c */
function linear(x: Tensor2D, step: Pick<Step, 'parameters'>): Tensor2D {
  return tf.add(tf.matMul(x, parameter(step, 'classes'), false, true), parameter(step, 'bias'))
}
