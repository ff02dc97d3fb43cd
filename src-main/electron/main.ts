import { join, resolve } from 'node:path'
import { app, BrowserWindow, Menu, ipcMain, nativeTheme, session, type IpcMainInvokeEvent } from 'electron'
import type { AppEvent } from '../contract/api.ts'
import type { Reply } from '../contract/call.ts'
import type { Settings } from '../contract/settings.ts'
import { shellArguments } from '../shell/arguments.ts'
import { startCore, type CoreLink } from '../shell/core-link.ts'
import { pageFiles } from '../shell/page-files.ts'
import { windowRequests } from '../shell/requests.ts'
import { shellApi } from './dialogs.ts'
import { guardContents, recoverWindow } from './guard.ts'
import { menu } from './menu.ts'
import { isOurPage, ORIGIN } from './origin.ts'
import { restrict } from './permissions.ts'
import { registerScheme, serveFiles } from './protocol.ts'
import { createWindow, ground } from './window.ts'

const root = join(__dirname, '..', '..')
const options = shellArguments(process.argv)
/** Switches that would let another program steer the window or read its memory. */
const STEERING = /^--(remote-debugging-(port|pipe)|inspect(-brk)?|disable-web-security|load-extension|js-flags)(=|$)/

registerScheme()
// Root cannot have the sandbox; asking for it all the same ends Chromium's helper processes over and over.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
app.setName('Semblance')
// The window's own state beside the gallery it shows (the core's default folder is Electron's); a gallery has one window.
const data = options.data ?? resolve(process.env['SEMBLANCE_DATA'] || app.getPath('userData'))
app.setPath('userData', join(data, 'window'))

if (app.isPackaged && process.argv.some((argument) => STEERING.test(argument))) app.exit(2)
else if (!app.requestSingleInstanceLock()) app.exit(0)
else start()

function start() {
  const core = startCore({ root, ...options })
  let window: BrowserWindow | undefined
  let settings: Settings | undefined
  let closed = false

  const send = (event: AppEvent) => {
    if (window && !window.isDestroyed()) window.webContents.send('event', event)
  }
  function take(changed: Settings) {
    settings = changed
    nativeTheme.themeSource = changed.theme
    window?.setBackgroundColor(ground())
  }
  core.onEvent((event) => {
    if (event.type === 'settings-changed') take(event.settings)
    send(event)
  })
  const known = core.invoke('settings', []).then((reply) => {
    if (reply.ok) take(reply.value as Settings)
  })

  app.on('web-contents-created', (_, contents) => guardContents(contents))
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.show()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('before-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void core.stop().finally(() => {
      closed = true
      app.quit()
    })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit())

  void app.whenReady().then(() => {
    // Without "persist:" it lives in memory: nothing of a picture reaches a cache on the disk.
    const own = session.fromPartition('app', { cache: false })
    restrict(own, app.isPackaged, () => settings?.camera === true)
    serveFiles(own, pageFiles(ORIGIN, join(root, 'out', 'renderer'), core.invoke))
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(menu((command) => send({ type: 'command', command }), process.platform)),
    )

    function open() {
      const opened = createWindow(own, join(root, 'out', 'preload', 'preload.cjs'), app.isPackaged)
      window = opened
      recoverWindow(opened)
      answerWindow(opened, core)
      // Both, so that the window is not drawn in one theme and shown in another; a core that does not start still shows.
      const drawn = new Promise<void>((done) => opened.once('ready-to-show', done))
      const patience = new Promise((done) => setTimeout(done, 2000))
      void Promise.all([drawn, Promise.race([known, patience])]).then(() => opened.isDestroyed() || opened.show())
      opened.on('closed', () => (window = undefined))
    }
    open()
    nativeTheme.on('updated', () => window?.setBackgroundColor(ground()))
    app.on('activate', () => {
      if (BrowserWindow.getAllWindows().length === 0) open()
    })
  })
}

function answerWindow(window: BrowserWindow, core: CoreLink) {
  const reason = process.env['SEMBLANCE_SHELL_REASON'] ?? `Electron ${process.versions['electron'] ?? ''} is installed.`
  const invoke = windowRequests(core.invoke, shellApi(window, core, reason, app.getPath('downloads')), (error) =>
    console.error(error),
  )
  const refused: Reply = { ok: false, code: 'wrong-use', message: 'Only the window may ask.' }
  const answer = (channel: string, reply: (...args: unknown[]) => Promise<Reply>) => {
    ipcMain.removeHandler(channel)
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...args: unknown[]) => {
      if (window.isDestroyed() || !isOurPage(event, window.webContents)) {
        console.error(`A request on "${channel}" from outside the window is refused.`)
        return refused
      }
      return reply(...args)
    })
  }
  answer('call', (method, args) => invoke(method as string, args as unknown[]))
  answer('adopt', (handed) => core.adopt(handed))
}
