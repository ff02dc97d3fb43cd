#!/usr/bin/env node
// Brings a fresh clone to where the app and its tests run. `npm start`, `npm test` and `npx semblance` call it first.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { build } from './setup/build.mjs'
import { endChildren, SetupError } from './setup/child.mjs'
import { takeLock } from './setup/lock.mjs'
import { models } from './setup/models.mjs'
import { endOrphans } from './setup/orphans.mjs'
import { node, packages } from './setup/packages.mjs'
import { stateFolder } from './setup/paths.mjs'
import { createReport } from './setup/report.mjs'
import { pending, runSteps } from './setup/steps.mjs'
import { tensorflow } from './setup/tensorflow.mjs'

const stampFile = path.join(stateFolder, 'stamp.json')

/**
 * @param {{ again?: boolean, gpu?: boolean }} [wish]
 * @returns {import('./setup/steps.mjs').Step[]}
 */
const allSteps = (wish) => [packages, node, tensorflow(wish), models(), build]

/**
 * Runs the steps that are not done yet. When nothing changed it returns at once and starts no process.
 * @param {{ only?: string[], quiet?: boolean, force?: boolean, gpu?: boolean }} [options] `only` names steps, `quiet` says nothing
 *   when there is nothing to do and keeps stdout free, `force` runs the named steps again
 * @returns {Promise<string[]>} names of the steps that ran
 * @throws {SetupError}
 */
export async function setup({ only, quiet = false, force = false, gpu = false } = {}) {
  const started = Date.now()
  const steps = allSteps({ again: force, gpu })
  const unknown = only?.find((name) => !steps.some((step) => step.name === name))
  if (unknown !== undefined) {
    throw new SetupError(`there is no step "${unknown}"; the steps are ${steps.map((step) => step.name).join(', ')}`)
  }
  const chosen = only ? steps.filter((step) => only.includes(step.name)) : steps
  const out = quiet ? process.stderr : process.stdout
  if (!force && pending(chosen, stampFile).length === 0) {
    if (!quiet) out.write(`Set-up: nothing changed (${((Date.now() - started) / 1000).toFixed(2)} s)\n`)
    return []
  }
  mkdirSync(stateFolder, { recursive: true })
  const report = createReport(out)
  const release = await takeLock(path.join(stateFolder, 'lock'), (owner) =>
    report.line(`Another set-up is at work${owner ? ` (process ${owner.pid})` : ''}; this one goes on after it.`),
  )
  /** @param {NodeJS.Signals} signal */
  const stop = async (signal) => {
    report.close()
    await endChildren()
    release()
    out.write('Set-up is interrupted; the next start goes on from here.\n')
    process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    await endOrphans(path.join(stateFolder, 'children'))
    const ran = await runSteps(chosen, stampFile, report, { force })
    report.line(`Set-up: done in ${((Date.now() - started) / 1000).toFixed(1)} s`)
    return ran
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    report.close()
    release()
  }
}

/**
 * Says what went wrong, with the last lines of the log, and sets the exit code.
 * @param {unknown} error
 */
export function showFailure(error) {
  if (!(error instanceof SetupError)) throw error
  if (error.details) process.stderr.write(`${error.details}\n\n`)
  process.stderr.write(
    `Set-up stops: ${error.message}\nThe logs are in .setup/. The next start goes on from this step.\n`,
  )
  process.exitCode = 1
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2)
  const at = args.indexOf('--only')
  const only = at < 0 ? undefined : (args[at + 1] ?? '').split(',')
  // A step named by hand runs again, whatever the stamp says.
  await setup({ ...(only ? { only, force: true } : {}), gpu: args.includes('--gpu') }).catch(showFailure)
}
