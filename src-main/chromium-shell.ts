import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright-core'
import { z } from 'zod'
import type { ShellApi } from './contract/api.ts'
import type { Reply } from './contract/call.ts'
import { AppError } from './contract/errors.ts'
import type { Settings } from './contract/settings.ts'
import type { Adopted, Status } from './contract/types.ts'
import { encode } from './pipe.ts'
import { shellArguments } from './shell/arguments.ts'
import { startCore, type CoreLink, type Handed } from './shell/core-link.ts'
import { installBridge, type Names } from './shell/page-bridge.ts'
import { pageFiles } from './shell/page-files.ts'
import { windowRequests } from './shell/requests.ts'
import { exportedModel, writeBeside } from './shell/saved-file.ts'
import { newToken } from './shell/tokens.ts'

/** No such host exists, and none is asked for: every answer comes from this process. Its https gives the page a camera. */
export const ORIGIN = 'https://semblance.invalid'

export interface Surroundings {
  /** Folder of package.json. */
  readonly root: string
  /** Where a text is saved when the browser has no save dialog. */
  readonly downloads: string
  /** False where nobody is there to answer the browser's save dialog. */
  readonly saveDialog: boolean
  readonly reason: string
}

const handedList = z.array(z.strictObject({ id: z.number().int(), name: z.string() })).max(100_000)
const callList = z.tuple([z.string(), z.array(z.unknown())])

/** Makes `page` the window: its files, its bridge, and nothing else of the network. @returns the page, loaded */
export async function attachWindow(context: BrowserContext, core: CoreLink, around: Surroundings): Promise<Page> {
  const names: Names = { origin: ORIGIN, binding: `call${newToken()}`, door: `door${newToken()}` }
  const files = pageFiles(ORIGIN, join(around.root, 'out', 'renderer'), core.invoke)
  const page = context.pages()[0] ?? (await context.newPage())
  const session = await context.newCDPSession(page)
  const door = reach(session, names.door)
  const invoke = windowRequests(core.invoke, shellApi(door, core, around), (error) => console.error(error))

  await context.route('**/*', async (route) => {
    const request = route.request()
    const url = request.url()
    if (!url.startsWith(`${ORIGIN}/`)) return route.abort('blockedbyclient')
    const { status, headers, body } = await files(url, request.method())
    // The window may be closed by now.
    await route.fulfill({ status, headers, body }).catch(() => undefined)
  })
  await context.routeWebSocket(/.*/, (socket) => void socket.close())
  await context.exposeBinding(names.binding, async ({ page: from, frame }, kind: unknown, json: unknown) => {
    const ours = from === page && frame === page.mainFrame() && frame.url().startsWith(`${ORIGIN}/`)
    return encode(ours ? await answer(kind, String(json)) : refuse('Only the window may ask.'))
  })
  await context.addInitScript(installBridge, names)
  context.on('page', (other) => void other.close().catch(() => undefined))
  const camera = await cameraSwitch(session)
  await camera(false)
  core.onEvent((event) => {
    if (event.type === 'settings-changed') void camera(event.settings.camera)
    void door.emit(event)
  })
  void core.invoke('settings', []).then(async (reply) => {
    if (reply.ok) await camera((reply.value as Settings).camera)
  })
  await page.goto(`${ORIGIN}/`)
  return page

  async function answer(kind: unknown, json: string): Promise<Reply> {
    try {
      if (kind === 'call') return await invoke(...callList.parse(JSON.parse(json)))
      if (kind === 'adopt') return await adopt(door, core, handedList.parse(JSON.parse(json)))
    } catch (error) {
      if (error instanceof AppError) return { ok: false, code: error.code, message: error.message }
      if (!(error instanceof z.ZodError || error instanceof SyntaxError)) console.error(error)
    }
    return refuse('The request does not have the expected form.')
  }
}

/** The camera follows the user's switch and nothing else: the browser never asks. The microphone stays off by a header. */
async function cameraSwitch(session: CDPSession): Promise<(on: boolean) => Promise<void>> {
  const { browserContextId } = (await session.send('Target.getTargetInfo')).targetInfo
  return async (on) => {
    const permission = {
      permission: { name: 'camera' },
      setting: on ? 'granted' : 'denied',
      origin: ORIGIN,
      ...(browserContextId === undefined ? {} : { browserContextId }),
    } as const
    await session.send('Browser.setPermission', permission).catch((error: unknown) => console.error(error))
  }
}

const refuse = (message: string): Reply => ({ ok: false, code: 'wrong-use', message })

type Reach = ReturnType<typeof reach>

/** The functions behind `Door`, called from this side; what they need of the user counts as the user's own gesture. */
function reach(session: CDPSession, door: string) {
  async function run<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression: `globalThis.${door}.${expression}`,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    })
    if (exceptionDetails)
      throw new AppError('bad-picture', 'What was dropped or chosen cannot be read. Choose it again.')
    return result.value as T
  }
  return {
    emit: (event: unknown) => run(`emit(${JSON.stringify(event)})`).catch(() => undefined),
    bytes: async (id: number) => new Uint8Array(Buffer.from(await run<string>(`bytes(${id})`), 'base64')),
    choose: (folder: boolean, many: boolean) => run<{ id: number; relative: string }[]>(`choose(${folder},${many})`),
    save: (name: string, text: string) =>
      run<'saved' | 'cancelled' | 'unavailable'>(`save(${JSON.stringify(name)},${JSON.stringify(text)})`),
    say: (text: string) => run(`say(${JSON.stringify(text)})`),
    /** Where the file lies; empty for one that the page made. */
    async path(id: number): Promise<string> {
      const { result } = await session.send('Runtime.evaluate', { expression: `globalThis.${door}.file(${id})` })
      if (result.objectId === undefined) return ''
      const { path } = await session.send('DOM.getFileInfo', { objectId: result.objectId })
      await session.send('Runtime.releaseObject', { objectId: result.objectId })
      return path
    },
  }
}

