import { createRandom, type Random, type RandomState } from './random.ts'

/** Where a shuffle stands: what its order was drawn from, and how many of it are given out. */
export interface ShuffleState {
  readonly from: RandomState
  readonly place: number
}

/** Gives out 0 … n − 1 in random order, each once, then again in another order. */
export interface Shuffle {
  take(count: number): Int32Array
  state(): ShuffleState
}

/** @param state goes on where `state()` was read; `random` must then be at its own state of that moment */
export function createShuffle(n: number, random: Random, state?: ShuffleState): Shuffle {
  let from = state?.from ?? random.state()
  let order = state ? createRandom(0, state.from).permutation(n) : random.permutation(n)
  let place = state?.place ?? 0
  return {
    take(count) {
      const taken = new Int32Array(count)
      for (let i = 0; i < count; i++) {
        if (place === n) {
          from = random.state()
          order = random.permutation(n)
          place = 0
        }
        taken[i] = order[place++]!
      }
      return taken
    },
    state: () => ({ from, place }),
  }
}
