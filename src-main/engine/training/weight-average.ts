import { tf, type Tensor, type Variable } from '../tf.ts'
import { assign, readTensor, type Stored } from './network.ts'
import { recorded } from './recorded.ts'

/** A moving mean of weights, often a little better than the last ones (Polyak & Juditsky, 1992). */
export interface WeightAverage {
  /** After each step, counted from 0: early ones weigh more, so that the start is soon forgotten. */
  update(step: number): void
  read(): Map<string, Stored>
  /** @throws Error when `stored` is of other weights */
  write(stored: ReadonlyMap<string, Stored>): void
  dispose(): void
}

/**
 *   θ̄ ← d·θ̄ + (1 − d)·θ,   d = min(decay, (t + 1)/(t + 20))
 */
export function createWeightAverage(weights: ReadonlyMap<string, Variable>, decay: number): WeightAverage {
  const means = new Map(
    [...weights].map(([path, weight]) => [path, tf.tidy(() => tf.variable(tf.clone(weight), false))]),
  )
  const move = recorded(({ old, fresh }: { old: Tensor; fresh: Tensor }) => {
    for (const [path, mean] of means) mean.assign(tf.add<Tensor>(tf.mul(mean, old), tf.mul(weights.get(path)!, fresh)))
    return {}
  })
  return {
    update(step) {
      const d = Math.min(decay, (step + 1) / (step + 20))
      tf.tidy(() => move({ old: tf.scalar(d), fresh: tf.scalar(1 - d) }))
    },
    read: () => new Map([...means].map(([path, mean]) => [path, readTensor(mean)])),
    write(stored) {
      for (const [path, mean] of means) assign(mean, stored.get(path), `mean weights: ${path}`)
    },
    dispose() {
      move.dispose()
      tf.dispose([...means.values()])
    },
  }
}
