// Which Chromium-based browser is here. Set-up, both window shells and the tests ask this one file.
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { onPath } from './paths.mjs'

/** @typedef {{ name: string, path: string }} Browser */

/** @type {[program: string, name: string][]} */
const PROGRAMS = [
  ['chromium', 'Chromium'],
  ['chromium-browser', 'Chromium'],
  ['google-chrome', 'Google Chrome'],
  ['google-chrome-stable', 'Google Chrome'],
  ['microsoft-edge', 'Microsoft Edge'],
  ['microsoft-edge-stable', 'Microsoft Edge'],
  ['brave-browser', 'Brave'],
]

const MAC_NAMES = ['Chromium', 'Google Chrome', 'Microsoft Edge', 'Brave Browser']

/** @type {[place: string[], name: string][]} */
const WINDOWS_PLACES = [
  [['Chromium', 'Application', 'chrome.exe'], 'Chromium'],
  [['Google', 'Chrome', 'Application', 'chrome.exe'], 'Google Chrome'],
  [['Microsoft', 'Edge', 'Application', 'msedge.exe'], 'Microsoft Edge'],
]

/** @returns {Browser[]} candidates, best first */
function candidates() {
  if (process.platform === 'darwin') {
    return MAC_NAMES.flatMap((name) =>
      ['/Applications', path.join(homedir(), 'Applications')].map((folder) => ({
        name,
        path: path.join(folder, `${name}.app`, 'Contents', 'MacOS', name),
      })),
    )
  }
  if (process.platform === 'win32') {
    const folders = [process.env.ProgramFiles, process.env['ProgramFiles(x86)'], process.env.LOCALAPPDATA]
    return WINDOWS_PLACES.flatMap(([place, name]) =>
      folders.flatMap((folder) => (folder ? [{ name, path: path.join(folder, ...place) }] : [])),
    )
  }
  return PROGRAMS.flatMap(([program, name]) => {
    const found = onPath(program)
    return found ? [{ name, path: found }] : []
  })
}

/**
 * @returns {{ browser: Browser } | { reason: string }} SEMBLANCE_BROWSER, when set, is the only candidate
 */
export function findBrowser() {
  const given = process.env.SEMBLANCE_BROWSER
  if (given) {
    return existsSync(given)
      ? { browser: { name: path.basename(given), path: given } }
      : { reason: `SEMBLANCE_BROWSER names ${given}, which is not there` }
  }
  const browser = candidates().find((candidate) => existsSync(candidate.path))
  return browser
    ? { browser }
    : { reason: 'neither Chromium nor Chrome nor Edge is found; SEMBLANCE_BROWSER can name one' }
}
