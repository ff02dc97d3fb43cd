import { join } from 'node:path'
import { openGalleryFile } from '../../db/gallery.ts'
import { createApp } from '../app/create-app.ts'
import { API, HOST, type Api, type AppEvent, type HostApi } from '../contract/api.ts'
import { server, type Invoke } from '../contract/call.ts'
import type { Trainer } from '../contract/trainer-api.ts'
import { makeDataFolder } from './data-folder.ts'
import { openEngine, tryBackend } from './engine-process.ts'
import { findKey } from './key.ts'
import { lockFolder } from './lock.ts'
import { log, logBug } from './log.ts'
import { programVersion, trainerScript } from './places.ts'
import { listen } from './socket.ts'
import { startTrainer } from './trainer-process.ts'

export interface CoreOptions {
  readonly dataFolder: string
  readonly resources: string
  readonly engineScript: string
  /** Main file of the process that learns; without it the program's own. */
  readonly trainerScript?: string | undefined
  /** A backend by name; without it the engine takes the fastest that works. */
  readonly backend?: string | undefined
  /** 'file' leaves the system's key store alone; so does SEMBLANCE_KEY=file. */
  readonly key?: 'auto' | 'file' | undefined
  /** Milliseconds to wait for another core of this folder that is ending. */
  readonly patience?: number | undefined
  emit(event: AppEvent): void
}

export interface Core {
  readonly api: Api & HostApi
  /** The requests of Api, checked. */
  readonly invoke: Invoke
  /** The requests of HostApi, checked. */
  readonly host: Invoke
  /** Process id of the engine while it runs. */
  enginePid(): number | undefined
  /** Of the newest process that learns. */
  trainerPid(): number | undefined
  /** Settles when the jobs and the engine have stopped and the gallery is closed. */
  close(): Promise<void>
}

/**
 * The whole program but for a window: lock, gallery, engine, requests and the local socket.
 * @throws AppError gallery-in-use, gallery-damaged, newer-gallery, key-missing, read-only, disk-full
 */
export async function openCore(options: CoreOptions): Promise<Core> {
  const { dataFolder, resources, engineScript, backend } = options
  makeDataFolder(dataFolder)
  const release = await lockFolder(dataFolder, options.patience ?? 0)
  const undo: (() => void | Promise<void>)[] = [release]
  const unwind = async () => {
    for (const step of undo.splice(0).reverse()) await step()
  }

  try {
    const file = openGalleryFile(join(dataFolder, 'gallery.db'))
    undo.push(() => file.close())
    const { key, status } = findKey(
      dataFolder,
      file,
      options.key ?? (process.env['SEMBLANCE_KEY'] === 'file' ? 'file' : 'auto'),
    )
    const gallery = file.open(key)

    const listeners = new Set<(event: AppEvent) => void>([options.emit])
    const emit = (event: AppEvent) => listeners.forEach((listener) => listener(event))
    let tellStatus = () => {}
    const program = { script: engineScript, resources, backend, models: join(dataFolder, 'models') }
    const engine = openEngine(program, () => tellStatus())
    undo.push(() => engine.close())

    let trainer: Trainer | undefined
    const app = await createApp({
      gallery,
      engine: engine.api,
      engineState: engine.state,
      tryBackend: (name) => tryBackend(program, name),
      startTrainer(onEvent, slower) {
        const script = options.trainerScript ?? trainerScript
        return (trainer = startTrainer({ script, resources, backend: slower ?? backend }, onEvent))
      },
      dataFolder,
      resources,
      version: programVersion(),
      key: status,
      notices: status.where === 'key-file' ? [{ code: 'key-file', message: status.detail }] : [],
      emit,
      onBug: logBug,
      shutdown: unwind,
    })
    undo.push(app.close)
    tellStatus = app.tellStatus

    const invoke = server<Api>(API, app.api, logBug)
    const host = server<HostApi>(HOST, app.api, logBug)
    const socket = await listen(dataFolder, guest(invoke, host), (send) => {
      listeners.add(send)
      return () => listeners.delete(send)
    })
    undo.push(socket.close)
    log('core-open', { pid: process.pid })
    return { api: app.api, invoke, host, enginePid: engine.pid, trainerPid: () => trainer?.pid(), close: unwind }
  } catch (error) {
    await unwind()
    throw error
  }
}

/** Both sets of requests in one. */
export const either =
  (api: Invoke, host: Invoke): Invoke =>
  (method, args) =>
    Object.hasOwn(HOST, method) ? host(method, args) : api(method, args)

/** For another program of the same user: everything but ending the core, which is not its own. */
const guest =
  (api: Invoke, host: Invoke): Invoke =>
  (method, args) =>
    method === 'shutdown' ? Promise.resolve({ ok: true, value: undefined }) : either(api, host)(method, args)
