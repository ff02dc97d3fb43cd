import { basename } from 'node:path'
import type { StartRunRequest } from '../../contract/learning-api.ts'
import { asAppError, AppError } from '../../contract/errors.ts'
import { NO_BASE } from '../../contract/model-file.ts'
import type { BackendName, OwnProfile, Profile, Run, RunMap, RunPoint, RunState } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { newToken } from '../pictures.ts'
import { createTeller, type LiveRun } from './live-run.ts'
import { endedWithProgram, erased, outcome } from './run-outcome.ts'
import { openRunStore, type StoredRun } from './run-store.ts'
import { slowerBackend } from './slower-backend.ts'
import { work } from './run-work.ts'
import { plannedScratch, type PlannedScratch } from './scratch.ts'
import type { TriageStore } from './triage-store.ts'

/** States in which a trainer works for a run. */
const WORKING: ReadonlySet<RunState> = new Set(['preparing', 'running', 'pausing', 'evaluating'])
/** States from which a run can go on. */
const WAITING: ReadonlySet<RunState> = new Set(['paused', 'interrupted'])

export type Runs = ReturnType<typeof createRuns>

/** Runs of this gallery; one learns at a time. */
export function createRuns(parts: Parts, triages: TriageStore) {
  const store = openRunStore(parts.dataFolder, parts.gallery.seal)
  const teller = createTeller(store, parts.emit)
  const all = new Map<string, LiveRun>()
  let closing = false
  parts.turn.ask(() => {
    const busy = [...all.values()].find((live) => live.trainer)
    return busy && { kind: 'run', title: busy.stored.run.title }
  })

  for (const stored of store.list().sort((a, b) => a.run.startedAt - b.run.startedAt)) {
    const live: LiveRun = { id: stored.run.id, stored, cancel: new AbortController(), done: Promise.resolve() }
    all.set(live.id, live)
    if (WORKING.has(stored.run.state)) teller.become(live, 'interrupted', { problem: endedWithProgram })
  }

  function find(id: string): LiveRun {
    const live = all.get(id)
    if (!live) throw new AppError('not-found', 'This run is no longer kept.')
    return live
  }

  /** Works on a run until it is done, waits or fails; never rejects. */
  function begin(live: LiveRun): void {
    const fresh: LiveRun = { ...live, cancel: new AbortController(), done: Promise.resolve() }
    all.set(live.id, fresh)
    teller.become(fresh, 'preparing')
    const trainer = parts.startTrainer((event) => {
      if (fresh.trainer !== trainer || closing) return
      try {
        if (event.type === 'map') mapOf(fresh, event.map)
        else if (event.type === 'evaluating') teller.become(fresh, 'evaluating')
        else teller.heard(fresh, event)
      } catch (error) {
        fail(fresh, error)
      }
    }, fresh.stored.backend)
    fresh.trainer = trainer
    let how = ''
    void trainer.ended.then((text) => (how = text))
    fresh.done = work(parts, store, teller, triages, fresh, trainer)
      .then((model) => {
        if (fresh.trainer === trainer) teller.become(fresh, 'done', { model })
      })
      .catch(async (error: unknown) => {
        // Cancelled, paused or closed: whoever did it has said so.
        if (fresh.trainer !== trainer || closing) return
        const backend = slowerBackend(fresh.stored, error)
        if (backend) return goOn(fresh, backend)
        // How it ended is known a moment later; another engine than the trainer may be the one that stopped.
        if (asAppError(error).code === 'engine-stopped')
          await Promise.race([trainer.ended, new Promise((done) => setTimeout(done, 500))])
        fail(fresh, error, how)
      })
      .finally(() => {
        if (fresh.trainer === trainer) fresh.trainer = undefined
        trainer.kill()
      })
  }

  /** The memory did not suffice: from the newest checkpoint on another backend, in another process. */
  function goOn(live: LiveRun, backend: BackendName): void {
    const pausing = live.stored.run.state === 'pausing'
    release(live)
    live.stored = { ...live.stored, backend }
    if (pausing) teller.become(live, 'paused')
    else begin(live)
  }

  function mapOf(live: LiveRun, map: Omit<RunMap, 'identities'>): void {
    const items = store.data(live.id)?.photos
    const item = map.item.map((row) => (row < 0 ? -1 : (items?.[row]?.item ?? row)))
    store.putMap(live.id, { ...map, item })
    parts.emit({ type: 'run-map', run: live.id, step: map.step })
  }

  function fail(live: LiveRun, error: unknown, how = ''): void {
    const trainer = live.trainer
    live.trainer = undefined
    trainer?.kill()
    const { state, problem } = outcome(error, how, live.stored.backend !== undefined)
    if (problem.code === 'internal') parts.onBug(error)
    try {
      teller.become(live, state, { problem })
    } catch (full) {
      // On a full disk the state before stays written, which after a restart is an interrupted run: nothing is lost by it.
      if (asAppError(full).code === 'internal') parts.onBug(full)
      teller.tell(live)
    }
  }

  /** What profiles will be called that runs are about to make. */
  const names = () =>
    [...all.values()].flatMap(({ stored: { run } }) =>
      run.profileName !== undefined && (WORKING.has(run.state) || WAITING.has(run.state)) ? [run.profileName] : [],
    )

  function start(request: StartRunRequest, scratch: PlannedScratch | undefined): Run {
    parts.turn.mustBeFree()
    const triage = request.triage === undefined ? undefined : triages.open(request.triage).stored
    if (triage?.refusal) throw new AppError('not-trainable', triage.refusal.message)
    if (triage && triage.profile !== request.profile)
      throw new AppError(
        'profile-mismatch',
        'The folder was looked through with another profile. Look through it again.',
      )
    const folder = triage?.folder ?? scratch!.folder
    const id = newToken()
    const made: OwnProfile = `own-${id.slice(0, 16)}`
    const numbers = [...all.values()].map(({ stored }) => Number(stored.run.title.replace(/\D/g, '')))
    const run: Run = {
      id,
      title: `Run ${Math.max(0, ...numbers) + 1}`,
      profile: scratch ? (scratch.profile ?? made) : request.profile,
      ...(scratch && { profileName: scratch.name }),
      folder: basename(folder),
      ...(request.triage !== undefined && { triage: request.triage }),
      config: request.config,
      why: request.why ?? triage?.advice?.reason ?? 'Chosen by hand.',
      state: 'preparing',
      step: 0,
      steps: request.config.steps ?? 0,
      startedAt: Date.now(),
      identities: triage?.identities ?? scratch!.classes.length,
      photos: 0,
      notices: [],
    }
    const stored: StoredRun = {
      run,
      folder,
      ...(scratch?.unlabelled !== undefined && { unlabelled: scratch.unlabelled }),
      base: triage?.model ?? NO_BASE,
      classes: [],
    }
    store.add(stored)
    begin({ id: run.id, stored, cancel: new AbortController(), done: Promise.resolve() })
    return find(run.id).stored.run
  }

  return {
    store,
    find,
    async start(request: StartRunRequest): Promise<Run> {
      const scratch = request.config.recipe === 'scratch'
      if (scratch !== (request.triage === undefined))
        throw new AppError('wrong-use', 'A run learns from a triage; one from scratch from a labelled folder.')
      if (!scratch && request.config.loss !== undefined)
        throw new AppError('wrong-use', 'A loss is chosen for a network from scratch; every other recipe has its own.')
      return start(request, scratch ? await plannedScratch(parts, request, names()) : undefined)
    },
    /** Absolute; undefined for a run that is no longer kept. */
    folderOf: (id: string): string | undefined => all.get(id)?.stored.folder,
    list: (): Run[] => [...all.values()].map(({ stored }) => stored.run).reverse(),
    points: ({ run, from }: { run: string; from: number }): RunPoint[] => {
      find(run)
      return store.points(run).slice(from)
    },
    map(id: string): RunMap | null {
      const { stored } = find(id)
      const map = store.map(id)
      return map && { ...map, identities: stored.classes }
    },
    async pause(id: string): Promise<Run> {
      const live = find(id)
      const { trainer } = live
      const { state } = live.stored.run
      if (!trainer || (state !== 'preparing' && state !== 'running'))
        throw new AppError('wrong-use', `${live.stored.run.title} is ${state}; only a run at work can be paused.`)
      if (state === 'running') {
        teller.become(live, 'pausing')
        await Promise.race([trainer.api.pause().catch(() => undefined), live.done])
        // It may have ended in the meantime, one way or the other.
        if (live.trainer !== trainer || live.stored.run.state !== 'pausing') return live.stored.run
      }
      release(live)
      teller.become(live, 'paused')
      return live.stored.run
    },
    async resume(id: string): Promise<Run> {
      const live = find(id)
      if (!WAITING.has(live.stored.run.state))
        throw new AppError(
          'wrong-use',
          `${live.stored.run.title} is ${live.stored.run.state}; only a paused or interrupted run goes on.`,
        )
      parts.turn.mustBeFree()
      begin(live)
      return find(id).stored.run
    },
    async cancel(id: string): Promise<Run> {
      const live = find(id)
      if (!WORKING.has(live.stored.run.state) && !WAITING.has(live.stored.run.state)) return live.stored.run
      release(live)
      teller.become(live, 'cancelled')
      return live.stored.run
    },
    async remove(id: string): Promise<void> {
      const live = find(id)
      if (live.trainer) throw new AppError('wrong-use', `${live.stored.run.title} is at work. Cancel it first.`)
      store.remove(id)
      all.delete(id)
    },
    /** All runs of a profile, at work or not. */
    removeOf(profile: Profile): void {
      for (const live of all.values()) {
        if (live.stored.run.profile !== profile) continue
        release(live)
        store.remove(live.id)
        all.delete(live.id)
      }
    },
    /** After an erasure: what speaks of the erased goes; a run that cannot go on without says so. */
    forget(exists: (id: string) => boolean): void {
      for (const live of all.values()) {
        const data = store.data(live.id)
        // The classes of a run from scratch are folders, no identities.
        const people = data?.picture ? [] : (data?.references ?? [])
        if (people.every(({ sampleId, identityId }) => exists(identityId) && exists(sampleId))) continue
        release(live)
        store.strip(live.id)
        const open = WORKING.has(live.stored.run.state) || WAITING.has(live.stored.run.state)
        live.stored = { ...live.stored, classes: live.stored.classes.filter((one) => exists(one.id)) }
        if (open) teller.become(live, 'failed', { problem: erased })
        else store.put(live.stored)
      }
    },
    close(): void {
      closing = true
      for (const live of all.values()) release(live)
      teller.close()
      store.close()
    },
  }

  /** Ends the trainer at once; the run is then nobody's until it is begun again. */
  function release(live: LiveRun): void {
    const { trainer } = live
    live.trainer = undefined
    live.cancel.abort()
    trainer?.kill()
  }
}
