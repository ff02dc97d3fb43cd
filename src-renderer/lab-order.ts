import type { LabRow } from '../src-main/contract/lab-rows.ts'

export type Column =
  | 'loss'
  | 'network'
  | 'method'
  | 'dimensions'
  | 'error'
  | 'nearest'
  | 'training'
  | 'seconds'
  | 'parameters'
  | 'macs'
  | 'done'
export interface Order {
  readonly by: Column
  readonly down: boolean
}

function valueOf(row: LabRow, by: Column, titleOf: (name: string) => string): number | string | undefined {
  switch (by) {
    case 'loss':
    case 'network':
    case 'method':
      return titleOf(row[by])
    case 'dimensions':
      return row.dimensions ?? 0
    case 'error':
    case 'nearest':
    case 'training':
      return row[by]?.mean
    default:
      return row[by]
  }
}

/** Rows that have nothing to be sorted by stay last either way; equal ones keep their order. */
export function sortedRows(rows: readonly LabRow[], { by, down }: Order, titleOf: (name: string) => string): LabRow[] {
  return rows
    .map((row) => ({ row, value: valueOf(row, by, titleOf) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return a.value === b.value ? 0 : a.value === undefined ? 1 : -1
      const first =
        typeof a.value === 'string' ? a.value.localeCompare(String(b.value), 'en') : a.value - Number(b.value)
      return down ? -first : first
    })
    .map(({ row }) => row)
}

/** Keys of those of the least error; those that have no result yet, but a curve, come after them. */
export function bestRows(rows: readonly LabRow[], most: number): string[] {
  const drawn = rows.filter(({ cells }) => cells.some(({ curve }) => curve.length > 0))
  return sortedRows(drawn, { by: 'error', down: false }, String)
    .slice(0, most)
    .map(({ key }) => key)
}

/**
 * The row of the least mean error, and those that cannot be told from it: they differ by less than the standard
 * deviation of the difference. Only rows whose runs are all over are ranked.
 */
export function bestOf(
  rows: readonly LabRow[],
): { readonly row: LabRow; readonly alike: readonly LabRow[] } | undefined {
  const over = rows.filter(({ error, cells, done, failed }) => error && done + failed === cells.length)
  const [row, ...others] = sortedRows(over, { by: 'error', down: false }, String)
  if (!row) return undefined
  const { mean, sd = 0 } = row.error!
  return { row, alike: others.filter(({ error }) => error!.mean - mean < Math.hypot(sd, error!.sd ?? 0)) }
}

export interface Remark {
  readonly seeds: readonly number[]
  readonly failed: boolean
  readonly message: string
}

/** Why seeds failed, and what happened to others that a reader should know; the seeds of one message together. */
export function remarksOf({ cells }: LabRow): Remark[] {
  const remarks = new Map<string, Remark>()
  const add = (seed: number, failed: boolean, message: string) => {
    const key = `${failed} ${message}`
    remarks.set(key, { failed, message, seeds: [...new Set([...(remarks.get(key)?.seeds ?? []), seed])] })
  }
  for (const { seed, state, problem, notices } of cells) {
    if (state === 'failed') add(seed, true, problem?.message ?? 'The cause is not known.')
    for (const { message } of notices ?? []) add(seed, false, message)
  }
  return [...remarks.values()]
}
