import { expect, test } from 'vitest'
import { secondsLeft, type UnderWay } from '../../../src-main/app/lab/pace.ts'
import { cellsOf } from '../../../src-main/app/lab/plan.ts'
import type { Cell, CellResult, ComparisonPlan } from '../../../src-main/contract/lab.ts'
import { planOf } from './fixture.ts'

const plan = planOf({ networks: ['residual', 'vgg'], seeds: 2, steps: 100, batch: 50, labelled: 10 })
const facts = {
  classes: 10,
  labelled: 100,
  unlabelled: 59_900,
  test: 10_000,
  width: 28,
  height: 28,
  channels: 1,
  lost: 0,
} as const
const result: CellResult = {
  ...{ error: 0.1, nearest: 0.1, training: 0, trials: 10_000 },
  ...{ seconds: 4, parameters: 1000, macs: 5000 },
}
const cellsWith = (change: Readonly<Record<number, Partial<Cell>>>, of: ComparisonPlan = plan) =>
  cellsOf(of).map((cell) => ({ ...cell, ...change[cell.index] }))
const done = (took?: number): Partial<Cell> => ({
  ...{ state: 'done', step: 100, result },
  ...(took !== undefined && { took }),
})
/** A run that this process took up so many seconds ago, that began with its steps the second after and told of the newest so many seconds ago. */
const underWay = (cell: number, seconds: number, before = 0, silent = 0): UnderWay => ({
  ...{ cell, before, since: performance.now() - 1000 * seconds },
  began: { at: performance.now() - 1000 * (seconds - 1), step: 0, told: performance.now() - 1000 * silent },
})

test('what is left counts measuring, by the whole time of the runs that are over', () => {
  // 4 s of training each, but 64 and 104 s from beginning to end.
  const cells = cellsWith({ 0: done(64), 1: done(104) })
  expect(secondsLeft(cells, { plan, facts }, undefined)).toBeCloseTo(64 + 104)
  expect(secondsLeft(cellsWith({ 0: done(), 1: done() }), { plan, facts }, undefined)).toBeCloseTo(8)
})

test('of a run under way only the rest is left, also while it is measured', () => {
  const cells = cellsWith({ 0: done(64), 1: done(104), 2: { state: 'running', step: 50 } })
  expect(secondsLeft(cells, { plan, facts }, underWay(2, 3))).toBeCloseTo(61 + 104, 0)
  // Seconds that a process before this one spent on it are gone too.
  expect(secondsLeft(cells, { plan, facts }, underWay(2, 3, 10))).toBeCloseTo(51 + 104, 0)
  cells[2] = { ...cells[2]!, step: 100 }
  expect(secondsLeft(cells, { plan, facts }, underWay(2, 9))).toBeCloseTo(55 + 104, 0)
  expect(secondsLeft(cells, { plan, facts }, underWay(2, 900))).toBeCloseTo(104, 0)
})

test('a run that is slower than those before it still has its steps to do', () => {
  const cells = cellsWith({ 0: done(64), 1: done(104), 2: { state: 'running', step: 10 } })
  expect(secondsLeft(cells, { plan, facts }, underWay(2, 101))).toBeCloseTo(900 + 104, 0)
})

test('until a run is over its own pace counts, with the pictures that will be asked', () => {
  const cells = cellsWith({ 0: { state: 'running', step: 50 } })
  // 10 s for 50 steps of 50 pictures and as many without names; 10,100 pictures to ask are as much work as 33.7 steps.
  const whole = 0.2 * (100 + 10_100 / 3 / 100)
  expect(secondsLeft(cells, { plan, facts }, underWay(0, 11))).toBeCloseTo(4 * whole - 11, 0)
  // While it is measured no step is told of, which does not slow its steps down.
  cells[0] = { ...cells[0]!, step: 100 }
  expect(secondsLeft(cells, { plan, facts }, underWay(0, 25, 0, 4))).toBeCloseTo(4 * whole - 25, 0)
  cells[0] = { ...cells[0]!, step: 50 }
  const few = { ...facts, test: 0, labelled: 0 }
  expect(secondsLeft(cells, { plan, facts: few }, underWay(0, 11))).toBeCloseTo(3 * 20 + 50 * 0.2, 0)
  expect(secondsLeft(cellsWith({ 0: { state: 'running', step: 3 } }), { plan, facts }, underWay(0, 11))).toBeUndefined()
})

test('a method that was not measured yet is judged by its own pace, not by another one’s', () => {
  const both = planOf({ ...plan, networks: ['residual'], methods: ['direct', 'noisy-student'], seeds: 1 })
  const cells = cellsWith({ 0: done(5), 1: { state: 'running', step: 50 } }, both)
  const left = secondsLeft(cells, { plan: both, facts: { ...facts, test: 0, labelled: 0 } }, underWay(1, 101))
  expect(left).toBeCloseTo(99 + 0, -1)
})

test('what a paused run has taken is not left again', () => {
  const cells = cellsWith({ 0: done(64), 1: done(104), 2: { step: 50, took: 30 }, 3: { state: 'failed' } })
  expect(secondsLeft(cells, { plan, facts }, undefined)).toBeCloseTo(34)
})
