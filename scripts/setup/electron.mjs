// The Electron that opens the app: the one somebody named, the one in node_modules, else what its own download fetches.
import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { lastLines, run } from './child.mjs'
import { childEnvironment, modules, pinnedNode, stateFolder } from './paths.mjs'
import { keyOf, readJson, writeWhole } from './stamp.mjs'

const folder = path.join(modules, 'electron')
const memory = path.join(stateFolder, 'electron.json')
const DAY_MS = 24 * 3600_000
const FETCH_SECONDS = 300

/** @typedef {{ key: string, at: number, reason: string }} Remembered an answer about one binary; '' as reason: it starts */

/** @returns {string} */
function executableName() {
  if (process.platform === 'darwin') return path.join('Electron.app', 'Contents', 'MacOS', 'Electron')
  return process.platform === 'win32' ? 'electron.exe' : 'electron'
}

/** @returns {Record<string, Remembered>} */
const remembered = () => /** @type {Record<string, Remembered> | undefined} */ (readJson(memory)) ?? {}

/**
 * @param {string} what
 * @param {string} key
 * @param {() => Promise<string>} ask
 * @returns {Promise<string>} the answer, not older than a day
 */
async function once(what, key, ask) {
  const known = remembered()[what]
  if (known?.key === key && Date.now() - known.at < DAY_MS) return known.reason
  const reason = await ask()
  writeWhole(memory, `${JSON.stringify({ ...remembered(), [what]: { key, at: Date.now(), reason } }, null, 2)}\n`)
  return reason
}

/**
 * @param {string} executable
 * @returns {Promise<string>} why it does not start here, '' when it does
 */
async function trouble(executable) {
  if (sandboxRefused(executable)) return 'this system gives its sandbox no user namespace'
  const stat = statSync(executable)
  return once('starts', keyOf(executable, stat.size, stat.mtimeMs), async () => {
    const args = isRoot() ? ['--no-sandbox', '--version'] : ['--version']
    const failed = await run(executable, args, { log: 'electron-version', timeoutSeconds: 20 }).then(
      () => false,
      () => true,
    )
    if (!failed) return ''
    const library = /error while loading shared libraries: ([^:]+)/.exec(
      lastLines(path.join(stateFolder, 'electron-version.log')),
    )
    return library ? `it needs the system library ${library[1]}` : 'it does not start here'
  })
}

/** @returns {boolean} */
export const isRoot = () => process.platform === 'linux' && process.getuid?.() === 0

/**
 * @param {(line: string) => void} say
 * @returns {Promise<{ path: string, source: string } | { reason: string }>}
 */
export async function findElectron(say) {
  const version = /** @type {{ version?: string } | undefined} */ (readJson(path.join(folder, 'package.json')))?.version
  const named = process.env.ELECTRON_OVERRIDE_DIST_PATH
  if (named) {
    const executable = path.join(named, executableName())
    if (!existsSync(executable)) return { reason: 'ELECTRON_OVERRIDE_DIST_PATH names a folder without Electron' }
    const reason = await trouble(executable)
    return reason ? { reason } : { path: executable, source: 'the one in ELECTRON_OVERRIDE_DIST_PATH' }
  }
  const executable = path.join(folder, 'dist', executableName())
  if (!existsSync(executable)) {
    if (!version) return { reason: 'the package electron is not installed' }
    const reason = await once('fetch', keyOf(version), async () => {
      say(`Electron ${version} is fetched for the first start …`)
      const script = path.join(folder, 'install.js')
      return run(pinnedNode, [script], {
        log: 'electron-fetch',
        timeoutSeconds: FETCH_SECONDS,
        env: childEnvironment(),
      }).then(
        () => '',
        () => fetchReason(),
      )
    })
    if (reason) return { reason: `${reason}; tried again a day later, or after deleting .setup/electron.json` }
    // Fetched before and gone since, as after `npm ci`.
    if (!existsSync(executable)) {
      const again = await run(pinnedNode, [path.join(folder, 'install.js')], {
        log: 'electron-fetch',
        timeoutSeconds: FETCH_SECONDS,
      }).then(
        () => existsSync(executable),
        () => false,
      )
      if (!again) return { reason: fetchReason() }
    }
  }
  const reason = await trouble(executable)
  return reason ? { reason } : { path: executable, source: `${version ?? ''} in node_modules`.trim() }
}

function fetchReason() {
  const log = lastLines(path.join(stateFolder, 'electron-fetch.log'))
  const message = /Error: ([^\n]{1,120})/.exec(log)?.[1]
  return `its download does not succeed${message ? ` (${message})` : ''}`
}

/**
 * @param {string} executable
 * @returns {boolean} whether Linux refuses an ordinary user the sandbox, without which Electron does not start
 */
function sandboxRefused(executable) {
  if (process.platform !== 'linux' || isRoot()) return false
  const helper = statSync(path.join(path.dirname(executable), 'chrome-sandbox'), { throwIfNoEntry: false })
  if (helper && helper.uid === 0 && (helper.mode & 0o4000) !== 0) return false
  /** @param {string} name @param {string} value */
  const kernelSays = (name, value) => {
    const file = `/proc/sys/kernel/${name}`
    return existsSync(file) && readFileSync(file, 'utf8').trim() === value
  }
  return kernelSays('apparmor_restrict_unprivileged_userns', '1') || kernelSays('unprivileged_userns_clone', '0')
}
