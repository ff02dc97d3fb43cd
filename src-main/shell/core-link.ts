import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { HOST, type AppEvent, type HostApi } from '../contract/api.ts'
import { client, type Invoke, type Reply } from '../contract/call.ts'
import type { Adopted } from '../contract/types.ts'
import { spawnCore, type CoreOptions } from './core-process.ts'
import { createLedger, newToken, type Entry } from './tokens.ts'

const handedOver = z
  .array(
    z.union([
      z.strictObject({ path: z.string().refine((path) => isAbsolute(path) && !path.includes('\0')) }),
      z.strictObject({ name: z.string().max(1000), bytes: z.instanceof(Uint8Array) }),
    ]),
  )
  .max(100_000)

/** A file or folder by its path, or bytes without a file. */
export type Handed = z.infer<typeof handedOver>[number]

export interface CoreLink {
  /** Any request; one that comes while the core starts again waits for it. */
  readonly invoke: Invoke
  /** Makes a token of each and tells the core. `handed` is checked: it may come from a page. */
  adopt(handed: unknown): Promise<Reply<Adopted[]>>
  onEvent(listener: (event: AppEvent) => void): () => void
  /** Closes the gallery and ends the core. */
  stop(): Promise<void>
}

const BUDGET = { ends: 3, within: 5 * 60_000 }
const KEPT = 'What was saved is kept. Close the app and open it again; "semblance doctor" looks for the cause.'

/** Milliseconds until the next start, or nothing when the core ended too often. @param ends times of the ends, oldest first */
export function pauseAfter(ends: readonly number[], now: number): number | undefined {
  const recent = ends.filter((at) => now - at < BUDGET.within).length
  return recent >= BUDGET.ends ? undefined : 100 * 4 ** Math.max(0, recent - 1)
}

/** Starts the core and keeps it running: it starts again after an unexpected end, with everything it was handed. */
export function startCore(options: CoreOptions): CoreLink {
  const listeners = new Set<(event: AppEvent) => void>()
  const ledger = createLedger()
  const ends: number[] = []
  let stopping = false
  /** The core's own last words, when it ends because it cannot serve: starting it again would change nothing. */
  let refusal: string | undefined

  const tell = (event: AppEvent) => listeners.forEach((listener) => listener(event))
  function hear(event: AppEvent) {
    if (event.type === 'core' && event.state === 'failed') refusal = event.message
    tell(event)
  }

  let running = spawnCore(options, hear)
  /** Whom to ask: at once the first core, after an end the next one as soon as it serves. */
  let current: Promise<Invoke> = Promise.resolve(running.invoke)
  watch()

  function watch() {
    const mine = running
    void mine.ended.then((how) => {
      if (!stopping) current = again(how)
    })
  }

  async function again(how: string): Promise<Invoke> {
    ends.push(Date.now())
    const pause = pauseAfter(ends, Date.now())
    if (refusal !== undefined) return giveUp(refusal)
    if (pause === undefined)
      return giveUp(
        `The process that holds the gallery ended ${BUDGET.ends} times within 5 minutes (last: ${how}) and is not started again.`,
      )
    tell({ type: 'core', state: 'restarting', message: `The process that holds the gallery ended (${how}).` })
    await new Promise((done) => setTimeout(done, pause))
    if (stopping) return giveUp('The app is closing.')
    running = spawnCore(options, hear)
    const mine = running
    const serves = await resume(mine.invoke)
    if (serves) {
      watch()
      tell({ type: 'core', state: 'ready', message: 'The process that holds the gallery runs again.' })
      return mine.invoke
    }
    return again(await mine.ended)
  }

  function giveUp(message: string): Invoke {
    if (!stopping && message !== refusal) tell({ type: 'core', state: 'failed', message })
    const reply: Reply = {
      ok: false,
      code: 'core-stopped',
      message: message === refusal ? message : `${message} ${KEPT}`,
    }
    return () => Promise.resolve(reply)
  }

  /** Hands a new core everything again. False when it ended meanwhile. */
  async function resume(fresh: Invoke): Promise<boolean> {
    const host = client<HostApi>(HOST, fresh)
    const paths = ledger.all().filter((entry) => 'path' in entry)
    for (let at = 0; at < paths.length; at += 1000) await handOver(host, paths.slice(at, at + 1000))
    for (const entry of ledger.all()) if ('bytes' in entry) await host.adoptBytes(entry).catch(() => undefined)
    const reply = await fresh('status', [])
    return reply.ok || reply.code !== 'core-stopped'
  }

  /** A file may be gone by now; the others must not suffer, and the window is told when it asks for that one. */
  async function handOver(host: HostApi, entries: readonly Extract<Entry, { path: string }>[]) {
    try {
      await host.adopt(entries)
    } catch {
      if (entries.length > 1) for (const entry of entries) await host.adopt([entry]).catch(() => undefined)
    }
  }

  const invoke: Invoke = async (method, args) => (await current)(method, args)
  return {
    invoke,
    async adopt(handed) {
      const parsed = handedOver.safeParse(handed)
      if (!parsed.success)
        return { ok: false, code: 'wrong-use', message: 'What was dropped or chosen is neither a file nor a picture.' }
      return adoptInOrder(invoke, parsed.data, (entry) => ledger.add(entry))
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async stop() {
      stopping = true
      const last = running
      // A core that hangs is not waited for: every acknowledged write is on the disk already.
      const limit = new Promise((done) => setTimeout(done, 5000).unref())
      await Promise.race([last.invoke('shutdown', []), limit])
      await last.end(2000)
    },
  }
}

/** Paths in one request, bytes one by one; the answers in the order of `handed`. */
async function adoptInOrder(
  invoke: Invoke,
  handed: readonly Handed[],
  remember: (entry: Entry) => void,
): Promise<Reply<Adopted[]>> {
  const entries: Entry[] = handed.map((one) => ({ token: newToken(), ...one }))
  const answers = new Map<string, Adopted>()
  const paths = entries.filter((entry) => 'path' in entry)
  if (paths.length > 0) {
    const reply = await invoke('adopt', [paths])
    if (!reply.ok) return reply
    for (const adopted of reply.value as Adopted[]) answers.set(adopted.token, adopted)
  }
  for (const entry of entries) {
    if (!('bytes' in entry)) continue
    const reply = await invoke('adoptBytes', [entry])
    if (!reply.ok) return reply
    answers.set(entry.token, reply.value as Adopted)
  }
  for (const entry of entries) if (answers.has(entry.token)) remember(entry)
  return { ok: true, value: entries.flatMap(({ token }) => answers.get(token) ?? []) }
}
