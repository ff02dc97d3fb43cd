import { multiply, slice, type Matrix } from './matrix.ts'

/** The nearest `k` rows for each row asked, best first; −1 where there are fewer. */
export interface Neighbours {
  readonly k: number
  /** N × k */
  readonly index: Int32Array
  /** N × k, cosines */
  readonly cosine: Float32Array
}

const ROWS_AT_ONCE = 512

/**
 * Exact nearest neighbours by cosine of unit rows.
 * @param k how many
 * @param allowed whether row i may have j as its neighbour
 */
export function nearest(
  probes: Matrix,
  gallery: Matrix,
  k: number,
  allowed: (probe: number, other: number) => boolean = () => true,
): Neighbours {
  const index = new Int32Array(probes.rows * k).fill(-1)
  const cosine = new Float32Array(probes.rows * k).fill(-2)
  for (let from = 0; from < probes.rows; from += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, probes.rows - from)
    const { values } = multiply(slice(probes, from, count), gallery, { transposed: true })
    for (let i = 0; i < count; i++) {
      const first = (from + i) * k
      const last = first + k - 1
      for (let j = 0, at = i * gallery.rows; j < gallery.rows; j++, at++) {
        const value = values[at]!
        if (value <= cosine[last]! || !allowed(from + i, j)) continue
        let place = last
        for (; place > first && cosine[place - 1]! < value; place--) {
          cosine[place] = cosine[place - 1]!
          index[place] = index[place - 1]!
        }
        cosine[place] = value
        index[place] = j
      }
    }
  }
  return { k, index, cosine }
}

/** Neighbours of rows among themselves, none of itself. */
export function nearestOthers(rows: Matrix, k: number): Neighbours {
  return nearest(rows, rows, k, (i, j) => i !== j)
}
