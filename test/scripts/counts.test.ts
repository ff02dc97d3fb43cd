import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { countOf, playwrightResults, summary, vitestResults } from '../../scripts/test/counts.mjs'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'semblance-counts-'))
  file = path.join(folder, 'report.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const playwrightTest = (status: string, annotations: { type: string; description?: string }[] = []) => ({
  projectName: 'chromium',
  status,
  annotations,
})

describe('counts of npm test', () => {
  test('a runner that dies without a report is one failed test', () => {
    expect(countOf(vitestResults(file, 'vitest', 'SIGKILL'))).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(countOf(playwrightResults(file, 'chromium', 1))).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  test('a runner that ends well and reports no test is one failed test', () => {
    writeFileSync(file, '[]')
    expect(countOf(vitestResults(file, 'vitest', 0)).failed).toBe(1)
  })

  test('a runner that ends badly with only passed tests is one failed test more', () => {
    writeFileSync(file, JSON.stringify([{ name: 'a', state: 'passed' }]))
    expect(countOf(vitestResults(file, 'vitest', 1))).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })

  test('a failed test is not counted twice when the runner ends badly for it', () => {
    writeFileSync(file, JSON.stringify([{ name: 'a', state: 'failed' }]))
    expect(countOf(vitestResults(file, 'vitest', 1))).toEqual({ passed: 0, failed: 1, skipped: 0 })
  })

  test('nested suites of a Playwright report are counted with the reason of each skipped test', () => {
    const skipped = playwrightTest('skipped', [{ type: 'skip', description: 'no camera is found' }])
    const spec = (title: string, own: unknown) => ({ title, tests: [own] })
    const inner = { title: 'page', specs: [spec('waits', skipped), spec('breaks', playwrightTest('unexpected'))] }
    const outer = { title: 'a.spec.ts', specs: [spec('opens', playwrightTest('expected'))], suites: [inner] }
    writeFileSync(file, JSON.stringify({ suites: [outer], errors: [] }))
    const results = playwrightResults(file, 'chromium', 1)
    expect(summary(countOf(results))).toBe('1 passed, 1 failed, 1 skipped')
    expect(results).toContainEqual({
      name: 'chromium: a.spec.ts > page > waits',
      state: 'skipped',
      reason: 'no camera is found',
    })
  })

  test('an error outside every Playwright test fails', () => {
    writeFileSync(file, JSON.stringify({ suites: [], errors: [{ message: 'no such project' }] }))
    expect(playwrightResults(file, 'chromium', 1)).toMatchObject([{ state: 'failed', reason: 'no such project' }])
  })
})
