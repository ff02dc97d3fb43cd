import { tf, type Tensor2D } from '../tf.ts'
import { classifier } from './classifier.ts'
import { crossEntropies } from './cross-entropy.ts'
import { parameter } from './loss.ts'
import { unitLength } from './unit-length.ts'

const SCALE = 30

/**
 *   L = −log( e^{s(cosθ_y − m)} / (e^{s(cosθ_y − m)} + Σ_{j≠y} e^{s·cosθ_j}) ),  cosθ_j = ŵ_j·x̂;   mean over the batch
 *
 * Softmax cross-entropy of cosines to a learned direction of each class, which the right class has to win by m.
 * Wang et al., "CosFace: large margin cosine loss for deep face recognition", 2018, eq. 4.
 * Options: `scale` s, 30 without it; `margin` m, 0.35 without it. Parameter: `classes` W, c × D, drawn with lengths about 1:
 * a longer row turns more slowly at the same rate. With a target distribution t in place of the class m is m·t_j for each class.
 */
export const largeMarginCosine = classifier({
  title: 'large-margin cosine (CosFace)',
  words: 'A classifier by angles, in which the right class has to win by a margin; made for faces.',
  unit: true,
  parameters: ({ dimensions, classes }) => ({
    classes: { shape: [classes, dimensions], start: (random) => random.normal() / Math.sqrt(dimensions) },
  }),
  outputs: (x, step) => tf.matMul(unitLength(x), unitLength(parameter(step, 'classes')), false, true), // B × c, cosθ
  losses: (cosines, target, { scale = SCALE, margin = 0.35 }) =>
    crossEntropies(target, tf.logSoftmax(tf.mul(tf.sub(cosines, tf.mul(target, margin)), scale)) as Tensor2D),
  scores: (cosines, { scale = SCALE }) => tf.mul(cosines, scale),
})
