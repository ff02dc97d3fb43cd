// From the runners' reports to counts. A runner that dies without a report is one failed test, never a silent nothing.
import { readJson } from '../setup/stamp.mjs'

/**
 * @typedef {import('./vitest-report.mjs').Result} Result
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 * @typedef {{ title: string, specs?: { title: string, tests: PlaywrightTest[] }[], suites?: Suite[] }} Suite
 * @typedef {{ projectName: string, status: string, annotations: { type: string, description?: string }[] }} PlaywrightTest
 */

/**
 * @param {string} file written by vitest-report.mjs
 * @param {string} name of the stage
 * @param {number | string} ended exit code or signal
 * @returns {Result[]}
 */
export function vitestResults(file, name, ended) {
  const results = /** @type {Result[] | undefined} */ (readJson(file)) ?? []
  return withEnd(results, name, ended)
}

/**
 * @param {string} file Playwright's JSON report
 * @param {string} name of the stage
 * @param {number | string} ended exit code or signal
 * @returns {Result[]}
 */
export function playwrightResults(file, name, ended) {
  const report = /** @type {{ suites?: Suite[], errors?: { message?: string }[] } | undefined} */ (readJson(file))
  /** @type {Result[]} */
  const results = []
  /** @param {Suite} suite @param {string[]} above */
  const walk = (suite, above) => {
    const titles = [...above, suite.title]
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) results.push(playwrightResult([...titles, spec.title].join(' > '), test))
    }
    for (const inner of suite.suites ?? []) walk(inner, titles)
  }
  for (const suite of report?.suites ?? []) walk(suite, [])
  for (const error of report?.errors ?? []) {
    results.push({ name: `${name}: outside every test`, state: 'failed', reason: error.message ?? 'no message' })
  }
  return withEnd(results, name, ended)
}

/**
 * @param {string} title
 * @param {PlaywrightTest} test
 * @returns {Result}
 */
function playwrightResult(title, test) {
  const name = `${test.projectName}: ${title}`
  if (test.status === 'skipped') {
    const note = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description
    return { name, state: 'skipped', reason: note ?? 'its condition does not hold here' }
  }
  return { name, state: test.status === 'expected' || test.status === 'flaky' ? 'passed' : 'failed' }
}

/**
 * @param {Result[]} results
 * @param {string} name
 * @param {number | string} ended
 * @returns {Result[]}
 */
function withEnd(results, name, ended) {
  if (ended === 0 && results.length > 0) return results
  if (results.some((result) => result.state === 'failed')) return results
  const reason = results.length === 0 ? `it ends with ${ended} and without a report` : `it ends with ${ended}`
  return [...results, { name, state: 'failed', reason }]
}

/**
 * @param {Result[]} results
 * @returns {Counts}
 */
export function countOf(results) {
  /** @param {string} state */
  const of = (state) => results.filter((result) => result.state === state).length
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') }
}

/**
 * @param {Counts} counts
 * @returns {string} the last line of `npm test`
 */
export const summary = ({ passed, failed, skipped }) => `${passed} passed, ${failed} failed, ${skipped} skipped`
