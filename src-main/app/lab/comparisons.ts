import { arch, availableParallelism, cpus, platform, totalmem } from 'node:os'
import { asAppError, AppError } from '../../contract/errors.ts'
import type { Comparison, ComparisonPlan, ComparisonState, ComparisonSummary, LabData } from '../../contract/lab.ts'
import { inputOf } from '../learning/scratch.ts'
import { noBackendLeft, slowerBackend } from '../learning/slower-backend.ts'
import type { Parts } from '../parts.ts'
import { newToken } from '../pictures.ts'
import { readIdx } from './idx.ts'
import { lookAt, type LookedAt } from './lab-data.ts'
import { createTeller, summaryOf, wholeOf, type LiveComparison } from './live-comparison.ts'
import { endedTwice, endedWithProgram, outcome } from './outcome.ts'
import { mustBePossible, type PictureShape } from './plan.ts'
import { openLabStore, without, type StoredComparison } from './store.ts'
import { finish, work } from './work.ts'

/** States that end with the program. */
const OPEN: ReadonlySet<ComparisonState> = new Set(['waiting', 'preparing', 'running', 'pausing'])
/** States from which a comparison can go on. */
const GOES_ON: ReadonlySet<ComparisonState> = new Set(['paused', 'interrupted'])
/** So often may the process of one run end by itself before the run is given up. */
const ENDS = 2

export type Comparisons = ReturnType<typeof createComparisons>

