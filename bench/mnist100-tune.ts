import type { Matrix } from '../src-main/engine/heads/matrix.ts'
import { row } from '../src-main/engine/heads/matrix.ts'
import { balance } from '../src-main/engine/losses/balance.ts'
import { logDistribution } from '../src-main/engine/losses/distance-distribution.ts'
import { classIndicator, distanceRatio } from '../src-main/engine/losses/distance-ratio.ts'
import { crossEntropyTo } from '../src-main/engine/losses/minimum-entropy.ts'
import { symmetricCrossEntropy } from '../src-main/engine/losses/symmetric-cross-entropy.ts'
import { tf, type Scalar, type Tensor2D, type Tensor4D } from '../src-main/engine/tf.ts'
import { picturesOf, type Pictures } from '../src-main/engine/training/augment.ts'
import type { Network } from '../src-main/engine/training/network.ts'
import type { Random } from '../src-main/engine/training/random.ts'
import { CLASSES } from './mnist.ts'
import { train } from './mnist100-stage.ts'
import { sharpened, sureness } from './mnist100-teacher.ts'
import { drawViews, type Views } from './mnist100-views.ts'

export interface TuneRecipe {
  readonly steps: number
  /** Unlabelled pictures of a step, each with two views. */
  readonly unlabelled: number
  /** Labelled pictures of each class in a step whose mean is the reference, and as many queries. */
  readonly references: number
  readonly rate: number
  readonly weightDecay: number
  /** Power that propagated targets are raised to: soft ones hold against the agreement of views, which wants them sharp. */
  readonly sharpen: number
  /** λ of the propagated targets, at the first step and at the last. */
  readonly taught: readonly [number, number]
  /** λ of the agreement of two views. It grows to this over the first third. */
  readonly agreement: number
  readonly balance: number
  readonly views: Views
}

export const TUNE: TuneRecipe = {
  steps: 1500,
  unlabelled: 128,
  references: 3,
  rate: 1e-3,
  weightDecay: 0.01,
  sharpen: 4,
  taught: [1, 0.1],
  agreement: 1,
  balance: 0.5,
  views: {
    movement: { rotation: 0.2, scale: 0.12, shear: 0.15, shift: 2, elastic: { spacing: 6, strength: 0.5 } },
    stroke: 0.2,
    erase: 0,
    added: 0.15,
  },
}

/**
 * Distance-ratio loss on the labelled pictures (eq. 3), the same on propagated targets, each weighing as much as it is
 * sure (5.3), agreement of two views in place of eq. 5, and balance. A reference is the mean of several of its class.
 * @returns seconds
 */
export async function tune(
  network: Network,
  pictures: Pictures,
  labelled: readonly (readonly number[])[],
  targets: Matrix,
  recipe: TuneRecipe,
  seed: number,
  folder: string,
): Promise<number> {
  const { steps, unlabelled, references, rate, weightDecay, views } = recipe
  const count = picturesOf(pictures)
  const { height, width } = pictures
  const aims = sharpened(targets, recipe.sharpen)
  const sure = sureness(aims)
  const queried = Array.from({ length: CLASSES * references }, (_, i) => Math.floor(i / references))
  const view = (places: ArrayLike<number>, random: Random) =>
    tf.tensor4d(drawViews(pictures, places, views, random), [places.length, height, width, 1])
  return train(
    {
      title: `fine-tuning, seed ${seed}`,
      steps,
      rate,
      optimizer: { kind: 'adam', beta2: 0.99, weightDecay },
      schedule: { kind: 'cosine', warmUp: Math.min(50, steps / 10) },
      seed,
      networks: [network],
      losses(random, step) {
        const places = Int32Array.from({ length: unlabelled }, () => random.integer(count))
        const shown = drawLabelledBatch(labelled, references, random)
        const x = tf.concat([view(shown, random), view(places, random), view(places, random)]) as Tensor4D
        const target = tf.tensor2d(
          Array.from(places).flatMap((place) => [...row(aims, place)]),
          [unlabelled, CLASSES],
        )
        const weight = tf.tensor1d(Array.from(places, (place) => sure[place]!))
        const done = step / steps
        const taught = recipe.taught[0] + (recipe.taught[1] - recipe.taught[0]) * done
        const agreement = recipe.agreement * Math.min(1, 3 * done)
        return () => {
          const embeddings = network.forward(x, { training: true })
          const sizes = [CLASSES * references, CLASSES * references, unlabelled, unlabelled]
          const [shownFirst, queries, one, two] = tf.split(embeddings, sizes) as [
            Tensor2D,
            Tensor2D,
            Tensor2D,
            Tensor2D,
          ]
          const z = tf.mean(tf.reshape(shownFirst, [CLASSES, references, network.dimensions]), 1) as Tensor2D // c × D
          const [logQuery, logOne, logTwo] = [queries, one, two].map((e) =>
            logDistribution(e, z, { squared: false }),
          ) as [Tensor2D, Tensor2D, Tensor2D]
          const terms = {
            labelled: distanceRatio(logQuery, classIndicator(queried, CLASSES)),
            taught: tf.mul(
              tf.add(crossEntropyTo(logOne, target, weight), crossEntropyTo(logTwo, target, weight)),
              0.5,
            ) as Scalar,
            agreement: symmetricCrossEntropy(logOne, logTwo),
            balance: balance(tf.concat([logOne, logTwo])),
          }
          const loss = tf.addN([
            terms.labelled,
            tf.mul(terms.taught, taught),
            tf.mul(terms.agreement, agreement),
            tf.mul(terms.balance, recipe.balance),
          ]) as Scalar
          return { loss, seen: terms }
        }
      },
    },
    folder,
  )
}

/** References class by class, then as many queries class by class, none of them the same picture while there are enough. */
export function drawLabelledBatch(
  labelled: readonly (readonly number[])[],
  references: number,
  random: Random,
): number[] {
  const orders = labelled.map((places) => Array.from(random.permutation(places.length), (i) => places[i]!))
  const part = (from: number) =>
    orders.flatMap((order) => Array.from({ length: references }, (_, i) => order[(from + i) % order.length]!))
  return [...part(0), ...part(references)]
}
