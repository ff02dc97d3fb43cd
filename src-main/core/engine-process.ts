import { fork, type ChildProcess } from 'node:child_process'
import { client, type Invoke } from '../contract/call.ts'
import { ENGINE, type EngineApi } from '../contract/engine-api.ts'
import { asAppError, AppError } from '../contract/errors.ts'
import type { BackendName, BackendTrial, EngineState, Status } from '../contract/types.ts'
import { connect } from '../pipe.ts'
import { engineEnvironment } from './engine-environment.ts'
import { log } from './log.ts'
import { engineScript, resourcesFolder } from './places.ts'

export interface EngineProgram {
  /** The engine's main file; without it the program's own. */
  readonly script?: string | undefined
  readonly resources?: string | undefined
  /** A backend by name; without it the engine takes the fastest that works. */
  readonly backend?: string | undefined
  /** The folder with the learned models. */
  readonly models?: string | undefined
}

export interface EngineProcess {
  /** A call made while the engine starts waits for it; one in flight when it ends fails with 'engine-stopped'. */
  readonly api: EngineApi
  state(): Status['engine']
  /** Process id while it runs; for tests. */
  pid(): number | undefined
  close(): Promise<void>
}

/** So many ends within so many milliseconds, with no picture answered in between, and it is not started again. */
const BUDGET = { ends: 3, within: 5 * 60_000 }
/** After giving up, a request this many milliseconds later is worth another start. */
const RECONSIDER = 30_000
/** Asked every PULSE (milliseconds) whether it lives; killed at the MISSED-th silence in a row, not by the clock: a laptop sleeps. */
const PULSE = 2000
const MISSED = 8
/** Loading the networks on a slow, busy machine takes this long at most, in milliseconds. */
const START_LIMIT = 180_000

interface Running {
  readonly child: ChildProcess
  readonly invoke: Invoke
  readonly ended: Promise<string>
}

/**
 * Keeps one engine running.
 * @param onState told at each change
 * @param every milliseconds between two questions whether it lives
 */
export function openEngine(program: EngineProgram, onState = () => {}, every = PULSE): EngineProcess {
  let running: Running | undefined
  let now: Status['engine'] = { state: 'starting' }
  let ready: Promise<EngineApi>
  let closing = false
  let failedAt = 0
  let pulse: NodeJS.Timeout | undefined
  const ends: number[] = []

  function become(state: Status['engine']): void {
    now = state
    if (!closing) onState()
  }

  /** Starts it, and starts it again until it serves or is given up. */
  async function start(): Promise<EngineApi> {
    for (;;) {
      const mine = spawnEngine(program)
      running = mine
      log('engine-started', { pid: mine.child.pid })
      const api = client<EngineApi>(ENGINE, mine.invoke)
      const limit = setTimeout(() => mine.child.kill('SIGKILL'), START_LIMIT)
      try {
        const is = await api.state()
        become({ state: 'ready', is })
        watch(mine, api)
        return api
      } catch (error) {
        const problem = asAppError(error)
        if (closing) throw closed()
        if (problem.code !== 'engine-stopped') throw giveUp(problem, mine.child)
        await mine.ended
        const pause = pauseAfterEnd()
        if (pause === undefined) throw giveUp(tooOften(), mine.child)
        become({ state: 'restarting' })
        await new Promise((done) => setTimeout(done, pause))
        if (closing) throw closed()
      } finally {
        clearTimeout(limit)
      }
    }
  }

  function watch(mine: Running, api: EngineApi): void {
    let missed = 0
    clearInterval(pulse)
    pulse = setInterval(() => {
      if (++missed > MISSED) {
        log('engine-silent', { pid: mine.child.pid })
        mine.child.kill('SIGKILL')
      }
      api.state().then(
        () => (missed = 0),
        () => undefined,
      )
    }, every)
    pulse.unref()
    void mine.ended.then((how) => {
      clearInterval(pulse)
      if (closing) return
      log('engine-ended', { pid: mine.child.pid, how })
      const pause = pauseAfterEnd()
      if (pause === undefined) {
        giveUp(tooOften(), mine.child)
        return
      }
      become({ state: 'restarting' })
      ready = new Promise((done) => setTimeout(done, pause)).then(start)
      ready.catch(() => undefined)
    })
  }

  function pauseAfterEnd(): number | undefined {
    const at = performance.now()
    ends.push(at)
    while (ends.length > 0 && at - ends[0]! > BUDGET.within) ends.shift()
    return ends.length >= BUDGET.ends ? undefined : (ends.length - 1) * 500
  }

  function giveUp(problem: AppError, child: ChildProcess): AppError {
    log('engine-failed', { code: problem.code })
    failedAt = performance.now()
    child.kill('SIGKILL')
    become({ state: 'failed', problem: { code: problem.code, message: problem.message } })
    return problem
  }

  /** The engine that serves. @throws AppError why there is none */
  function serving(): Promise<EngineApi> {
    if (now.state === 'failed') {
      if (closing || performance.now() - failedAt < RECONSIDER)
        return Promise.reject(new AppError(codeOf(now.problem.code), now.problem.message))
      ends.length = 0
      become({ state: 'restarting' })
      ready = start()
      ready.catch(() => undefined)
    }
    return ready
  }

  ready = start()
  ready.catch(() => undefined)

  async function answered<T>(call: (api: EngineApi) => Promise<T>): Promise<T> {
    if (closing) throw closed()
    const answer = await call(await serving())
    ends.length = 0
    return answer
  }

  return {
    api: {
      async state() {
        if (closing) throw closed()
        return (await serving()).state()
      },
      look: (request) => answered((api) => api.look(request)),
      render: (request) => answered((api) => api.render(request)),
      features: (request) => answered((api) => api.features(request)),
      crops: (request) => answered((api) => api.crops(request)),
      shape: (request) => answered((api) => api.shape(request)),
      pixels: (request) => answered((api) => api.pixels(request)),
      model: (id) => answered((api) => api.model(id)),
      losses: () => answered((api) => api.losses()),
    },
    state: () => now,
    pid: () => running?.child.pid,
    async close() {
      closing = true
      clearInterval(pulse)
      if (!running) return
      const { child, ended } = running
      if (child.connected) child.disconnect()
      const insist = setTimeout(() => child.kill('SIGKILL'), 1000)
      await ended
      clearTimeout(insist)
    },
  }
}

