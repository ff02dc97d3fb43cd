import { expect, test } from 'vitest'
import { curveOf, rowsOf, type LabRow } from '../../src-main/contract/lab-rows.ts'
import { bestOf, bestRows, remarksOf, sortedRows } from '../../src-renderer/lab-order.ts'
import { cells, comparison, plan } from './lab.ts'

const rows = rowsOf(cells())
const titleOf = (name: string) => name

test('runs that differ by their seed alone are one row', () => {
  expect(rows).toHaveLength(9)
  for (const row of rows) expect(row.cells.map(({ seed }) => seed)).toEqual([0, 1, 2])
})

test('rows are sorted either way, and those without a figure stay last', () => {
  const some = rowsOf(cells(plan, 4))
  const ups = sortedRows(some, { by: 'error', down: false }, titleOf)
  const downs = sortedRows(some, { by: 'error', down: true }, titleOf)
  const firsts = (sorted: readonly LabRow[]) => sorted.map(({ error }) => error?.mean).slice(0, 4)
  expect(firsts(ups)).toEqual([...firsts(downs)].reverse())
  expect(firsts(ups)).not.toContain(undefined)
  for (const sorted of [ups, downs]) expect(sorted.slice(4).every(({ error }) => error === undefined)).toBe(true)
})

test('rows of one name keep their order', () => {
  const sorted = sortedRows(rows, { by: 'loss', down: true }, titleOf)
  expect(sorted.map(({ loss }) => loss[0]).join('')).toBe('tttsssddd')
  expect(sorted.slice(0, 3).map(({ network }) => network)).toEqual(plan.networks)
})

const row = (key: string, mean: number, sd: number, done = 2): LabRow => ({
  ...rows[0]!,
  ...{ key, error: { mean, sd }, cells: rows[0]!.cells.slice(0, 2), done, failed: 0 },
})

test('the least error is told with how many lie within the spread of the seeds', () => {
  const best = bestOf([row('a', 0.2, 0.01), row('b', 0.1, 0.03), row('c', 0.13, 0.02), row('d', 0.15, 0.02)])
  expect(best).toMatchObject({ row: { key: 'b' }, alike: [{ key: 'c' }] })
})

test('a row whose seeds are not all over is not yet ranked', () => {
  expect(bestOf([row('a', 0.2, 0.01), row('b', 0.1, 0.01, 1)])?.row.key).toBe('a')
  expect(bestOf([row('b', 0.1, 0.01, 1)])).toBeUndefined()
})

test('the curves drawn first are those of the least error, then those that are under way', () => {
  const some = rowsOf(cells(plan, 4))
  expect(bestRows(some, 3)).toEqual(
    sortedRows(some, { by: 'error', down: false }, titleOf)
      .slice(0, 3)
      .map(({ key }) => key),
  )
  expect(bestRows(some, 8)).toHaveLength(5)
})

test('a band is there where two seeds or more have the step', () => {
  const [first] = rowsOf(comparison.runs)
  const points = curveOf(first!, 'error')
  expect(points).toHaveLength(20)
  expect(points.every(({ low, value, high }) => low! <= value && value <= high! && low! >= 0)).toBe(true)
  const alone = curveOf({ cells: first!.cells.slice(0, 1) }, 'loss')
  expect(alone.every(({ low, high }) => low === undefined && high === undefined)).toBe(true)
})

test('seeds that failed of one reason are told together, apart from notices', () => {
  const problem = { code: 'training-stopped', message: 'The loss became infinite.' }
  const failed = { state: 'failed', problem } as const
  const [a, b, c] = rows[0]!.cells
  const notices = [{ code: 'out-of-memory', message: 'A step takes 32 pictures.' }]
  const remarks = remarksOf({
    ...rows[0]!,
    cells: [
      { ...a!, ...failed },
      { ...b!, ...failed },
      { ...c!, notices },
    ],
  })
  expect(remarks).toEqual([
    { seeds: [0, 1], failed: true, message: 'The loss became infinite.' },
    { seeds: [2], failed: false, message: 'A step takes 32 pictures.' },
  ])
})
