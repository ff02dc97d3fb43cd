import type { Cell } from '../../contract/lab.ts'

/** The run under way: when (performance.now) and at which step its trainer began to learn. */
export interface UnderWay {
  readonly cell: number
  readonly since: number
  readonly from: number
}

/** Steps of a run before its own speed is believed. */
const ENOUGH = 5

/**
 * Seconds that are left, by steps that were measured: those of runs with the same network where there are some, else of all.
 * Undefined until there are any.
 */
export function secondsLeft({
  cells,
  at,
  stored,
}: Pick<LiveComparison, 'cells' | 'at' | 'stored'>): number | undefined {
  const { steps } = stored.plan
  const measured = cells.flatMap((cell) => (cell.result ? [{ cell, each: cell.result.seconds / steps }] : []))
  const under = at && cells[at.cell]!
  if (at && under && under.step - at.from >= ENOUGH)
    measured.push({ cell: under, each: (performance.now() - at.since) / 1000 / (under.step - at.from) })
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
