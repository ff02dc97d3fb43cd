import type { WebPreferences } from 'electron'

/** Nothing of Node and nothing of Electron in the page, and no way to switch that on. */
export const webPreferences = (preload: string, packaged: boolean) =>
  ({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    disableBlinkFeatures: 'Auxclick',
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: !packaged,
    safeDialogs: true,
    preload,
  }) satisfies WebPreferences
