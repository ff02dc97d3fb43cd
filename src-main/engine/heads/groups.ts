import { multiply, row, slice, type Matrix } from './matrix.ts'

/** So many pictures within reach, itself counted, make one the core of a group: a picture seen once or twice is none. */
const LEAST = 3
const ROWS_AT_ONCE = 512

/**
 * Groups of rows that lie densely, by DBSCAN (Ester et al., "A density-based algorithm for discovering clusters", 1996): cores
 * within reach of one another are one group, what a core reaches belongs to it.
 * @param rows N × D, unit rows
 * @param reach ‖a − b‖, 0…2
 * @returns N: number of the group, the largest first, −1 for none
 */
export function denseGroups(rows: Matrix, reach: number): Int32Array {
  const within = reached(rows, 1 - reach ** 2 / 2)
  const isCore = within.map((others) => others.length + 1 >= LEAST)
  const group = new Int32Array(rows.rows).fill(-1)
  let count = 0
  for (let first = 0; first < rows.rows; first++) {
    if (!isCore[first] || group[first]! >= 0) continue
    const open = [first]
    group[first] = count
    for (let i = open.pop(); i !== undefined; i = open.pop()) {
      if (!isCore[i]) continue
      for (const other of within[i]!)
        if (group[other]! < 0) {
          group[other] = count
          open.push(other)
        }
    }
    count++
  }
  return bySize(group, count)
}

/** Rows at least this near in cosine, for each row. */
function reached(rows: Matrix, cosine: number): number[][] {
  const found: number[][] = []
  for (let from = 0; from < rows.rows; from += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows.rows - from)
    const near = multiply(slice(rows, from, count), rows, { transposed: true })
    for (let i = 0; i < count; i++) {
      const own: number[] = []
      row(near, i).forEach((value, j) => {
        if (value >= cosine && j !== from + i) own.push(j)
      })
      found.push(own)
    }
  }
  return found
}

function bySize(group: Int32Array, count: number): Int32Array {
  const sizes = new Int32Array(count)
  for (const one of group) if (one >= 0) sizes[one]!++
  const order = [...sizes.keys()].sort((a, b) => sizes[b]! - sizes[a]!)
  const place = new Map(order.map((one, at) => [one, at]))
  return group.map((one) => (one < 0 ? -1 : place.get(one)!))
}
