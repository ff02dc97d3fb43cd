// Runs named steps in order and remembers each finished one, so that an interrupted set-up goes on where it stopped.
import { readStamp, writeStamp } from './stamp.mjs'

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string} title shown to the user
 * @property {() => string} key changes when the step has to run again; cheap, starts no process
 * @property {() => boolean} present whether what the step made is still there; cheap
 * @property {() => boolean} [adopt] whether the wanted state is there although no stamp says so (an `npm install` by hand)
 * @property {(progress: import('./report.mjs').Progress) => Promise<Outcome>} run
 *
 * @typedef {{ text: string, retryAfterSeconds?: number }} Outcome one line for the user; with `retryAfterSeconds` the step
 *   counts as unfinished again after that time
 */

/**
 * @param {Record<string, import('./stamp.mjs').Entry>} stamp
 * @param {Step} step
 */
function finished(stamp, step) {
  const entry = stamp[step.name]
  if (!entry || (entry.until !== undefined && Date.now() > entry.until)) return false
  return entry.key === step.key() && step.present()
}

/**
 * @param {Step[]} steps
 * @param {string} stampFile
 * @returns {Step[]} the steps that have to run, in order
 */
export function pending(steps, stampFile) {
  const stamp = readStamp(stampFile)
  return steps.filter((step) => !finished(stamp, step))
}

/**
 * Runs what is pending. The stamp is written after each step and loses a step's entry before that step runs, so whatever
 * line the process dies at, the next call runs that step again and no finished one.
 * @param {Step[]} steps
 * @param {string} stampFile
 * @param {{ begin: (label: string) => import('./report.mjs').Progress & { end: (outcome: string) => void } }} report
 * @param {{ force?: boolean }} [options]
 * @returns {Promise<string[]>} names of the steps that ran
 */
export async function runSteps(steps, stampFile, report, { force = false } = {}) {
  const ran = []
  for (const [index, step] of steps.entries()) {
    const stamp = readStamp(stampFile)
    if (!force && finished(stamp, step)) continue
    const started = Date.now()
    if (!force && step.adopt?.()) {
      stamp[step.name] = { key: step.key(), at: new Date().toISOString(), seconds: 0 }
      writeStamp(stampFile, stamp)
      continue
    }
    if (stamp[step.name]) {
      delete stamp[step.name]
      writeStamp(stampFile, stamp)
    }
    const progress = report.begin(`${index + 1}/${steps.length} ${step.title}`)
    // Taken before the run: a source that changes meanwhile makes the step pending again.
    const key = step.key()
    let outcome
    try {
      outcome = await step.run(progress)
    } catch (error) {
      progress.end('failed')
      throw error
    }
    const seconds = (Date.now() - started) / 1000
    const after = readStamp(stampFile)
    after[step.name] = {
      key,
      at: new Date().toISOString(),
      seconds,
      ...(outcome.retryAfterSeconds === undefined ? {} : { until: Date.now() + outcome.retryAfterSeconds * 1000 }),
    }
    writeStamp(stampFile, after)
    progress.end(outcome.text)
    ran.push(step.name)
  }
  return ran
}
