import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readStamp } from '../../scripts/setup/stamp.mjs'
import { pending, runSteps } from '../../scripts/setup/steps.mjs'

const report = { begin: () => ({ stage: () => {}, note: () => {}, end: () => {} }) }

let folder: string
let stamp: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'semblance-steps-'))
  stamp = path.join(folder, 'stamp.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A step that makes a file and counts its runs. */
function fakeStep(
  name: string,
  options: { key?: () => string; fail?: () => boolean; retryAfterSeconds?: number } = {},
) {
  const made = path.join(folder, name)
  const step = {
    runs: 0,
    made,
    name,
    title: name,
    key: options.key ?? (() => 'one'),
    present: () => existsSync(made),
    async run() {
      step.runs += 1
      if (options.fail?.()) throw new Error(`${name} breaks`)
      writeFileSync(made, '')
      return {
        text: 'done',
        ...(options.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: options.retryAfterSeconds }),
      }
    },
  }
  return step
}

describe('steps of the set-up', () => {
  test('run in order, once, and nothing is pending afterwards', async () => {
    const steps = [fakeStep('a'), fakeStep('b')]
    expect(await runSteps(steps, stamp, report)).toEqual(['a', 'b'])
    expect(pending(steps, stamp)).toEqual([])
    expect(await runSteps(steps, stamp, report)).toEqual([])
    expect(steps.map((step) => step.runs)).toEqual([1, 1])
  })

  test('a step that fails leaves the finished ones finished and runs first next time', async () => {
    let broken = true
    const steps = [fakeStep('a'), fakeStep('b', { fail: () => broken }), fakeStep('c')]
    await expect(runSteps(steps, stamp, report)).rejects.toThrow('b breaks')
    expect(Object.keys(readStamp(stamp))).toEqual(['a'])
    broken = false
    expect(await runSteps(steps, stamp, report)).toEqual(['b', 'c'])
    expect(steps.map((step) => step.runs)).toEqual([1, 2, 1])
  })

  test('a changed key and a vanished result each run their step again, and only theirs', async () => {
    let key = 'one'
    const steps = [fakeStep('a', { key: () => key }), fakeStep('b')]
    await runSteps(steps, stamp, report)
    key = 'two'
    expect(await runSteps(steps, stamp, report)).toEqual(['a'])
    rmSync((steps[1] as { made: string }).made)
    expect(await runSteps(steps, stamp, report)).toEqual(['b'])
  })

  test('a step whose rerun fails is no longer stamped, even if its key goes back', async () => {
    let key = 'one'
    let broken = false
    const steps = [fakeStep('a', { key: () => key, fail: () => broken })]
    await runSteps(steps, stamp, report)
    key = 'two'
    broken = true
    await expect(runSteps(steps, stamp, report)).rejects.toThrow('a breaks')
    key = 'one'
    expect(pending(steps, stamp)).toHaveLength(1)
  })

  test('a state that is there without a stamp is taken over and not made again', async () => {
    const step = { ...fakeStep('a'), adopt: () => true }
    writeFileSync(step.made, '')
    expect(await runSteps([step], stamp, report)).toEqual([])
    expect(pending([step], stamp)).toEqual([])
  })

  test('an outcome that asks for another try is pending again after its time', async () => {
    const later = fakeStep('later', { retryAfterSeconds: 3600 })
    const atOnce = fakeStep('at-once', { retryAfterSeconds: -1 })
    await runSteps([later, atOnce], stamp, report)
    expect(pending([later, atOnce], stamp).map((step) => step.name)).toEqual(['at-once'])
  })

  test('a torn stamp counts as none', async () => {
    const steps = [fakeStep('a')]
    await runSteps(steps, stamp, report)
    writeFileSync(stamp, readFileSync(stamp, 'utf8').slice(0, 20))
    expect(pending(steps, stamp)).toHaveLength(1)
  })

  test('a process killed inside a step is resumed at that step', async () => {
    const module = pathToFileURL(path.resolve('scripts/setup/steps.mjs')).href
    const script = `
      import { existsSync, writeFileSync } from 'node:fs'
      import { runSteps } from ${JSON.stringify(module)}
      const step = (name, run) => ({ name, title: name, key: () => 'one', present: () => existsSync(${JSON.stringify(folder)} + '/' + name), run })
      const make = (name) => step(name, async () => (writeFileSync(${JSON.stringify(folder)} + '/' + name, ''), { text: '' }))
      const hang = step('b', () => { process.stdout.write('inside'); setInterval(() => {}, 1000); return new Promise(() => {}) })
      await runSteps([make('a'), hang, make('c')], ${JSON.stringify(stamp)}, { begin: () => ({ stage() {}, note() {}, end() {} }) })`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    const steps = [fakeStep('a'), fakeStep('b'), fakeStep('c')]
    expect(await runSteps(steps, stamp, report)).toEqual(['b', 'c'])
  })
})
