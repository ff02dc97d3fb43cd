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

  const put = (live: LiveRun, change: Partial<Run>) => {
    live.stored = { ...live.stored, run: { ...live.stored.run, ...change } }
  }

  return {
    /** On the disk before the window hears of it. */
    become(live: LiveRun, state: RunState, change: Partial<Run> = {}): void {
      steps.delete(live.id)
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
        case 'point':
          store.addPoint(live.id, event.point)
          put(live, { rate: event.point.picturesPerSecond })
          fresh.set(live.id, [...(fresh.get(live.id) ?? []), event.point])
          return soon(live)
        case 'saved':
          put(live, { step: event.step, savedAt: Date.now() })
          store.put(live.stored)
          return soon(live)
        case 'notice':
          return this.notice(live, [event.problem])
        case 'map':
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
