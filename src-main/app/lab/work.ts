import { asAppError, AppError } from '../../contract/errors.ts'
import type { ErrorCode } from '../../contract/errors.ts'
import type { Trainer } from '../../contract/trainer-api.ts'
import type { Parts } from '../parts.ts'
import { isOver, type LiveComparison, type Teller } from './live-comparison.ts'
import { spentOn, type UnderWay } from './pace.ts'
import { prepare, type Prepared } from './prepare.ts'
import { split } from './split.ts'
import { without, type LabStore } from './store.ts'

/** What is no fault of a single run: the queue ends with it, or goes on in another process. */
const OF_ALL: ReadonlySet<ErrorCode> = new Set([
  'engine-stopped',
  'out-of-memory',
  'disk-full',
  'read-only',
  'backend-unavailable',
  'cancelled',
])

/**
 * All runs of a comparison that are not over, one after the other in one process.
 * @returns 'paused' when a pause was asked for and the run under way ended by itself; 'again' when the next one takes another process,
 * because this one computes on a slower backend for a single run
 * @throws AppError as the engine, the trainer and the disk give them
 */
export async function work(
  parts: Parts,
  store: LabStore,
  teller: Teller,
  live: LiveComparison,
  trainer: Trainer,
): Promise<'done' | 'paused' | 'again'> {
  const { signal } = live.cancel
  const [ready, set] = await Promise.all([
    trainer.api.ready(),
    prepare(parts, live.stored, trainer, signal, (read) => teller.read(live, read)),
  ])
  signal.throwIfAborted()
  mustTeachAll(set)
  const { plan, picture } = live.stored
  const first = split(set, plan, 0)
  teller.become(live, 'running', {
    backend: ready.backend,
    computed: `${ready.label}, ${ready.device}`,
    sha256: set.sha256,
    facts: {
      ...{ classes: set.classes, labelled: first.labelled.length, unlabelled: first.unlabelled.length },
      ...{ test: first.asked.length, ...picture, lost: set.lost },
    },
  })
  for (const { index } of live.cells.filter((cell) => !isOver(cell))) {
    if (live.stored.state === 'pausing') return 'paused'
    await one(parts, store, teller, live, trainer, set, index)
    const { trouble } = live.stored
    live.stored = without(live.stored, 'trouble')
    if (trouble?.backend !== undefined) return live.stored.state === 'pausing' ? 'paused' : 'again'
  }
  return 'done'
}

async function one(
  parts: Parts,
  store: LabStore,
  teller: Teller,
  live: LiveComparison,
  trainer: Trainer,
  set: Prepared,
  index: number,
): Promise<void> {
  const { plan, picture } = live.stored
  const { loss, network, method, dimensions, seed } = live.cells[index]!
  const at: UnderWay = { cell: index, since: performance.now(), before: live.cells[index]!.took ?? 0 }
  live.at = at
  teller.cell(live, index, { state: 'running' })
  let over: Parameters<Teller['cell']>[2]
  try {
    const result = await trainer.api.trial({
      folder: store.checkpointsOf(live.id, index),
      ...{ loss, network, method, dimensions, seed, picture, classes: set.classes },
      ...{ steps: plan.steps, batch: plan.batch },
      ...split(set, plan, seed),
    })
    over = { state: 'done', step: plan.steps, took: spentOn(live.at), result }
  } catch (error) {
    live.cancel.signal.throwIfAborted()
    const { code, message } = asAppError(error)
    if (OF_ALL.has(code)) throw error
    if (code === 'internal') parts.onBug(error)
    over = { state: 'failed', problem: { code, message } }
  }
  live.cancel.signal.throwIfAborted()
  finish(store, teller, live, index, over)
}

/** Stored before the next begins. */
export function finish(
  store: LabStore,
  teller: Teller,
  live: LiveComparison,
  index: number,
  over: Parameters<Teller['cell']>[2],
): void {
  live.at = undefined
  teller.cell(live, index, over)
  store.dropCheckpoints(live.id, index)
}

/** Where every class needs a picture to learn from. @throws AppError not-trainable */
function mustTeachAll({ labels, test, classes }: Prepared): void {
  const taught = new Set<number>()
  labels.forEach((label, row) => test[row] || taught.add(label))
  if (taught.size === classes && classes > 1) return
  throw new AppError(
    'not-trainable',
    'Of one class no picture to learn from can be read. Bring it back, or take the class out.',
  )
}