async function adopt(door: Reach, core: CoreLink, list: z.infer<typeof handedList>): Promise<Reply<Adopted[]>> {
  const handed: Handed[] = []
  for (const { id, name } of list) {
    const path = await door.path(id)
    handed.push(path ? { path } : { name, bytes: await door.bytes(id) })
  }
  return core.adopt(handed)
}

function shellApi(door: Reach, core: CoreLink, around: Surroundings): ShellApi {
  return {
    shell: () => Promise.resolve({ kind: 'chromium', reason: around.reason, platform: process.platform }),
    async chooseFiles({ folder, many }) {
      const handed: Handed[] = []
      for (const { id, relative } of await door.choose(folder, many)) {
        const path = await door.path(id)
        handed.push({ path: folder ? folderOf(path, relative) : path })
      }
      const reply = await core.adopt(handed)
      if (reply.ok) return reply.value
      throw new AppError(reply.code, reply.message)
    },
    async saveModel(model) {
      const { name, bytes } = await exportedModel(core, model)
      const path = await writeBeside(around.downloads, name, bytes).catch((error: NodeJS.ErrnoException) => {
        const code = error.code === 'ENOSPC' ? 'disk-full' : 'no-permission'
        throw new AppError(code, `${around.downloads} cannot be written (${error.code ?? error.message}).`)
      })
      await door.say(`Saved as ${path}`)
      return true
    },
    async saveText({ name, text }) {
      const how = around.saveDialog ? await door.save(name, text) : 'unavailable'
      if (how !== 'unavailable') return how === 'saved'
      const path = await writeBeside(around.downloads, name, text).catch((error: NodeJS.ErrnoException) => {
        const code = error.code === 'ENOSPC' ? 'disk-full' : 'no-permission'
        throw new AppError(code, `${around.downloads} cannot be written (${error.code ?? error.message}).`)
      })
      await door.say(`Saved as ${path}`)
      return true
    },
    async showDataFolder() {
      const reply = await core.invoke('status', [])
      if (!reply.ok) throw new AppError(reply.code, reply.message)
      const openers: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' }
      const opener = openers[process.platform] ?? 'xdg-open'
      const folder = (reply.value as Status).dataFolder
      await new Promise<void>((settle, reject) => {
        const child = spawn(opener, [folder], { stdio: 'ignore', detached: true })
        child.once('spawn', settle)
        child.once('error', () =>
          reject(new AppError('not-found', `${opener} is not installed. The folder is ${folder}`)),
        )
        child.unref()
      })
    },
  }
}

/** "/home/a/pictures" from "/home/a/pictures/b/c.jpg" and "pictures/b/c.jpg". */
export function folderOf(path: string, relative: string): string {
  const [folder = ''] = relative.split('/', 1)
  return path.slice(0, path.length - relative.length) + folder
}

/** A browser that talks to nobody but this process, over a pipe. */
export async function openWindow(executablePath: string, profile: string): Promise<BrowserContext> {
  const root = process.getuid?.() === 0
  if (root) console.error('The browser runs without its sandbox, which root cannot have; an ordinary user gets it.')
  return chromium.launchPersistentContext(profile, {
    executablePath,
    headless: false,
    chromiumSandbox: !root,
    viewport: null,
    colorScheme: null,
    reducedMotion: null,
    forcedColors: null,
    contrast: null,
    ignoreDefaultArgs: ['--enable-automation', '--hide-scrollbars', '--mute-audio'],
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      `--app=${ORIGIN}/`,
      '--window-size=1280,900',
      // Nothing listens there: neither a page nor the browser's own services find a way out.
      '--proxy-server=http://127.0.0.1:9',
      '--proxy-bypass-list=<-loopback>',
      '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
      '--disable-background-networking',
      '--disable-sync',
      '--disable-domain-reliability',
      '--disable-extensions',
      '--no-pings',
      '--disk-cache-size=1',
    ],
  })
}

async function main() {
  const executablePath = process.env['SEMBLANCE_BROWSER']
  if (!executablePath) throw new AppError('wrong-use', 'SEMBLANCE_BROWSER names no browser; npm start finds one.')
  const root = resolve(import.meta.dirname, '..', '..')
  const core = startCore({ root, ...shellArguments(process.argv.slice(2)) })
  const profile = await mkdtemp(join(tmpdir(), 'semblance-window-'))
  try {
    const context = await openWindow(executablePath, profile)
    const closed = new Promise((done) => context.once('close', done))
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void context.close())
    const reason =
      process.env['SEMBLANCE_SHELL_REASON'] ?? 'Electron is not installed here; the installed browser shows the window.'
    const page = await attachWindow(context, core, {
      root,
      downloads: join(homedir(), 'Downloads'),
      saveDialog: true,
      reason,
    })
    // A listener keeps Playwright from answering the page's messages itself.
    page.on('dialog', () => undefined)
    page.once('close', () => void context.close().catch(() => undefined))
    page.on('crash', () => void page.reload().catch(() => undefined))
    await closed
  } finally {
    await core.stop()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    console.error(error instanceof AppError ? error.message : error)
    process.exitCode = 1
  })
}