/** Comparisons of this gallery; one learns at a time, the others wait in line. */
export function createComparisons(parts: Parts) {
  const store = openLabStore(parts.dataFolder, parts.gallery.seal)
  const teller = createTeller(store, parts.emit)
  const all = new Map<string, LiveComparison>()
  let line: string[] = []
  let closing = false

  for (const stored of store.list().sort((a, b) => a.startedAt - b.startedAt)) {
    const live = liveOf(stored)
    all.set(live.id, live)
    if (OPEN.has(stored.state)) teller.become(live, 'interrupted', { problem: endedWithProgram })
  }
  parts.turn.ask(() => {
    const busy = [...all.values()].find((live) => live.trainer)
    return busy && { kind: 'comparison', title: busy.stored.title }
  })

  function liveOf(stored: StoredComparison): LiveComparison {
    const cells = store.cells(stored)
    return { id: stored.id, stored, cells, cancel: new AbortController(), done: Promise.resolve() }
  }

  function find(id: string): LiveComparison {
    const live = all.get(id)
    if (!live) throw new AppError('not-found', 'This comparison is no longer kept.')
    return live
  }

  /** @throws AppError wrong-use while a run learns; another comparison is waited for */
  function beginOrWait(live: LiveComparison): void {
    const busy = parts.turn.learner()
    if (busy?.kind === 'run') parts.turn.mustBeFree()
    if (!busy) return begin(live)
    line.push(live.id)
    teller.become(live, 'waiting')
  }

  function next(): void {
    if (closing || parts.turn.learner()) return
    const id = line.shift()
    if (id === undefined) return
    try {
      begin(find(id))
    } catch (error) {
      fail(find(id), error)
    }
  }

  /** Works on a comparison until it is done, waits or fails; its promise never rejects. @throws AppError disk-full, before it begins */
  function begin(live: LiveComparison): void {
    const fresh: LiveComparison = { ...live, at: undefined, read: undefined, cancel: new AbortController() }
    all.set(live.id, fresh)
    teller.become(fresh, 'preparing')
    const trainer = parts.startTrainer((event) => {
      if (fresh.trainer !== trainer || closing) return
      try {
        teller.heard(fresh, event)
      } catch (error) {
        fail(fresh, error)
      }
    }, fresh.stored.trouble?.backend)
    fresh.trainer = trainer
    let how = ''
    void trainer.ended.then((text) => (how = text))
    fresh.done = work(parts, store, teller, fresh, trainer)
      .then((end) => {
        if (fresh.trainer !== trainer) return
        if (end === 'again') return goOn(fresh)
        teller.become(fresh, end)
      })
      .catch(async (error: unknown) => {
        // Cancelled, paused or closed: whoever did it has said so.
        if (fresh.trainer !== trainer || closing) return
        // How it ended is known a moment later; another engine than the trainer may be the one that stopped.
        if (asAppError(error).code === 'engine-stopped')
          await Promise.race([trainer.ended, new Promise((done) => setTimeout(done, 500))])
        if (fresh.trainer === trainer) mend(fresh, error, how)
      })
      .catch((error: unknown) => fail(fresh, error))
      .finally(() => {
        if (fresh.trainer === trainer) fresh.trainer = undefined
        trainer.kill()
        next()
      })
  }

  /** What is the fault of one run does not end the others. */
  function mend(live: LiveComparison, error: unknown, how: string): void {
    const { code } = asAppError(error)
    const { backend, trouble } = live.stored
    const cell = live.at?.cell ?? trouble?.cell
    if (cell === undefined) return fail(live, error)
    const slower = slowerBackend(
      { run: { ...(backend && { backend }) }, ...(trouble?.backend && { backend: trouble.backend }) },
      error,
    )
    const ends = (trouble?.ends ?? 0) + 1
    const again = { cell, ends: trouble?.ends ?? 0, ...(trouble?.backend && { backend: trouble.backend }) }
    if (slower) live.stored = { ...live.stored, trouble: { ...again, backend: slower } }
    else if (code === 'engine-stopped' && ends < ENDS) live.stored = { ...live.stored, trouble: { ...again, ends } }
    else if (code === 'engine-stopped') giveUp(live, cell, endedTwice(how))
    else if (code === 'out-of-memory' || trouble?.backend) giveUp(live, cell, noBackendLeft)
    else return fail(live, error)
    goOn(live)
  }

  function giveUp(live: LiveComparison, cell: number, problem: { code: string; message: string }): void {
    live.stored = without(live.stored, 'trouble')
    finish(store, teller, live, cell, { state: 'failed', problem })
  }

  /** In another process. */
  function goOn(live: LiveComparison): void {
    const pausing = live.stored.state === 'pausing'
    release(live)
    if (pausing) teller.become(live, 'paused')
    else begin(live)
  }

  function fail(live: LiveComparison, error: unknown): void {
    release(live)
    const { state, problem } = outcome(error)
    if (problem.code === 'internal') parts.onBug(error)
    try {
      teller.become(live, state, { problem })
    } catch (full) {
      // On a full disk the state before stays written, which after a restart is an interrupted comparison: nothing is lost by it.
      if (asAppError(full).code === 'internal') parts.onBug(full)
      live.stored = { ...live.stored, state, problem }
      teller.tell(live)
    }
  }

  /** Ends the trainer at once; the comparison is then nobody's until it is begun again. */
  function release(live: LiveComparison): void {
    const { trainer, at } = live
    live.trainer = undefined
    live.at = undefined
    live.cancel.abort()
    trainer?.kill()
    line = line.filter((id) => id !== live.id)
    if (at && live.cells[at.cell]!.state === 'running')
      live.cells[at.cell] = { ...live.cells[at.cell]!, state: 'waiting' }
  }

  function folderOf(token: string): string {
    const source = parts.pictures.source(token)
    if (!('path' in source)) throw new AppError('wrong-use', 'A comparison needs a folder.')
    return source.path
  }

  async function shapeOf(folder: string, { layout }: LookedAt): Promise<PictureShape> {
    if (layout !== 'idx') return inputOf(parts, folder, undefined)
    const { width, height } = await readIdx(folder)
    return { width, height, channels: 1 }
  }

  return {
    store,
    find,
    async data(token: string): Promise<LabData> {
      return { folder: token, ...(await lookAt(folderOf(token))) }
    },
    async start(request: { folder: string; plan: ComparisonPlan }): Promise<Comparison> {
      const { plan } = request
      const folder = folderOf(request.folder)
      const data = await lookAt(folder)
      const picture = await shapeOf(folder, data)
      const losses = (await parts.engine.losses()).map(({ name }) => name)
      mustBePossible(plan, data, picture, losses)
      if (parts.turn.learner()?.kind === 'run') parts.turn.mustBeFree()
      const numbers = [...all.values()].map(({ stored }) => Number(stored.title.replace(/\D/g, '')))
      const id = newToken()
      const stored: StoredComparison = {
        ...{ id, folder, plan, picture, layout: data.layout, data: data.name, machine: machine() },
        ...{ title: `Comparison ${Math.max(0, ...numbers) + 1}`, state: 'waiting', startedAt: Date.now() },
      }
      store.add(stored)
      const live = liveOf(stored)
      all.set(id, live)
      beginOrWait(live)
      return wholeOf(find(id))
    },
    list: (): ComparisonSummary[] => [...all.values()].map(summaryOf).reverse(),
    show: (id: string): Comparison => wholeOf(find(id)),
    async pause(id: string): Promise<Comparison> {
      const live = find(id)
      const { trainer } = live
      const { state, title } = live.stored
      if (!OPEN.has(state) || state === 'pausing')
        throw new AppError('wrong-use', `${title} is ${state}; only a comparison at work can be paused.`)
      if (trainer && state === 'running') {
        teller.become(live, 'pausing')
        await Promise.race([trainer.api.pause().catch(() => undefined), live.done])
        // It may have ended in the meantime, one way or the other.
        if (live.trainer !== trainer || live.stored.state !== 'pausing') return wholeOf(find(id))
      }
      release(live)
      teller.become(live, 'paused')
      next()
      return wholeOf(live)
    },
    async resume(id: string): Promise<Comparison> {
      const live = find(id)
      const { state, title } = live.stored
      if (!GOES_ON.has(state))
        throw new AppError('wrong-use', `${title} is ${state}; only a paused or interrupted comparison goes on.`)
      beginOrWait(live)
      return wholeOf(find(id))
    },
    async cancel(id: string): Promise<Comparison> {
      const live = find(id)
      if (!OPEN.has(live.stored.state) && !GOES_ON.has(live.stored.state)) return wholeOf(live)
      release(live)
      live.cells.forEach(({ index }) => store.dropCheckpoints(id, index))
      teller.become(live, 'cancelled')
      next()
      return wholeOf(live)
    },
    async remove(id: string): Promise<void> {
      const live = find(id)
      if (live.trainer) throw new AppError('wrong-use', `${live.stored.title} is at work. Cancel it first.`)
      release(live)
      store.remove(id)
      all.delete(id)
      // Among them are pixels of its pictures.
      if (live.stored.layout !== 'idx') parts.features.empty()
    },
    close(): void {
      closing = true
      for (const live of all.values()) release(live)
      teller.close()
    },
  }
}

/** For whoever reads the report. */
function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const memory = `${Math.round(totalmem() / 1024 ** 3)} GiB`
  const cores = availableParallelism()
  return `${model}, ${cores} ${cores === 1 ? 'core' : 'cores'}, ${memory}, ${platform()} ${arch()}`
}
