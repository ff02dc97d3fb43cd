import type { Cell } from '../../contract/lab.ts'

/** The run under way. */
export interface UnderWay {
  readonly cell: number
  /** When (performance.now) its trainer began to learn, and at which step; absent until it does. */
  readonly began?: { readonly at: number; readonly step: number }
}

/** Steps of a run before its own speed is believed. */
const ENOUGH = 5

/**
 * Seconds that are left, by steps that were measured: those of runs with the same network where there are some, else of all.
 * Undefined until there are any.
 */
export function secondsLeft(cells: readonly Cell[], steps: number, at: UnderWay | undefined): number | undefined {
  const measured = cells.flatMap((cell) => (cell.result ? [{ cell, each: cell.result.seconds / steps }] : []))
  const under = at && cells[at.cell]!
  const since = at?.began
  if (under && since && under.step - since.step >= ENOUGH)
    measured.push({ cell: under, each: (performance.now() - since.at) / 1000 / (under.step - since.step) })
  if (measured.length === 0) return undefined
  const eachOf = (like: (cell: Cell) => boolean) => {
    const alike = measured.filter(({ cell }) => like(cell))
    return alike.length === 0 ? undefined : alike.reduce((sum, { each }) => sum + each, 0) / alike.length
  }
  let left = 0
  for (const cell of cells) {
    if (cell.state !== 'waiting' && cell.state !== 'running') continue
    const each =
      eachOf((one) => one.network === cell.network && one.method === cell.method && one.loss === cell.loss) ??
      eachOf((one) => one.network === cell.network) ??
      eachOf(() => true)!
    left += each * Math.max(0, steps - cell.step)
  }
  return left
}
