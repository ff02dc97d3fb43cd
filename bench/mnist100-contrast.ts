import { tf, type Scalar, type Tensor2D, type Tensor4D } from '../src-main/engine/tf.ts'
import { picturesOf, type Pictures } from '../src-main/engine/training/augment.ts'
import type { Network } from '../src-main/engine/training/network.ts'
import { projection } from './mnist100-network.ts'
import { train } from './mnist100-stage.ts'
import { drawViews, type Views } from './mnist100-views.ts'

export interface ContrastRecipe {
  readonly steps: number
  /** Pictures of a step, each with two views. */
  readonly pictures: number
  readonly rate: number
  readonly weightDecay: number
  readonly temperature: number
  readonly views: Views
}

export const CONTRAST: ContrastRecipe = {
  steps: 6000,
  pictures: 256,
  rate: 2e-3,
  weightDecay: 0.01,
  temperature: 0.2,
  views: {
    movement: { rotation: 0.3, scale: 0.18, shear: 0.25, shift: 2, elastic: { spacing: 6, strength: 0.7 } },
    stroke: 0.25,
    erase: 0.4,
  },
}

/**
 * Goes on from the weights of the first. A stroke more is no other digit: without this a barred seven lies as far from a
 * plain one as from a two, and goes to the twos in every draw whose labelled sevens have no bar.
 */
export const WITH_STROKES: ContrastRecipe = {
  ...CONTRAST,
  steps: 2000,
  rate: 1.5e-3,
  views: { ...CONTRAST.views, added: 0.4 },
}

/**
 *   L = −(1/2B) Σ_i log( exp(s_i,i⁺/τ) / Σ_{k≠i} exp(s_ik/τ) ),   s the cosine, i⁺ the other view of i
 *
 * Each view is told from all others of the batch by its likeness to its twin.
 * Chen et al., "A simple framework for contrastive learning of visual representations", 2020, eq. 1.
 * @param first B × D
 * @param second B × D, of the same pictures in the same order
 */
export function contrast(first: Tensor2D, second: Tensor2D, temperature: number): Scalar {
  return tf.tidy(() => {
    const [a, b] = [unit(first), unit(second)]
    const all = tf.concat([a, b]) // 2B × D
    const logits = tf.div(tf.matMul(all, all, false, true), temperature)
    const others = tf.sub(logits, tf.mul(tf.eye(all.shape[0]), ITSELF))
    const twins = tf.div(tf.sum(tf.mul(a, b), 1), temperature) // B
    return tf.sub(tf.mean(tf.logSumExp(others, 1)), tf.mean(twins)) as Scalar
  })
}

/** Takes a view itself out of the sum: e^−1e4 is 0. */
const ITSELF = 1e4

const unit = (x: Tensor2D): Tensor2D => tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), 1, true), 1e-12)))

/** Trains on pictures alone, so that what looks alike comes to lie together before any label names it. @returns seconds */
export async function warmUp(
  network: Network,
  pictures: Pictures,
  recipe: ContrastRecipe,
  seed: number,
  folder: string,
): Promise<number> {
  const { steps, rate, weightDecay, temperature, views } = recipe
  const count = picturesOf(pictures)
  const { height, width } = pictures
  const head = projection(seed, network.dimensions)
  const seconds = await train(
    {
      title: `contrast, seed ${seed}`,
      steps,
      rate,
      optimizer: { kind: 'adam', beta2: 0.99, weightDecay },
      schedule: { kind: 'cosine', warmUp: Math.min(100, steps / 10) },
      seed,
      networks: [network, head],
      losses(random) {
        const places = Int32Array.from({ length: recipe.pictures }, () => random.integer(count))
        const [one, two] = [0, 1].map(() =>
          tf.tensor4d(drawViews(pictures, places, views, random), [recipe.pictures, height, width, 1]),
        ) as [Tensor4D, Tensor4D]
        return () => {
          const embeddings = network.forward(tf.concat([one, two]), { training: true })
          const projected = head.forward(tf.reshape(embeddings, [-1, 1, 1, network.dimensions]), { training: true })
          const [a, b] = tf.split(projected, 2) as [Tensor2D, Tensor2D]
          return { loss: contrast(a, b, temperature), seen: {} }
        }
      },
    },
    folder,
  )
  head.dispose()
  return seconds
}