/** Starts an engine on one backend alone, in a process of its own, and asks how its self-test went. */
export async function tryBackend(program: EngineProgram, name: BackendName): Promise<BackendTrial> {
  const { child, invoke, ended } = spawnEngine({ ...program, backend: name })
  const limit = setTimeout(() => child.kill('SIGKILL'), START_LIMIT)
  try {
    const { backend }: EngineState = await client<EngineApi>(ENGINE, invoke).state()
    const { selfTest, label, version, device } = backend
    return { name, available: true, reason: `${label} ${version} computes on ${device}.`, selfTest }
  } catch (error) {
    const { code, message } = asAppError(error)
    const reason = code === 'engine-stopped' ? `Its process ended during the self-test (${await ended}).` : message
    return { name, available: false, reason }
  } finally {
    clearTimeout(limit)
    child.kill('SIGKILL')
    await ended
  }
}

function spawnEngine({ script = engineScript, resources = resourcesFolder, backend, models }: EngineProgram): Running {
  const options = [
    ...['--resources', resources],
    ...(backend === undefined ? [] : ['--backend', backend]),
    ...(models === undefined ? [] : ['--models', models]),
  ]
  const child = fork(script, options, {
    serialization: 'advanced',
    env: engineEnvironment(process.env),
    execArgv: [],
    // Its standard output is nobody's: a command line's answers stay alone on theirs.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = new Promise<string>((settle) => {
    child.once('error', (error) => settle(error.message))
    child.once('exit', (code, signal) => settle(signal ? `signal ${signal}` : `exit code ${String(code)}`))
  })
  const invoke = connect<never>(
    {
      // A failed send is followed by the exit, which settles the call.
      post: (message) => void child.send(message as object, () => undefined),
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => void ended.then(listener),
    },
    { code: 'engine-stopped', message: 'The process that computes ended during this request. Repeat the request.' },
    () => undefined,
  )
  return { child, invoke, ended }
}

const closed = () => new AppError('cancelled', 'The program is closing.')

const tooOften = () =>
  new AppError(
    'backend-unavailable',
    `The process that computes ended ${BUDGET.ends} times within ${BUDGET.within / 60_000} minutes and is not started again for now. ` +
      'Another backend may work: "semblance backends" tests each.',
  )

/** The codes with which an engine's start fails. */
const codeOf = (code: string) => (code === 'model-missing' ? 'model-missing' : 'backend-unavailable')
