import { AppError } from '../contract/errors.ts'
import type { Cell, Comparison, ComparisonState } from '../contract/lab.ts'
import type { Core } from './core.ts'
import { createProgress } from './progress.ts'
import type { Run } from './run.ts'

/** Events wake the loop; the timer is for an event that is lost. */
const WAKE_MS = 500

const OVER: ReadonlySet<ComparisonState> = new Set(['done', 'cancelled', 'failed', 'paused', 'interrupted'])

/**
 * Follows a comparison until it is over or waits, handing out its runs as they end. Ctrl+C pauses it.
 * @throws AppError cancelled once it is paused so
 */
export async function followComparison(
  core: Core,
  run: Run,
  { id, title }: Comparison,
  onCell: (cell: Cell) => void,
): Promise<Comparison> {
  const progress = createProgress(title)
  const told = new Set<number>()
  let wake = () => {}
  const stopListening = core.onEvent((event) => {
    if (event.type === 'comparison' && event.comparison.id === id) wake()
  })
  const pause = () =>
    void core.api.pauseComparison(id).then(
      () => wake(),
      () => wake(),
    )
  run.signal.addEventListener('abort', pause, { once: true })
  if (run.signal.aborted) pause()
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => (wake = resolve))
      const now = await core.api.comparison(id)
      const { steps } = now.plan
      for (const cell of now.runs) {
        if ((cell.state !== 'done' && cell.state !== 'failed') || told.has(cell.index)) continue
        told.add(cell.index)
        onCell(cell)
      }
      const taken = now.runs.reduce((sum, cell) => sum + (cell.state === 'failed' ? steps : cell.step), 0)
      progress.update(taken, steps * now.cells)
      if (now.state === 'paused' && run.signal.aborted)
        throw new AppError('cancelled', `${title} is paused; --resume ${id} goes on with it.`)
      if (OVER.has(now.state)) return now
      await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, WAKE_MS))])
    }
  } finally {
    run.signal.removeEventListener('abort', pause)
    stopListening()
    progress.end()
  }
}
