import { BrowserWindow, nativeTheme, type BrowserWindowConstructorOptions, type Session } from 'electron'
import { ORIGIN } from './origin.ts'
import { webPreferences } from './web-preferences.ts'

/** The page's ground in either theme, so that the window does not flash before the page is drawn. */
const GROUND = { light: '#f6f6f4', dark: '#131417' }
export const ground = () => (nativeTheme.shouldUseDarkColors ? GROUND.dark : GROUND.light)

export function createWindow(session: Session, preload: string, packaged: boolean): BrowserWindow {
  // Position and size are kept by Electron under `name`; Electrons that do not know these two leave them alone.
  const kept = { name: 'main', windowStatePersistence: true } satisfies BrowserWindowConstructorOptions
  const window = new BrowserWindow({
    ...kept,
    title: 'Semblance',
    width: 1280,
    height: 900,
    minWidth: 720,
    minHeight: 560,
    show: false,
    backgroundColor: ground(),
    webPreferences: { ...webPreferences(preload, packaged), session },
  })
  void window.loadURL(`${ORIGIN}/`)
  return window
}
