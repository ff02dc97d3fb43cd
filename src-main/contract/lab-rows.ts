import type { Cell, CellPoint, CellResult, MethodName } from './lab.ts'

/** Over the seeds; `sd` (of a sample, n − 1) is absent where one seed alone is done. */
export interface Spread {
  readonly mean: number
  readonly sd?: number
}

/** One line of the table: the runs that differ by their seed alone. */
export interface LabRow {
  readonly key: string
  readonly loss: string
  readonly network: string
  readonly method: MethodName
  readonly dimensions: number | null
  readonly cells: readonly Cell[]
  readonly done: number
  readonly failed: number
  readonly running: boolean
  readonly error?: Spread
  readonly nearest?: Spread
  readonly training?: Spread
  /** Means of the runs that are done. */
  readonly seconds?: number
  readonly parameters?: number
  readonly macs?: number
}

/** One entry of a row's curve; `low` and `high` from two seeds on. */
export interface CurvePoint {
  readonly step: number
  readonly value: number
  readonly low?: number
  readonly high?: number
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

export function spread(values: readonly number[]): Spread {
  const m = mean(values)
  if (values.length < 2) return { mean: m }
  return { mean: m, sd: Math.sqrt(values.reduce((sum, value) => sum + (value - m) ** 2, 0) / (values.length - 1)) }
}

/** In the order that was asked for. */
export function rowsOf(runs: readonly Cell[]): LabRow[] {
  const groups = new Map<string, Cell[]>()
  for (const cell of runs) {
    const key = [cell.loss, cell.network, cell.method, cell.dimensions ?? 'own'].join(' ')
    groups.set(key, [...(groups.get(key) ?? []), cell])
  }
  return [...groups].map(([key, cells]) => {
    const { loss, network, method, dimensions } = cells[0]!
    const results = cells.flatMap(({ result }) => result ?? [])
    const of = (take: (result: CellResult) => number) => results.map(take)
    return {
      ...{ key, loss, network, method, dimensions, cells },
      done: results.length,
      failed: cells.filter(({ state }) => state === 'failed').length,
      running: cells.some(({ state }) => state === 'running'),
      ...(results.length === 0
        ? {}
        : {
            error: spread(of((result) => result.error)),
            nearest: spread(of((result) => result.nearest)),
            training: spread(of((result) => result.training)),
            seconds: mean(of((result) => result.seconds)),
            parameters: mean(of((result) => result.parameters)),
            macs: mean(of((result) => result.macs)),
          }),
    }
  })
}

/** The row's curve: the mean of its seeds at each step and, from two on, one standard deviation either way. */
export function curveOf(row: Pick<LabRow, 'cells'>, what: 'error' | 'loss'): CurvePoint[] {
  const byStep = new Map<number, number[]>()
  for (const { curve } of row.cells)
    for (const point of curve) {
      const value = valueAt(point, what)
      if (value !== undefined) byStep.set(point.step, [...(byStep.get(point.step) ?? []), value])
    }
  return [...byStep]
    .sort(([a], [b]) => a - b)
    .map(([step, values]) => {
      const { mean: value, sd } = spread(values)
      // An error below nought there is none.
      return sd === undefined ? { step, value } : { step, value, low: Math.max(0, value - sd), high: value + sd }
    })
}

function valueAt(point: CellPoint, what: 'error' | 'loss'): number | undefined {
  const value = point[what]
  return value !== undefined && Number.isFinite(value) ? value : undefined
}
