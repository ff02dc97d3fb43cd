import type { Cell, Comparison } from '../contract/lab.ts'
import { rowsOf, type LabRow, type Spread } from '../contract/lab-rows.ts'
import type { Output } from './output.ts'
import { counted } from './text.ts'

export const SORTS = ['asked', 'error', 'nearest', 'training', 'seconds', 'parameters', 'macs'] as const
export type Sort = (typeof SORTS)[number]

/** One run of it, as docs/cli.md has it. */
export function cellJson({ index, loss, network, method, dimensions, seed, state, result, problem, notices }: Cell) {
  return {
    ...{ index, loss, network, method, dimensions, seed, state },
    ...result,
    ...(problem && { problem }),
    ...(notices && { notices }),
  }
}

/** The whole as the last line of --json; as a table for people. */
export function showComparison(output: Output, comparison: Comparison, sort: Sort): void {
  const rows = sorted(rowsOf(comparison.runs), sort)
  const { id, title, data, state, done, cells, plan, facts, backend, problem } = comparison
  if (output.json) {
    const whole = { id, title, data, state, done, cells, plan, ...(facts && { facts }), ...(backend && { backend }) }
    const json = { ...whole, ...(problem && { problem }), rows: rows.map(rowJson) }
    return output.answer({ comparison: json }, '')
  }
  const methods = rows.some(({ method }) => method !== 'direct')
  const sizes = rows.some(({ dimensions }) => dimensions !== null)
  output.table(
    rows,
    [
      ...['loss', 'network', ...(methods ? ['method'] : []), ...(sizes ? ['numbers'] : [])],
      ...['error %', 'nearest %', 'training %', 'seconds', 'parameters', 'MACs', 'seeds'],
    ],
    rows.map((row) => [
      ...[row.loss, row.network, ...(methods ? [row.method] : []), ...(sizes ? [row.dimensions ?? 'own'] : [])],
      ...[percent(row.error), percent(row.nearest), percent(row.training)],
      ...[row.seconds === undefined ? '–' : Number(row.seconds.toFixed(1)), row.parameters ?? '–', row.macs ?? '–'],
      row.failed > 0 ? `${row.done} of ${plan.seeds}, ${row.failed} failed` : `${row.done} of ${plan.seeds}`,
    ]),
  )
  for (const { message } of problem ? [problem] : []) output.note(message)
  if (state !== 'done')
    output.note(`${title} is ${state}: ${done} of ${counted(cells, 'run')}. --resume ${id} goes on with it.`)
}

function rowJson({ loss, network, method, dimensions, done, failed, ...figures }: LabRow) {
  const { error, nearest, training, seconds, parameters, macs } = figures
  return {
    ...{ loss, network, method, dimensions, done, failed },
    ...(error && { error, nearest, training, seconds, parameters, macs }),
  }
}

/** Rows without a figure stay last. */
function sorted(rows: readonly LabRow[], by: Sort): LabRow[] {
  if (by === 'asked') return [...rows]
  const value = (row: LabRow) => {
    const figure = row[by]
    return (typeof figure === 'object' ? figure.mean : figure) ?? Infinity
  }
  return [...rows].sort((a, b) => value(a) - value(b) || 0)
}

const points = (share: number) => (100 * share).toFixed(2)
function percent(value: Spread | undefined): string {
  if (!value) return '–'
  return value.sd === undefined ? points(value.mean) : `${points(value.mean)} ± ${points(value.sd)}`
}
