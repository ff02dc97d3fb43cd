import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findBrowser } from '../../scripts/setup/browsers.mjs'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'semblance-browser-'))
  vi.stubEnv('SEMBLANCE_BROWSER', '')
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

test('the browser that the user names is the only candidate, and a wrong name is said', () => {
  const named = path.join(folder, 'my-browser')
  vi.stubEnv('SEMBLANCE_BROWSER', named)
  expect(findBrowser()).toEqual({ reason: `SEMBLANCE_BROWSER names ${named}, which is not there` })
  writeFileSync(named, '')
  expect(findBrowser()).toEqual({ browser: { name: 'my-browser', path: named } })
})

test.skipIf(process.platform !== 'linux')('on Linux the first of the known programs on PATH is taken', () => {
  vi.stubEnv('PATH', folder)
  expect(findBrowser()).toHaveProperty('reason')
  for (const name of ['microsoft-edge', 'google-chrome']) {
    writeFileSync(path.join(folder, name), '')
    chmodSync(path.join(folder, name), 0o755)
  }
  expect(findBrowser()).toEqual({ browser: { name: 'Google Chrome', path: path.join(folder, 'google-chrome') } })
})
