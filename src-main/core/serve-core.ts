import type { Invoke, Reply } from '../contract/call.ts'
import { asAppError } from '../contract/errors.ts'
import { decode, encode, serve } from '../pipe.ts'
import { log, logBug } from './log.ts'
import { either, openCore, type Core, type CoreOptions } from './open-core.ts'

/** A core that was killed holds the lock no longer; one that is ending may for this many milliseconds. */
const PATIENCE = 4000
/** Closing may take this many milliseconds; every acknowledged write is on the disk already. */
const GRACE = 2000

/** Makes this process the core of a shell: it serves over Node's IPC channel, one string a message, and ends with it. */
export function serveCore(options: Omit<CoreOptions, 'emit' | 'patience'>): void {
  const post = (message: unknown) => {
    if (process.connected) process.send?.(encode(message), undefined, {}, () => undefined)
  }

  const opening: Promise<Core> = openCore({ ...options, patience: PATIENCE, emit: (event) => post({ event }) })
  opening.catch((error: unknown) => {
    const problem = asAppError(error)
    if (problem.code === 'internal') logBug(error)
    else log('core-refused', { code: problem.code })
    post({ event: { type: 'core', state: 'failed', message: problem.message } })
  })

  /** A request that comes while the gallery opens waits; when it cannot be opened, each is answered with the reason. */
  const invoke: Invoke = async (method, args): Promise<Reply> => {
    try {
      const core = await opening
      return await either(core.invoke, core.host)(method, args)
    } catch (error) {
      if (method === 'shutdown') return { ok: true, value: undefined }
      const { code, message } = asAppError(error)
      return { ok: false, code, message }
    }
  }
  serve(
    {
      post,
      onMessage: (listener) => process.on('message', (text) => listener(decode(String(text)))),
      onExit: (listener) => process.on('disconnect', listener),
    },
    invoke,
  )

  let ending = false
  const end = () => {
    if (ending) return
    ending = true
    setTimeout(() => process.exit(1), GRACE).unref()
    opening
      .then((core) => core.close())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      )
  }
  process.on('disconnect', end)
  process.on('SIGTERM', end)
  // A terminal sends Ctrl+C to every process of the window; the shell ends this one in its own order.
  process.on('SIGINT', () => undefined)
  process.on('uncaughtException', (error) => {
    logBug(error)
    process.exit(1)
  })
}
