import { dialog, type BrowserWindow, type WebContents } from 'electron'
import { isOurs } from './origin.ts'

/** Whatever opens in the app stays on our page, and opens nothing further. */
export function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event, url) => {
    if (!isOurs(url)) event.preventDefault()
  })
  contents.on('will-redirect', (event, url) => {
    if (!isOurs(url)) event.preventDefault()
  })
  contents.on('will-frame-navigate', (event) => {
    if (!isOurs(event.url)) event.preventDefault()
  })
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
}

const BUDGET = { ends: 3, within: 5 * 60_000 }

/** Long work is the core's: a page that ended is loaded again and finds it by asking for the jobs. */
export function recoverWindow(window: BrowserWindow): void {
  const ends: number[] = []
  window.webContents.on('render-process-gone', (_, { reason }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return
    ends.push(Date.now())
    console.error(`The window's page ended (${reason}) and is loaded again.`)
    if (ends.filter((at) => Date.now() - at < BUDGET.within).length < BUDGET.ends) return window.webContents.reload()
    void dialog
      .showMessageBox(window, {
        type: 'error',
        message: `The page ended ${BUDGET.ends} times within 5 minutes (last: ${reason}).`,
        detail: 'What was saved is kept, and work that runs goes on.',
        buttons: ['Load the page again', 'Close the window'],
        cancelId: 1,
      })
      .then(({ response }) => (response === 0 ? window.webContents.reload() : window.close()))
  })
  window.on('unresponsive', () => {
    void dialog
      .showMessageBox(window, {
        type: 'warning',
        message: 'The page does not answer.',
        detail: 'What was saved is kept, and work that runs goes on.',
        buttons: ['Wait', 'Load the page again'],
        cancelId: 0,
      })
      .then(({ response }) => {
        if (response === 1) window.webContents.forcefullyCrashRenderer()
      })
  })
}
