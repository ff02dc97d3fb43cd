import type { AppEvent } from '../../contract/api.ts'
import type { Cell, Comparison, ComparisonState, ComparisonSummary } from '../../contract/lab.ts'
import type { Trainer, TrainerEvent } from '../../contract/trainer-api.ts'
import { secondsLeft, spentOn, type UnderWay } from './pace.ts'
import { without, type LabStore, type StoredComparison } from './store.ts'

/** At most so often (milliseconds) is the window told how far a comparison is. */
const PAUSE = 250

/** A comparison that this process knows; at most one of them has a trainer. */
export interface LiveComparison {
  readonly id: string
  stored: StoredComparison
  readonly cells: Cell[]
  at?: UnderWay | undefined
  read?: number | undefined
  trainer?: Trainer | undefined
  readonly cancel: AbortController
  /** Settles when the trainer is gone and the state is on the disk. */
  done: Promise<void>
}

const OVER: ReadonlySet<Cell['state']> = new Set(['done', 'failed'])
export const isOver = ({ state }: Cell): boolean => OVER.has(state)

export function summaryOf(live: LiveComparison): ComparisonSummary {
  const { id, title, data, state, startedAt, problem } = live.stored
  const left = state === 'running' ? secondsLeft(live.cells, live.stored, live.at) : undefined
  return {
    ...{ id, title, data, state, startedAt },
    done: live.cells.filter(isOver).length,
    cells: live.cells.length,
    ...(state === 'preparing' && live.read !== undefined && { read: live.read }),
    ...(left !== undefined && { secondsLeft: left }),
    ...(problem && { problem }),
  }
}

export function wholeOf(live: LiveComparison): Comparison {
  const { plan, facts, backend } = live.stored
  return { ...summaryOf(live), plan, ...(facts && { facts }), ...(backend && { backend }), runs: [...live.cells] }
}

export type Teller = ReturnType<typeof createTeller>

/** Changes what is shown of a comparison, tells the window, and writes it where asked. */
export function createTeller(store: LabStore, emit: (event: AppEvent) => void) {
  const waiting = new Map<string, NodeJS.Timeout>()
  const fresh = new Map<string, Set<number>>()

  function tell(live: LiveComparison): void {
    clearTimeout(waiting.get(live.id))
    waiting.delete(live.id)
    for (const index of fresh.get(live.id) ?? [])
      emit({ type: 'comparison-cell', comparison: live.id, cell: live.cells[index]! })
    fresh.delete(live.id)
    emit({ type: 'comparison', comparison: summaryOf(live) })
  }

  function soon(live: LiveComparison): void {
    if (!waiting.has(live.id))
      waiting.set(
        live.id,
        setTimeout(() => tell(live), PAUSE),
      )
  }

  function change(live: LiveComparison, index: number, to: Partial<Cell>): Cell {
    const cell = { ...live.cells[index]!, ...to }
    live.cells[index] = cell
    fresh.set(live.id, (fresh.get(live.id) ?? new Set()).add(index))
    return cell
  }

  return {
    /** On the disk before the window hears of it. */
    become(live: LiveComparison, state: ComparisonState, to: Partial<StoredComparison> = {}): void {
      live.stored = { ...without(live.stored, 'problem'), ...to, state }
      store.put(live.stored)
      tell(live)
    },
    /** A run that begins, or is over; on the disk before the window hears of it. */
    cell(live: LiveComparison, index: number, to: Partial<Cell>): void {
      store.putCell(live.id, change(live, index, to))
      tell(live)
    },
    read(live: LiveComparison, count: number): void {
      live.read = count
      soon(live)
    },
    heard(live: LiveComparison, event: TrainerEvent): void {
      const { at } = live
      if (!at) return
      const index = at.cell
      const { curve } = live.cells[index]!
      switch (event.type) {
        case 'progress':
          live.at = { ...at, began: { at: performance.now(), step: event.step, ...at.began, told: performance.now() } }
          change(live, index, { step: event.step })
          return soon(live)
        case 'from':
          // What is shown is a function of the step: later points go, and are made again.
          live.at = { cell: index, since: at.since, before: event.step === 0 ? 0 : at.before }
          change(live, index, { step: event.step, curve: curve.filter(({ step }) => step <= event.step) })
          return soon(live)
        case 'cell':
          change(live, index, { curve: [...curve.filter(({ step }) => step < event.point.step), event.point] })
          return soon(live)
        case 'saved':
          store.putCell(live.id, change(live, index, { step: event.step, took: spentOn(at) }))
          return soon(live)
        case 'notice':
          store.putCell(
            live.id,
            change(live, index, { notices: [...(live.cells[index]!.notices ?? []), event.problem] }),
          )
          return soon(live)
        default:
          return undefined
      }
    },
    tell,
    close(): void {
      for (const timer of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
