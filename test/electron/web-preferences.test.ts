import { expect, it } from 'vitest'
import { webPreferences } from '../../src-main/electron/web-preferences.ts'

it('the page gets a sandbox, a world of its own and nothing of Node', () => {
  expect(webPreferences('/p.cjs', true)).toEqual({
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
    devTools: false,
    safeDialogs: true,
    preload: '/p.cjs',
  })
  expect(webPreferences('/p.cjs', false).devTools).toBe(true)
})
