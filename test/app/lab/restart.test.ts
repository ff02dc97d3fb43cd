import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Comparison } from '../../../src-main/contract/lab.ts'
import { engineScript, resourcesFolder } from '../../../src-main/core/places.ts'
import { adopt, forkCore, temporaryFolder, testCore, until } from '../../core/fixture.ts'
import { glyphFolder } from '../../fixtures/glyphs.ts'
import { comparisonAs, ENDED, planOf } from './fixture.ts'

const program = resolve(import.meta.dirname, '../../../src-main/core/main.ts')
const plan = planOf({
  ...{ losses: ['softmax', 'triplet-semi-hard'], networks: ['neighbor-mnist', 'alexnet'] },
  ...{ seeds: 2, steps: 4, batch: 8, labelled: 4 },
})
/** What does not depend on the clock. */
const table = ({ runs }: Comparison) =>
  runs.map(({ result, curve, problem, ...cell }) => ({
    ...{ ...cell, curve, problem },
    result: result && { ...result, seconds: 0 },
  }))

describe('a comparison whose program is killed', () => {
  it(
    'goes on with what was not done and ends with the table of one that was never stopped',
    { timeout: 240_000 },
    async () => {
      const folder = await glyphFolder(join(temporaryFolder(onTestFinished), 'glyphs'), 8)
      const whole = await testCore(onTestFinished, { engineScript, resources: resourcesFolder })
      const { id: unbroken } = await whole.api.startComparison({ folder: await whole.adopt(folder), plan })
      const expected = await comparisonAs(whole.api, unbroken, ...ENDED)
      expect(expected).toMatchObject({ state: 'done', done: 8 })
      expect(expected.runs.map(({ problem }) => problem)).toEqual(Array(8).fill(undefined))
      await whole.close()

      const options = ['--data', temporaryFolder(onTestFinished)]
      const first = forkCore(program, options)
      const { id } = await first.api.startComparison({ folder: await adopt(first.api, folder), plan })
      await until(async () => (await first.api.comparison(id)).done >= 2)
      const paused = await first.api.pauseComparison(id)
      expect(paused.state).toBe('paused')
      await first.api.resumeComparison(id)
      await until(async () => (await first.api.comparison(id)).done > paused.done)
      first.child.kill('SIGKILL')
      await first.ended

      const second = forkCore(program, options)
      onTestFinished(() => void second.child.kill('SIGKILL'))
      const found = await second.api.comparison(id)
      expect(found.state).toBe('interrupted')
      expect(found.done).toBeGreaterThan(paused.done)
      expect(found.done).toBeLessThan(8)
      await second.api.resumeComparison(id)
      const ended = await comparisonAs(second.api, id, ...ENDED)
      expect(ended.state).toBe('done')
      expect(table(ended)).toEqual(table(expected))
      // Those that were done are the very same measurements, to the last digit of their seconds.
      expect(ended.runs.slice(0, found.done)).toEqual(found.runs.slice(0, found.done))
      await second.api.deleteComparison(id)
      expect(await second.api.comparisons()).toEqual([])
    },
  )
})
