import { isDeepStrictEqual } from 'node:util'
import type { Checkpoint } from './checkpoint.ts'
import type { Stored } from './network.ts'
import type { Optimizer } from './optimizers.ts'
import type { Random, RandomState } from './random.ts'
import type { Recipe } from './recipe.ts'
import type { WatchState } from './watches.ts'
import type { WeightAverage } from './weight-average.ts'

/** The numbers of a run that change from step to step. */
export interface LoopNumbers {
  /** Steps done. */
  readonly step: number
  /** What the schedule's rate is multiplied by: halved at each failure. */
  readonly rateScale: number
  readonly failures: number
  readonly batch: number
  /** Moving means of the loss and of the gradient's norm, and the largest the latter has been. */
  readonly loss?: number
  readonly norm?: number
  readonly peakNorm?: number
  readonly watches?: WatchState
}

export interface Best {
  readonly step: number
  readonly error: number
  readonly tensors: ReadonlyMap<string, Stored>
}

/** What stands beside the tensors in a checkpoint of the loop. */
interface Saved {
  readonly now: LoopNumbers
  readonly random: RandomState
  readonly recipe: unknown
  readonly optimizer: Readonly<Record<string, number>>
  readonly best?: { readonly step: number; readonly error: number }
  readonly config: unknown
}

export interface LoopState {
  now: LoopNumbers
  best(): Best | undefined
  /** Keeps the weights as the best ones if the error is the smallest so far. */
  offer(error: number): void
  /** Everything, copied; undefined when a value is not finite. */
  snapshot(): Checkpoint | undefined
  /** @throws Error when the checkpoint is of another configuration */
  restore(checkpoint: Checkpoint): void
}

interface Parts {
  readonly recipe: Recipe
  readonly optimizer: Optimizer
  readonly random: Random
  readonly batch: number
  readonly config?: unknown
  readonly average?: WeightAverage | undefined
}

export function createLoopState({ recipe, optimizer, random, batch, config, average }: Parts): LoopState {
  let now: LoopNumbers = { step: 0, rateScale: 1, failures: 0, batch }
  let best: Best | undefined
  // As JSON gives it back, so that a field that is absent equals one that is undefined.
  const configured: unknown = JSON.parse(JSON.stringify(config ?? null))
  return {
    get now() {
      return now
    },
    set now(next) {
      now = next
    },
    best: () => best,
    offer(error) {
      if (!best || error < best.error) best = { step: now.step, error, tensors: new Map(recipe.read()) }
    },
    snapshot() {
      const { tensors, numbers } = optimizer.state()
      const all = new Map([
        ...under('weights', recipe.read()),
        ...under('optimizer', tensors),
        ...(average ? under('average', average.read()) : []),
        ...(best ? under('best', best.tensors) : []),
      ])
      if (![...all.values()].every(({ values }) => values.every(Number.isFinite))) return undefined
      const saved: Saved = {
        now,
        random: random.state(),
        recipe: recipe.state(),
        optimizer: numbers,
        ...(best && { best: { step: best.step, error: best.error } }),
        config: configured,
      }
      return { step: now.step, tensors: all, numbers: saved }
    },
    restore({ tensors, numbers }) {
      const saved = numbers as Saved
      if (!isDeepStrictEqual(saved.config, configured))
        throw new Error('The checkpoint is of a run with another configuration.')
      recipe.write(within('weights', tensors))
      optimizer.restore({ tensors: within('optimizer', tensors), numbers: saved.optimizer })
      average?.write(within('average', tensors))
      random.restore(saved.random)
      recipe.restore(saved.recipe)
      best = saved.best && { ...saved.best, tensors: within('best', tensors) }
      now = saved.now
    },
  }
}

const under = (part: string, tensors: ReadonlyMap<string, Stored>): [string, Stored][] =>
  [...tensors].map(([path, stored]) => [`${part}/${path}`, stored])

const within = (part: string, tensors: ReadonlyMap<string, Stored>): Map<string, Stored> =>
  new Map(
    [...tensors]
      .filter(([path]) => path.startsWith(`${part}/`))
      .map(([path, stored]) => [path.slice(part.length + 1), stored]),
  )

/** What a checkpoint of a loop holds of the network: its weights, and their moving mean if there is one. */
export function weightsIn({ tensors }: Checkpoint): {
  readonly weights: ReadonlyMap<string, Stored>
  readonly average?: ReadonlyMap<string, Stored>
} {
  const average = within('average', tensors)
  return { weights: within('weights', tensors), ...(average.size > 0 && { average }) }
}
