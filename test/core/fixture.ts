import { fork, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { API, HOST, type Api, type AppEvent, type HostApi } from '../../src-main/contract/api.ts'
import { client, type Invoke } from '../../src-main/contract/call.ts'
import { openCore, type Core, type CoreOptions } from '../../src-main/core/open-core.ts'
import { connect, decode, encode } from '../../src-main/pipe.ts'
import { calibration } from '../app/fixture.ts'

process.env['SEMBLANCE_KEY'] = 'file'

export const fakeEngine = resolve(import.meta.dirname, 'fake-engine.ts')
export const fromSource = ['--import', resolve(import.meta.dirname, '../from-source.mjs')]
export const newToken = () => randomBytes(16).toString('hex')

export type Clean = (step: () => void | Promise<void>) => void

export function temporaryFolder(clean: Clean): string {
  const folder = mkdtempSync(join(tmpdir(), 'semblance-test-'))
  clean(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A resources folder for the engine without networks. */
export function fakeResources(clean: Clean): string {
  const folder = temporaryFolder(clean)
  for (const profile of ['face', 'object'] as const) {
    mkdirSync(join(folder, 'models', profile), { recursive: true })
    const facts = calibration(profile, `fake-${profile}`, { same: 0.3, known: 0.5, different: 0.7 })
    writeFileSync(join(folder, 'models', profile, 'calibration.json'), JSON.stringify(facts))
  }
  return folder
}

export interface TestCore extends Core {
  readonly dataFolder: string
  readonly events: AppEvent[]
  /** Hands a file to the core. */
  adopt(path: string): Promise<string>
}

/** A core in this process, with the engine that has no networks unless told otherwise. */
export async function testCore(clean: Clean, options: Partial<CoreOptions> = {}): Promise<TestCore> {
  const events: AppEvent[] = []
  const dataFolder = options.dataFolder ?? temporaryFolder(clean)
  const core = await openCore({
    engineScript: fakeEngine,
    ...options,
    dataFolder,
    resources: options.resources ?? fakeResources(clean),
    emit: (event) => events.push(event),
  })
  clean(core.close)
  return { ...core, dataFolder, events, adopt: (path) => adopt(core.api, path) }
}

export async function adopt(host: Pick<HostApi, 'adopt'>, path: string): Promise<string> {
  const token = newToken()
  await host.adopt([{ token, path }])
  return token
}

export interface CoreProcess {
  readonly child: ChildProcess
  readonly invoke: Invoke
  readonly api: Api & HostApi
  readonly events: AppEvent[]
  readonly ended: Promise<void>
}

/** A core in a process of its own, as a shell starts it. */
export function forkCore(program: string, args: readonly string[]): CoreProcess {
  const child = fork(program, args, { execArgv: fromSource, stdio: ['ignore', 'inherit', 'ignore', 'ipc'] })
  const events: AppEvent[] = []
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const invoke = connect<AppEvent>(
    {
      post: (message) => void child.send(encode(message), () => undefined),
      onMessage: (listener) => child.on('message', (text) => listener(decode(String(text)))),
      onExit: (listener) => void ended.then(listener),
    },
    { code: 'core-stopped', message: 'It ended.' },
    (event) => events.push(event),
  )
  const api = { ...client<Api>(API, invoke), ...client<HostApi>(HOST, invoke) }
  return { child, invoke, api, events, ended }
}

/** Waits until `check` holds; the test's own time limit is the limit. */
export async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((done) => setTimeout(done, 20))
}

let made = 0
/** A "picture" for the engine without networks. */
export function fakePicture(folder: string, begin = 'GOOD', name = `${made++}.jpg`): string {
  const path = join(folder, name)
  writeFileSync(path, begin + randomBytes(64).toString('hex'))
  return path
}
