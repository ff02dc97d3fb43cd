import { AppError } from '../contract/errors.ts'
import type { Run as LearningRun, RunPoint } from '../contract/types.ts'
import type { Core } from './core.ts'
import { createProgress } from './progress.ts'
import type { Run } from './run.ts'

/** Events wake the loop; the timer is for an event that is lost. */
const WAKE_MS = 500

const OVER: ReadonlySet<LearningRun['state']> = new Set([
  'done',
  'stopped',
  'cancelled',
  'failed',
  'paused',
  'interrupted',
])

/**
 * Follows a run until it is over or waits, handing out its points as they come. Ctrl+C cancels it.
 * @throws AppError cancelled
 */
export async function followRun(
  core: Core,
  run: Run,
  started: LearningRun,
  onPoint: (point: RunPoint) => void,
): Promise<LearningRun> {
  const progress = createProgress(started.title)
  /** Points that were read, and the last one that was handed out. */
  let seen = 0
  let last: Pick<RunPoint, 'step' | 'heldOut'> = { step: -1 }
  let wake = () => {}
  const stopListening = core.onEvent((event) => {
    if (event.type === 'run' && event.run.id === started.id) wake()
    if (event.type !== 'run-points' || event.run !== started.id) return
    if (event.from !== undefined) {
      // It went back: what comes now is handed out again.
      if (last.step > event.from) last = { step: event.from }
      seen = 0
    }
    wake()
  })
  const cancel = () =>
    void core.api.cancelRun(started.id).then(
      () => wake(),
      () => wake(),
    )
  run.signal.addEventListener('abort', cancel, { once: true })
  if (run.signal.aborted) cancel()
  let told = 0
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      const now = (await core.api.runs()).find((one) => one.id === started.id) ?? started
      // The last one is read again: what is measured at the end is added to it.
      const from = Math.max(0, seen - 1)
      const asked = seen
      const points = await core.api.runPoints({ run: started.id, from })
      if (seen !== asked) continue
      for (const point of points) if (isNews(point, last)) onPoint((last = point))
      seen = from + points.length
      for (const { message } of now.notices.slice(told)) run.output.note(message)
      told = now.notices.length
      progress.update(now.step, now.steps)
      if (now.state === 'cancelled')
        throw new AppError('cancelled', 'Cancelled; what was saved is kept until the run is deleted.')
      if (OVER.has(now.state)) return now
      await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, WAKE_MS))])
    }
  } finally {
    run.signal.removeEventListener('abort', cancel)
    stopListening()
    progress.end()
  }
}

/** A later point, or the same one with what was measured at the end. */
const isNews = (point: RunPoint, last: Pick<RunPoint, 'step' | 'heldOut'>): boolean =>
  point.step > last.step || (point.step === last.step && point.heldOut?.error !== last.heldOut?.error)
