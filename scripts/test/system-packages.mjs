// The system packages that the window tests need, installed where that is ours to do: as root on Debian or Ubuntu.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import process from 'node:process'
import { run } from '../setup/child.mjs'
import { childEnvironment, onPath } from '../setup/paths.mjs'

/** Each entry lists a package and what newer releases call it. */
const NEEDED = [
  ...['chromium', 'xvfb', 'xauth', 'libnss3', 'libgbm1', 'libdrm2', 'libxkbcommon0', 'libxcomposite1', 'libxdamage1'],
  ...['libxrandr2', 'libxss1', 'libxtst6', 'libnotify4', 'libsecret-1-0', 'dbus', 'fonts-liberation'],
  ...['libgtk-3-0', 'libasound2', 'libatk-bridge2.0-0', 'libatk1.0-0', 'libcups2'].map((name) => `${name}|${name}t64`),
].map((names) => names.split('|'))

/** @returns {Record<string, string>} /etc/os-release */
function release() {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n')
    return Object.fromEntries(
      lines.map((line) => line.split('=')).map(([key, value = '']) => [key, value.replaceAll('"', '')]),
    )
  } catch {
    return {}
  }
}

/** @param {string[]} names */
function installed(names) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status} ${Package}\n', ...names], {
    encoding: 'utf8',
  })
  return new Set(
    (stdout ?? '')
      .split('\n')
      .filter((line) => line.startsWith('installed '))
      .map((line) => line.slice('installed '.length)),
  )
}

/** @param {string} name */
function installable(name) {
  const { stdout } = spawnSync('apt-cache', ['policy', name], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  return /Candidate: (?!\(none\))/.test(stdout ?? '')
}

/**
 * @param {(line: string) => void} say
 * @returns {Promise<{ ok: boolean, text: string }>} `ok: false` when something was to be installed and is not
 */
export async function provideSystemPackages(say) {
  const { ID = '', ID_LIKE = '' } = release()
  const debian = /\b(debian|ubuntu)\b/.test(`${ID} ${ID_LIKE}`)
  if (!debian || process.getuid?.() !== 0 || !onPath('apt-get')) {
    return { ok: true, text: 'nothing is installed: that is done only as root on Debian or Ubuntu' }
  }
  // Ubuntu's package of that name installs a snap, which has no place in a container.
  const needed = NEEDED.filter(([name]) => !(ID === 'ubuntu' && name === 'chromium'))
  const present = installed(needed.flat())
  const missing = needed.filter((names) => !names.some((name) => present.has(name)))
  if (missing.length === 0) return { ok: true, text: 'all are installed already' }
  say(`Installing the system packages of the window tests: ${missing.map(([name]) => name).join(' ')}`)
  const env = childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' })
  const lock = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3']
  try {
    await run('apt-get', [...lock, 'update', '-q'], { log: 'apt-update', env, failure: 'apt-get update fails' })
    const names = missing.map((names) => names.find(installable) ?? /** @type {string} */ (names[0]))
    await run('apt-get', [...lock, 'install', '-q', '-y', '--no-install-recommends', ...names], {
      log: 'apt-install',
      env,
      failure: 'apt-get install fails',
    })
    return { ok: true, text: `${names.length} installed` }
  } catch (error) {
    return { ok: false, text: /** @type {Error} */ (error).message }
  }
}
