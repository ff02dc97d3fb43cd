// The stages of `npm test`: what each runs, and what its end counts for.
import { spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { childEnvironment, modules, onPath, pinnedNode, root, stateFolder } from '../setup/paths.mjs'
import { playwrightResults, vitestResults } from './counts.mjs'
import { tooLong } from './length.mjs'

/**
 * @typedef {import('./vitest-report.mjs').Result} Result
 * @typedef {{ browser?: string, noBrowser: string, electron?: string, noElectron: string, ci: boolean, filters: string[] }} Surroundings
 *   what the window tests have, and else the reason why not
 * @typedef {{ name: string, needsBuild: boolean, run: (here: Surroundings) => Promise<Result[]> }} Stage
 */

const MINUTE = 60_000

/** @type {Set<number>} process groups at work */
const groups = new Set()

/** @param {number} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It is gone already.
  }
}

/** Ends the stage at work, with the browsers and displays it started. */
export function endStage() {
  for (const pid of groups) signalGroup(pid, 'SIGTERM')
}

/**
 * @param {string[]} command
 * @param {{ env?: NodeJS.ProcessEnv, minutes: number }} options
 * @returns {Promise<number | string>} exit code, or why there is none
 */
function show(command, { env = {}, minutes }) {
  return new Promise((resolve) => {
    const [program, ...args] = /** @type {[string, ...string[]]} */ (command)
    const child = spawn(program, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: childEnvironment(env),
      detached: process.platform !== 'win32',
    })
    const pid = child.pid ?? 0
    if (pid) groups.add(pid)
    let late = false
    const timer = setTimeout(() => {
      late = true
      signalGroup(pid, 'SIGTERM')
      setTimeout(() => signalGroup(pid, 'SIGKILL'), 5_000).unref()
    }, minutes * MINUTE)
    child.once('error', (error) => {
      clearTimeout(timer)
      resolve(error.message)
    })
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      groups.delete(pid)
      resolve(late ? `no end within ${minutes} minutes` : (code ?? signal ?? 'no exit code'))
    })
  })
}

/** @param {string[]} place */
const tool = (...place) => [pinnedNode, path.join(modules, ...place)]

/**
 * @param {string} name
 * @param {string} what
 * @param {string[]} command
 * @returns {Stage}
 */
const check = (name, what, command) => ({
  name,
  needsBuild: false,
  async run() {
    const ended = await show(command, { minutes: 5 })
    return [
      ended === 0 ? { name: what, state: 'passed' } : { name: what, state: 'failed', reason: `it ends with ${ended}` },
    ]
  },
})

/** @type {Stage} */
const length = {
  name: 'length',
  needsBuild: false,
  async run() {
    const found = tooLong(root)
    for (const line of found) process.stdout.write(`${line}\n`)
    const name = 'no source file past 300 lines'
    return [found.length === 0 ? { name, state: 'passed' } : { name, state: 'failed', reason: found.join('; ') }]
  },
}

/** @type {Stage} */
const vitest = {
  name: 'vitest',
  needsBuild: true,
  async run({ browser, filters }) {
    const report = path.join(stateFolder, 'vitest.json')
    rmSync(report, { force: true })
    const command = [
      ...tool('vitest', 'vitest.mjs'),
      ...['run', '--reporter=default', '--reporter=./scripts/test/vitest-report.mjs'],
      ...filters,
    ]
    const env = { SEMBLANCE_TEST_REPORT: report, ...(browser ? { SEMBLANCE_BROWSER: browser } : {}) }
    const ended = await show(command, { env, minutes: 15 })
    return vitestResults(report, 'vitest', ended)
  },
}

/**
 * @param {'chromium' | 'electron'} project
 * @returns {Stage}
 */
const playwright = (project) => ({
  name: project,
  needsBuild: true,
  async run({ browser, noBrowser, electron, noElectron, ci, filters }) {
    const display = process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY
    const xvfb = display
      ? []
      : [onPath('xvfb-run'), '-a', '-s', '-screen 0 1440x1000x24'].filter((part) => part !== undefined)
    const why = project === 'chromium' ? !browser && noBrowser : !electron && noElectron
    const noDisplay = !display && !onPath('xvfb-run') && project === 'electron' && 'no display and no xvfb-run is found'
    const obstacle = why || noDisplay
    if (obstacle) {
      // A machine of ours has what the window tests need; a stranger's need not.
      return [{ name: `${project} window tests`, state: ci ? 'failed' : 'skipped', reason: obstacle }]
    }
    const report = path.join(stateFolder, `playwright-${project}.json`)
    rmSync(report, { force: true })
    const command = [
      ...tool('@playwright', 'test', 'cli.js'),
      'test',
      `--project=${project}`,
      // A folder each: a run clears its own, and the pictures of the other project are to stay.
      ...['--output', path.join('test-results', project)],
      '--reporter=list,json',
      ...filters,
    ]
    const ended = await show(xvfb.length > 1 && existsSync(xvfb[0] ?? '') ? [...xvfb, ...command] : command, {
      minutes: 10,
      env: {
        PLAYWRIGHT_JSON_OUTPUT_FILE: report,
        ...(browser ? { SEMBLANCE_BROWSER: browser } : {}),
        ...(electron ? { SEMBLANCE_TEST_ELECTRON: electron } : {}),
      },
    })
    return playwrightResults(report, `${project} window tests`, ended)
  },
})

/** @type {Stage[]} */
export const STAGES = [
  check('format', 'Prettier finds every file formatted', [
    ...tool('prettier', 'bin', 'prettier.cjs'),
    '--check',
    '--log-level=warn',
    '.',
  ]),
  check('lint', 'ESLint finds nothing', [...tool('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0']),
  check('types', 'vue-tsc finds nothing', [...tool('vue-tsc', 'bin', 'vue-tsc.js'), '--build']),
  check('layers', 'every import follows the layer table', [
    ...tool('dependency-cruiser', 'bin', 'dependency-cruiser.mjs'),
    ...['--config', '.dependency-cruiser.cjs', 'src-main', 'src-renderer', 'db', 'test', 'bench'],
  ]),
  length,
  vitest,
  playwright('chromium'),
  playwright('electron'),
]
