import { API, HOST, type Api, type AppEvent, type HostApi } from '../contract/api.ts'
import { client } from '../contract/call.ts'
import { AppError } from '../contract/errors.ts'
import { dataFolder } from './data-folder.ts'
import { openCore } from './open-core.ts'
import { engineScript, resourcesFolder } from './places.ts'
import { callRunning } from './socket.ts'

/** A core to talk to, wherever it runs. */
export interface Core {
  readonly api: Api
  readonly host: HostApi
  /** 'running': the core of an app that is open; its backend is that app's. */
  readonly where: 'here' | 'running'
  readonly dataFolder: string
  onEvent(listener: (event: AppEvent) => void): () => void
  close(): Promise<void>
}

/** How long (milliseconds) a core that holds the lock may take until it listens. */
const PATIENCE = 10_000
const RETRY = 100

/**
 * Opens the gallery in this process, or talks to the one that has it open.
 * @throws AppError as `openCore`; gallery-in-use when the other one does not answer
 */
export async function connectCore(asked: { data?: string | undefined; backend?: string | undefined }): Promise<Core> {
  const folder = dataFolder(asked.data, process.env, process.platform)
  const listeners = new Set<(event: AppEvent) => void>()
  const emit = (event: AppEvent) => listeners.forEach((listener) => listener(event))
  const onEvent = (listener: (event: AppEvent) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  const until = performance.now() + PATIENCE
  for (;;) {
    try {
      const { backend } = asked
      const core = await openCore({ dataFolder: folder, resources: resourcesFolder, engineScript, backend, emit })
      // The same checks as across a process boundary: a name is trimmed and bounded wherever it comes from.
      const api = client<Api>(API, core.invoke)
      const host = client<HostApi>(HOST, core.host)
      return { api, host, where: 'here', dataFolder: folder, onEvent, close: core.close }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'gallery-in-use') throw error
      const running = await callRunning(folder, emit)
      if (running) {
        const api = client<Api>(API, running.invoke)
        const host = client<HostApi>(HOST, running.invoke)
        return { api, host, where: 'running', dataFolder: folder, onEvent, close: async () => running.close() }
      }
      if (performance.now() > until) throw error
    }
    await new Promise((done) => setTimeout(done, RETRY))
  }
}
