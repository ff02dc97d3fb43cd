import { logDistribution } from '../src-main/engine/losses/distance-distribution.ts'
import { classIndicator, distanceRatio } from '../src-main/engine/losses/distance-ratio.ts'
import { tf, type Scalar, type Tensor2D } from '../src-main/engine/tf.ts'
import type { Pictures } from '../src-main/engine/training/augment.ts'
import type { Checkpoint } from '../src-main/engine/training/checkpoint.ts'
import { backward } from '../src-main/engine/training/gradients.ts'
import type { Network } from '../src-main/engine/training/network.ts'
import { adam } from '../src-main/engine/training/optimizers.ts'
import { createRandom, type RandomState } from '../src-main/engine/training/random.ts'
import { rateAt } from '../src-main/engine/training/schedules.ts'
import { drawPairs } from './omniglot-batches.ts'
import type { Alphabet } from './omniglot-glyphs.ts'
import { drawViews, type Distortion } from './omniglot-views.ts'

export interface Recipe {
  readonly steps: number
  /** In a batch, each with two drawings. */
  readonly classes: number
  readonly rate: number
  readonly weightDecay: number
  /** s of eq. 1, over squared distances of unit vectors. */
  readonly scale: number
  readonly distortion: Distortion
}

export const RECIPE: Recipe = {
  steps: 3000,
  classes: 40,
  rate: 2e-3,
  weightDecay: 0.01,
  scale: 8,
  distortion: {
    movement: { rotation: 0.25, scale: 0.25, shear: 0.25, shift: 2.5, elastic: { spacing: 12, strength: 1.3 } },
    thicken: [0.3, 1.6],
  },
}
/** Steps in which the rate rises, and the share of all after which it falls. */
const WARM_UP = 100
const LEVEL = 0.5

/** Each row divided by its length. B × D */
export const unit = (x: Tensor2D): Tensor2D => tf.div(x, tf.norm(x, 2, 1, true))

export interface Step {
  readonly loss: number
  /** Share of drawings nearest to their own class, of those in the batch. */
  readonly right: number
}

/**
 * Trains with the distance-ratio loss (eq. 3): each drawing of a batch is told by its distance to one reference of each
 * class of the batch, first drawings by the second ones and the other way about.
 */
export function createTraining(
  network: Network,
  { glyphs, alphabets }: { readonly glyphs: Pictures; readonly alphabets: readonly Alphabet[] },
  recipe: Recipe,
  seed: number,
) {
  const { steps, classes, rate, weightDecay, scale, distortion } = recipe
  const [side] = network.input
  const optimizer = adam(network.variables, { weightDecay })
  const schedule = { kind: 'cosine', from: Math.round(LEVEL * steps), warmUp: Math.min(WARM_UP, steps / 10) } as const
  const target = tf.keep(
    classIndicator(
      Array.from({ length: classes }, (_, i) => i),
      classes,
    ),
  )
  let random = createRandom(seed)
  let done = 0

  return {
    done: () => done,

    step(): Step {
      const pairs = drawPairs(alphabets, classes, random)
      const places = [...pairs.map(({ reference }) => reference), ...pairs.map(({ query }) => query)]
      const symmetries = [...pairs, ...pairs].map(({ symmetry }) => symmetry)
      const x = tf.tensor4d(drawViews(glyphs, places, distortion, random, symmetries), [2 * classes, side, side, 1])
      const { loss, gradients, seen, dispose } = backward(network.variables, () => {
        const embeddings = unit(network.forward(x, { training: true, random }))
        const [one, other] = tf.split(embeddings, 2) as [Tensor2D, Tensor2D]
        const logP = logDistribution(one, other, { squared: true, scale })
        const back = logDistribution(other, one, { squared: true, scale })
        const sum = tf.add(distanceRatio(logP, target), distanceRatio(back, target))
        return { loss: tf.div(sum, 2) as Scalar, seen: { logP } }
      })
      optimizer.step(gradients, rate * rateAt(schedule, done, steps))
      const nearest = tf.tidy(() => tf.argMax(seen.logP!, 1).dataSync())
      dispose()
      x.dispose()
      done++
      return { loss, right: nearest.filter((place, i) => place === i).length / classes }
    },

    checkpoint(): Checkpoint {
      const { tensors, numbers } = optimizer.state()
      const named = [...tensors].map(([path, stored]) => [`optimiser/${path}`, stored] as const)
      return {
        step: done,
        tensors: new Map([...network.read(), ...named]),
        numbers: { random: random.state(), optimizer: numbers, recipe, seed },
      }
    },

    /** @throws Error when the checkpoint is of another recipe, seed or network */
    restore({ step, tensors, numbers }: Checkpoint): void {
      const kept = numbers as { random: RandomState; optimizer: Record<string, number>; recipe: Recipe; seed: number }
      if (JSON.stringify([kept.recipe, kept.seed]) !== JSON.stringify([recipe, seed]))
        throw new Error('The checkpoint is of another recipe or seed.')
      network.write(tensors)
      const own = [...tensors].filter(([path]) => path.startsWith('optimiser/'))
      optimizer.restore({
        tensors: new Map(own.map(([path, stored]) => [path.slice('optimiser/'.length), stored])),
        numbers: kept.optimizer,
      })
      random = createRandom(seed, kept.random)
      done = step
    },

    dispose(): void {
      optimizer.dispose()
      target.dispose()
    },
  }
}
