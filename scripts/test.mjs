#!/usr/bin/env node
// `npm test`: set up what is missing, run every stage, and end with one line of counts.
// `npm test -- --only lint,vitest [FILTER…]` runs some stages, with the filters handed to the test runners.
import process from 'node:process'
import { setup, showFailure } from './setup.mjs'
import { findBrowser } from './setup/browsers.mjs'
import { SetupError } from './setup/child.mjs'
import { provideTestElectron } from './setup/test-electron.mjs'
import { countOf, summary } from './test/counts.mjs'
import { endStage, STAGES } from './test/stages.mjs'
import { provideSystemPackages } from './test/system-packages.mjs'

/**
 * @typedef {import('./test/vitest-report.mjs').Result} Result
 * @typedef {import('./test/stages.mjs').Stage} Stage
 */

/** @param {string} line */
const say = (line) => process.stdout.write(`${line}\n`)
const ci = process.env.CI === 'true' || process.env.CI === '1'

/**
 * @param {string[]} args
 * @returns {{ stages: Stage[], filters: string[] }}
 */
function chosen(args) {
  const at = args.indexOf('--only')
  if (at < 0) return { stages: STAGES, filters: args }
  const names = (args[at + 1] ?? '').split(',')
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name))
  if (unknown !== undefined) {
    throw new SetupError(
      `there is no stage "${unknown}"; the stages are ${STAGES.map((stage) => stage.name).join(', ')}`,
    )
  }
  const filters = args.filter((_, index) => index !== at && index !== at + 1)
  return { stages: STAGES.filter((stage) => names.includes(stage.name)), filters }
}

/**
 * @param {Stage[]} stages
 * @param {string[]} filters
 * @param {Result[]} into
 * @returns {Promise<import('./test/stages.mjs').Surroundings>}
 */
async function surroundings(stages, filters, into) {
  const names = stages.map((stage) => stage.name)
  const windows = names.some((name) => ['chromium', 'electron'].includes(name))
  if (windows) {
    const { ok, text } = await provideSystemPackages(say)
    say(`System packages of the window tests: ${text}`)
    if (!ok) into.push({ name: 'system packages of the window tests', state: ci ? 'failed' : 'skipped', reason: text })
  }
  const browser = findBrowser()
  const electron = names.includes('electron') ? await provideTestElectron() : { reason: 'not asked for' }
  return {
    filters,
    ci,
    noBrowser: 'reason' in browser ? browser.reason : '',
    noElectron: 'reason' in electron ? electron.reason : '',
    ...('browser' in browser ? { browser: browser.browser.path } : {}),
    ...('path' in electron ? { electron: electron.path } : {}),
  }
}

/** @param {number} since */
const secondsSince = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/**
 * @param {string[]} args
 * @returns {Promise<Result[]>}
 */
async function main(args) {
  const { stages, filters } = chosen(args)
  const before = Date.now()
  await setup(stages.some((stage) => stage.needsBuild) ? {} : { only: ['packages', 'node'] })
  /** @type {Result[]} */
  const results = []
  const here = await surroundings(stages, filters, results)
  /** @type {string[][]} */
  const table = [['set-up', '', secondsSince(before)]]
  for (const stage of stages) {
    say(`\n── ${stage.name} ${'─'.repeat(Math.max(0, 60 - stage.name.length))}`)
    const started = Date.now()
    /** @type {Result[]} */
    const own = await stage
      .run(here)
      .catch((error) => [{ name: stage.name, state: /** @type {const} */ ('failed'), reason: String(error) }])
    results.push(...own)
    table.push([stage.name, summary(countOf(own)), secondsSince(started)])
  }
  say(`\n── summary ${'─'.repeat(53)}`)
  for (const [name = '', text = '', time = ''] of table)
    say(`${name.padEnd(10)} ${text.padEnd(36)} ${time.padStart(9)}`)
  say(`${'in all'.padEnd(47)} ${secondsSince(before).padStart(9)}`)
  for (const state of /** @type {const} */ (['skipped', 'failed'])) {
    const list = results.filter((result) => result.state === state)
    if (list.length > 0) say(`\n${state === 'skipped' ? 'Skipped' : 'Failed'}:`)
    for (const { name, reason } of list) say(`  ${name}${reason ? `: ${reason.split('\n')[0]}` : ''}`)
  }
  return results
}

for (const [signal, code] of /** @type {const} */ ([
  ['SIGINT', 130],
  ['SIGTERM', 143],
])) {
  process.on(signal, () => {
    endStage()
    process.exit(code)
  })
}
/** @type {Result[]} */
let results
try {
  results = await main(process.argv.slice(2))
} catch (error) {
  try {
    showFailure(error)
  } catch (bug) {
    process.stderr.write(`${/** @type {Error} */ (bug).stack}\n`)
  }
  results = [{ name: 'set-up', state: 'failed' }]
}
const counts = countOf(results)
process.exitCode = counts.failed > 0 ? 1 : 0
say(`\n${summary(counts)}`)
