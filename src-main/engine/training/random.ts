/** Four 32-bit words; plain numbers, so that a checkpoint can hold them as JSON. */
export type RandomState = readonly [number, number, number, number]

/** One stream that every random draw of a run comes from, so that a seed or a saved state gives the run again. */
export interface Random {
  /** Uniform in [0, 1), of 32 bits. */
  next(): number
  /** Standard normal (Box & Muller, 1958). */
  normal(): number
  /** Uniform in 0 … n − 1. */
  integer(n: number): number
  /** 0 … n − 1 in random order (Fisher & Yates). */
  permutation(n: number): Int32Array
  state(): RandomState
  /** Goes back, or on, to where `state()` was read. */
  restore(state: RandomState): void
}

/**
 * xoshiro128** (Blackman & Vigna, 2021, "Scrambled linear pseudorandom number generators"), its words filled from the seed
 * by a 32-bit mixer, so that neighbouring seeds give unlike streams.
 * @param seed an integer of up to 53 bits
 * @param state goes on where `state()` was read; the seed is then of no account
 */
export function createRandom(seed: number, state?: RandomState): Random {
  let [a, b, c, d] = state ?? fromSeed(seed)
  const rotated = (x: number, k: number) => (x << k) | (x >>> (32 - k))

  const word = (): number => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9)
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = rotated(d, 11)
    return result >>> 0
  }

  const next = () => word() / 2 ** 32
  const integer = (n: number) => {
    // Words above the last whole multiple of n would make small numbers likelier.
    const limit = 2 ** 32 - (2 ** 32 % n)
    for (;;) {
      const drawn = word()
      if (drawn < limit) return drawn % n
    }
  }
  return {
    next,
    integer,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    permutation(n) {
      const order = Int32Array.from({ length: n }, (_, i) => i)
      for (let i = n - 1; i > 0; i--) {
        const j = integer(i + 1)
        const held = order[i]!
        order[i] = order[j]!
        order[j] = held
      }
      return order
    },
    state: () => [a >>> 0, b >>> 0, c >>> 0, d >>> 0],
    restore: (saved) => ([a, b, c, d] = saved),
  }
}

/** Four words of a counter through the finaliser of MurmurHash3; at least one is not zero. */
function fromSeed(seed: number): [number, number, number, number] {
  const high = Math.floor(Math.abs(seed) / 2 ** 32)
  let counter = (seed | 0) ^ Math.imul(high, 0x9e3779b1) ^ (seed < 0 ? 0x5bd1e995 : 0)
  const mixed = () => {
    counter = (counter + 0x9e3779b9) | 0
    let z = counter
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  return [mixed(), mixed(), mixed(), mixed() | 1]
}
