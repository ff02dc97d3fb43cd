// A reporter for vitest beside its own: what each test came to, with the reason of a skipped one, as JSON.
import process from 'node:process'
import { writeWhole } from '../setup/stamp.mjs'

/** @typedef {{ name: string, state: 'passed' | 'failed' | 'skipped', reason?: string }} Result */

export default class VitestReport {
  /**
   * @param {readonly import('vitest/node').TestModule[]} testModules
   * @param {readonly { message: string }[]} unhandledErrors
   */
  onTestRunEnd(testModules, unhandledErrors) {
    /** @type {Result[]} */
    const results = []
    for (const module of testModules) {
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId} > ${test.fullName}`
        const result = test.result()
        if (result.state === 'skipped') {
          results.push({ name, state: 'skipped', reason: result.note ?? 'its condition does not hold here' })
        } else {
          // A test that the run never reached is no pass.
          results.push({ name, state: result.state === 'passed' ? 'passed' : 'failed' })
        }
      }
      for (const error of module.errors()) {
        results.push({ name: module.relativeModuleId, state: 'failed', reason: error.message })
      }
    }
    for (const error of unhandledErrors) {
      results.push({ name: 'an error outside every test', state: 'failed', reason: error.message })
    }
    const file = process.env.SEMBLANCE_TEST_REPORT
    if (file) writeWhole(file, JSON.stringify(results))
  }
}
