import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Comparison } from '../../../src-main/contract/lab.ts'
import { adopt, forkCore, temporaryFolder, until } from '../../core/fixture.ts'
import { glyphFolder } from '../../fixtures/glyphs.ts'
import { comparisonAs, ENDED, planOf } from './fixture.ts'

const program = resolve(import.meta.dirname, '../../../src-main/core/main.ts')
const plan = planOf({
  ...{ losses: ['softmax', 'triplet-semi-hard'], networks: ['neighbor-mnist', 'alexnet'] },
  ...{ seeds: 2, steps: 3, batch: 8, labelled: 3 },
})
/** What does not depend on the clock. */
const table = ({ runs }: Comparison) =>
  runs.map(({ result, ...cell }) => ({ ...cell, took: 0, result: result && { ...result, seconds: 0 } }))

describe('a comparison whose program is killed', () => {
  it(
    'goes on with what was not done and ends with the table of one that was never stopped',
    { timeout: 240_000 },
    async () => {
      const folder = await glyphFolder(join(temporaryFolder(onTestFinished), 'glyphs'), 5)
      const options = ['--data', temporaryFolder(onTestFinished)]
      const first = forkCore(program, options)
      const { id } = await first.api.startComparison({ folder: await adopt(first.api, folder), plan })
      await until(async () => (await first.api.comparison(id)).done >= 3)
      first.child.kill('SIGKILL')
      await first.ended

      const { api, child } = forkCore(program, options)
      onTestFinished(() => void child.kill('SIGKILL'))
      const found = await api.comparison(id)
      expect(found).toMatchObject({ state: 'interrupted', problem: { code: 'core-stopped' } })
      expect(found.done).toBeGreaterThanOrEqual(3)
      expect(found.done).toBeLessThan(8)
      await api.resumeComparison(id)
      const ended = await comparisonAs(api, id, ...ENDED)
      expect(ended).toMatchObject({ state: 'done', done: 8 })
      // Those that were done are the very same measurements, to the last digit of their seconds.
      expect(ended.runs.slice(0, found.done)).toEqual(found.runs.slice(0, found.done))

      const { id: other } = await api.startComparison({ folder: await adopt(api, folder), plan })
      const unbroken = await comparisonAs(api, other, ...ENDED)
      expect(unbroken.runs.map(({ state }) => state)).toEqual(Array(8).fill('done'))
      expect(table(ended)).toEqual(table(unbroken))
    },
  )
})
