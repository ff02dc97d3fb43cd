/** A seeded generator of numbers in [0, 1): mulberry32, whole state in one 32-bit word, so a picture is a function of its seed. */
export function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** The base-`base` van der Corput number of `index`: fills [0, 1) evenly, so few passes already give a smooth penumbra. */
export function vanDerCorput(index, base) {
  let value = 0
  let fraction = 1 / base
  for (let i = index; i > 0; i = Math.floor(i / base)) {
    value += (i % base) * fraction
    fraction /= base
  }
  return value
}

const LATTICE = 64

/** Smooth value noise in [0, 1] over an integer lattice, repeated after `period` cells (at most 64 of them differ). */
export function noiseFrom(seed) {
  const random = randomFrom(seed)
  const lattice = Float32Array.from({ length: LATTICE * LATTICE }, random)
  const wrap = (i, period) => (((i % period) + period) % period) % LATTICE
  const ease = (t) => t * t * (3 - 2 * t)
  const noise = (x, y, period = LATTICE) => {
    const at = (i, j) => lattice[wrap(j, period) * LATTICE + wrap(i, period)]
    const ix = Math.floor(x)
    const iy = Math.floor(y)
    const u = ease(x - ix)
    const v = ease(y - iy)
    const top = at(ix, iy) * (1 - u) + at(ix + 1, iy) * u
    const bottom = at(ix, iy + 1) * (1 - u) + at(ix + 1, iy + 1) * u
    return top * (1 - v) + bottom * v
  }
  /** Sum of `octaves` octaves, each twice as fine and half as strong; repeats after `period` cells of the first. */
  const fractal = (x, y, octaves = 4, period = LATTICE) => {
    let sum = 0
    let weight = 0.5
    for (let i = 0; i < octaves; i++, x *= 2, y *= 2, period *= 2, weight /= 2) sum += weight * noise(x, y, period)
    return sum / (1 - weight * 2)
  }
  return { noise, fractal }
}
