import { AppError, ERROR_CODES } from '../contract/errors.ts'
import type { Job } from '../contract/types.ts'
import type { Core } from './core.ts'
import { createProgress } from './progress.ts'
import type { Run } from './run.ts'

const PAGE = 200
/** Events wake the loop; the timer is for an event that is lost. */
const WAKE_MS = 500

type Page<Row> = (request: { job: string; offset: number; limit: number }) => Promise<{ rows: Row[]; total: number }>

/**
 * Hands out a job's rows in order, as they come, until the job ends. Ctrl+C cancels the job; rows made until then are given.
 * @throws AppError when the job fails or is cancelled
 */
export async function followJob<Row>(
  core: Core,
  run: Run,
  started: Job,
  page: Page<Row>,
  onRow: (row: Row) => void,
): Promise<Job> {
  const progress = createProgress(started.title)
  let wake = () => {}
  const stopListening = core.onEvent((event) => {
    if (event.type === 'job' && event.job.id === started.id) wake()
    if (event.type === 'identify-rows' && event.job === started.id) wake()
  })
  const cancel = () =>
    void core.api.cancelJob(started.id).then(
      () => wake(),
      () => wake(),
    )
  run.signal.addEventListener('abort', cancel, { once: true })
  if (run.signal.aborted) cancel()
  try {
    let offset = 0
    for (;;) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      const job = (await core.api.jobs()).find((one) => one.id === started.id) ?? started
      const ended = job.state !== 'running' && job.state !== 'cancelling'
      const { rows, total } = await page({ job: started.id, offset, limit: PAGE })
      rows.forEach(onRow)
      offset += rows.length
      progress.update(job.done, job.total)
      if (ended && (offset >= total || rows.length === 0)) return outcome(job)
      if (rows.length < PAGE) await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, WAKE_MS))])
    }
  } finally {
    run.signal.removeEventListener('abort', cancel)
    stopListening()
    progress.end()
  }
}

function outcome(job: Job): Job {
  if (job.state === 'cancelled') throw new AppError('cancelled', 'Cancelled; what was done until then is kept.')
  if (job.state === 'failed') {
    const { code, message } = job.error ?? { code: 'internal', message: 'The run failed.' }
    throw new AppError(ERROR_CODES.find((one) => one === code) ?? 'internal', message)
  }
  return job
}
