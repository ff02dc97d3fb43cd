import type { RunStore, StoredRun } from './run-store.ts'
import type { AppEvent } from '../../contract/api.ts'
import type { Problem, Run, RunPoint, RunState } from '../../contract/types.ts'
import type { Trainer, TrainerEvent } from '../../contract/trainer-api.ts'

/** At most so often (milliseconds) is the window told how far a run is. */
const PAUSE = 250
/** Speed is that of this many milliseconds. */
const WINDOW = 15_000

/** A run that this process knows; at most one of them has a trainer. */
export interface LiveRun {
  readonly id: string
  stored: StoredRun
  trainer?: Trainer | undefined
  readonly cancel: AbortController
  /** Settles when the trainer is gone and its state is on the disk. */
  done: Promise<void>
}

/** Changes what is shown of a run, tells the window, and writes it where asked. */
export function createTeller(store: RunStore, emit: (event: AppEvent) => void) {
  const waiting = new Map<string, NodeJS.Timeout>()
  const fresh = new Map<string, RunPoint[]>()
  const steps = new Map<string, { at: number; step: number }[]>()
  /** Seconds of work that lie behind the trainer's own. */
  const worked = new Map<string, number>()

  function tell(live: LiveRun): void {
    clearTimeout(waiting.get(live.id))
    waiting.delete(live.id)
    const points = fresh.get(live.id)
    fresh.delete(live.id)
    if (points) emit({ type: 'run-points', run: live.id, points })
    emit({ type: 'run', run: live.stored.run })
  }

  function soon(live: LiveRun): void {
    if (!waiting.has(live.id))
      waiting.set(
        live.id,
        setTimeout(() => tell(live), PAUSE),
      )
  }

  /** Steps still to go, at the speed of the last seconds. */
  function secondsLeft(live: LiveRun, step: number, of: number): number | undefined {
    const seen = steps.get(live.id) ?? []
    steps.set(live.id, seen)
    const at = performance.now()
    seen.push({ at, step })
    while (seen.length > 2 && at - seen[0]!.at > WINDOW) seen.shift()
    const [first] = seen
    const speed = (step - first!.step) / ((at - first!.at) / 1000)
    return speed > 0 && Number.isFinite(speed) ? (of - step) / speed : undefined
  }

  /** What is stored is a function of the step: later points go, and are made again. */
  function from(live: LiveRun, step: number): void {
    const { id } = live
    store.cutPoints(id, step)
    steps.delete(id)
    if (!worked.has(id)) worked.set(id, store.points(id).at(-1)?.seconds ?? 0)
    const waits = fresh.get(id)?.filter((point) => point.step <= step)
    if (waits) fresh.set(id, waits)
    emit({ type: 'run-points', run: id, points: [], from: step })
  }

  /** A point of the same step as the last one adds to it: what is measured at the end. */
  function add(live: LiveRun, told: RunPoint): void {
    const { id } = live
    const last = store.points(id).at(-1)
    const own = { ...told, seconds: told.seconds + (worked.get(id) ?? 0) }
    const same = last?.step === told.step
    const point = same ? { ...last, ...own, picturesPerSecond: last.picturesPerSecond } : own
    if (same) store.cutPoints(id, told.step - 1)
    store.addPoint(id, point)
    fresh.set(id, [...(fresh.get(id) ?? []), point])
  }

  const put = (live: LiveRun, change: Partial<Run>) => {
    live.stored = { ...live.stored, run: { ...live.stored.run, ...change } }
  }

  return {
    /** On the disk before the window hears of it. */
    become(live: LiveRun, state: RunState, change: Partial<Run> = {}): void {
      steps.delete(live.id)
      if (state === 'preparing') worked.delete(live.id)
      live.stored = { ...live.stored, run: { ...settled(live.stored.run), ...change, state } }
      store.put(live.stored)
      tell(live)
    },
    notice(live: LiveRun, problems: readonly Problem[]): void {
      if (problems.length === 0) return
      put(live, { notices: [...live.stored.run.notices, ...problems] })
      store.put(live.stored)
      soon(live)
    },
    heard(live: LiveRun, event: TrainerEvent): void {
      switch (event.type) {
        case 'progress': {
          const left = secondsLeft(live, event.step, event.steps)
          put(live, { step: event.step, steps: event.steps, ...(left !== undefined && { secondsLeft: left }) })
          return soon(live)
        }
        case 'from':
          from(live, event.step)
          put(live, { step: event.step })
          return soon(live)
        case 'point':
          add(live, event.point)
          put(live, { rate: event.point.picturesPerSecond })
          return soon(live)
        case 'saved':
          put(live, { step: event.step, savedAt: Date.now() })
          store.put(live.stored)
          return soon(live)
        case 'notice':
          return this.notice(live, [event.problem])
        case 'map':
        case 'cell':
        case 'evaluating':
          return undefined
      }
    },
    tell,
    soon,
    put,
    close(): void {
      for (const timer of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}

/** Without what only held in the state before. */
function settled(run: Run): Run {
  const rest: { -readonly [K in keyof Run]: Run[K] } = { ...run }
  delete rest.rate
  delete rest.secondsLeft
  delete rest.problem
  return rest
}

export type Teller = ReturnType<typeof createTeller>
