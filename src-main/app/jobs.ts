import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AppEvent } from '../contract/api.ts'
import { asAppError, AppError } from '../contract/errors.ts'
import type { IdentifyRow, ImportRow, Job, Profile } from '../contract/types.ts'
import { openJobRows, type JobRows } from './job-rows.ts'
import { newToken } from './pictures.ts'

/** What a job's work may do with it. */
export interface Control {
  readonly job: string
  readonly signal: AbortSignal
  setTotal(total: number): void
  /** One file done, without a line. */
  count(failed: boolean): void
  /** One file done, with its line of the result. */
  add(row: IdentifyRow | ImportRow): void
}

interface Running {
  job: Job
  readonly cancel: AbortController
  readonly rows: JobRows
  /** When the last files were done, milliseconds of a clock that only goes forward. */
  readonly finished: number[]
  fresh: IdentifyRow[]
  timer: NodeJS.Timeout | undefined
}

export type Jobs = ReturnType<typeof createJobs>

/** At most four events a second and job. */
const PAUSE = 250
/** The rate is that of this many milliseconds. */
const WINDOW = 10_000
/** So many jobs that have ended keep their rows. */
const KEPT = 20

export function createJobs(folder: string, emit: (event: AppEvent) => void, onBug: (error: unknown) => void) {
  rmSync(folder, { recursive: true, force: true })
  const running = new Map<string, Running>()

  function tell(one: Running): void {
    clearTimeout(one.timer)
    one.timer = undefined
    measure(one)
    if (one.fresh.length > 0) emit({ type: 'identify-rows', job: one.job.id, rows: one.fresh })
    one.fresh = []
    emit({ type: 'job', job: one.job })
  }

  function soon(one: Running): void {
    one.timer ??= setTimeout(() => tell(one), PAUSE)
  }

  function find(id: string): Running {
    const one = running.get(id)
    if (!one) throw new AppError('not-found', 'This job is no longer known. Start it again.')
    return one
  }

  function forgetOldest(): void {
    const ended = [...running.values()].filter((one) => isOver(one.job))
    for (const { job, rows } of ended.slice(0, Math.max(0, ended.length - KEPT))) {
      rows.close()
      running.delete(job.id)
    }
  }

  function end(one: Running, state: 'done' | 'cancelled' | 'failed', error?: unknown): void {
    if (isOver(one.job)) return
    const { id, kind, title, profile, done, total, failed, startedAt } = one.job
    const problem = error === undefined ? undefined : asAppError(error)
    if (problem?.code === 'internal') onBug(error)
    one.job = {
      id,
      kind,
      title,
      profile,
      state,
      done,
      failed,
      startedAt,
      ...(state === 'done' ? { total: done } : total !== undefined && { total }),
      ...(problem && { error: { code: problem.code, message: problem.message } }),
    }
    one.finished.length = 0
    tell(one)
  }

  return {
    start(kind: Job['kind'], title: string, profile: Profile, work: (control: Control) => Promise<void>): Job {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      const id = newToken()
      const one: Running = {
        job: { id, kind, title, profile, state: 'running', done: 0, failed: 0, startedAt: Date.now() },
        cancel: new AbortController(),
        rows: openJobRows(join(folder, `${id}.rows`)),
        finished: [],
        fresh: [],
        timer: undefined,
      }
      running.set(id, one)
      forgetOldest()
      const { signal } = one.cancel
      const control: Control = {
        job: id,
        signal,
        setTotal(total) {
          one.job = { ...one.job, total }
          soon(one)
        },
        count(failed) {
          if (signal.aborted) return
          one.job = { ...one.job, done: one.job.done + 1, failed: one.job.failed + Number(failed) }
          one.finished.push(performance.now())
          soon(one)
        },
        add(row) {
          if (signal.aborted) return
          one.rows.append(row)
          if (kind === 'identify') one.fresh.push(row as IdentifyRow)
          control.count('error' in row || ('reason' in row && row.reason?.code !== 'same-picture'))
        },
      }
      work(control).then(
        () => end(one, signal.aborted ? 'cancelled' : 'done'),
        (error: unknown) => (signal.aborted ? end(one, 'cancelled') : end(one, 'failed', error)),
      )
      emit({ type: 'job', job: one.job })
      return one.job
    },
    list: (): Job[] => [...running.values()].map((one) => one.job),
    get: (id: string): Job => find(id).job,
    /** The work stops between two files; what was in flight is dropped. */
    cancel(id: string): Job {
      const one = find(id)
      if (!isOver(one.job)) {
        one.cancel.abort()
        end(one, 'cancelled')
      }
      return one.job
    },
    rows(id: string, kind: Job['kind'], offset: number, limit: number): { rows: unknown[]; total: number } {
      const { job, rows } = find(id)
      if (job.kind !== kind) throw new AppError('wrong-use', `This job is no ${kind} job.`)
      return { rows: rows.read(offset, limit), total: rows.count() }
    },
    close(): void {
      for (const one of running.values()) {
        one.cancel.abort()
        clearTimeout(one.timer)
        one.rows.close()
      }
      running.clear()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const isOver = (job: Job) => job.state === 'done' || job.state === 'cancelled' || job.state === 'failed'

/** Files a second over the last seconds, once there are two to measure between. */
function measure(one: Running): void {
  const now = performance.now()
  const { finished } = one
  const first = finished.findIndex((at) => now - at <= WINDOW)
  finished.splice(0, first < 0 ? finished.length : first)
  const span = (now - (finished[0] ?? now)) / 1000
  if (finished.length < 2 || span <= 0) return
  const rate = (finished.length - 1) / span
  const left = one.job.total === undefined ? undefined : (one.job.total - one.job.done) / rate
  one.job = { ...one.job, rate, ...(left !== undefined && { secondsLeft: Math.max(0, left) }) }
}
