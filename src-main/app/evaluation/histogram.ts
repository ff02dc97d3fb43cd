import type { Histogram } from '../../contract/types.ts'

const BINS = 100
const WIDTH = 0.02

/** Counts of distances in 100 bins of 0.02 over 0…2, the whole range of ‖a − b‖; a distance of exactly 2 is in the last one. */
export function histogramOf(distances: Float64Array): Histogram {
  const counts = new Array<number>(BINS).fill(0)
  for (const distance of distances) {
    if (!Number.isFinite(distance)) continue
    const bin = Math.max(0, Math.min(BINS - 1, Math.floor(distance / WIDTH + 1e-9)))
    counts[bin]! += 1
  }
  return { low: 0, width: WIDTH, counts }
}
