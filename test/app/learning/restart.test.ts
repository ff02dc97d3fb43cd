import { resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fakeResources, forkCore, temporaryFolder } from '../../core/fixture.ts'
import { OVER, peopleAndFolder, runAs, triageOf } from './fixture.ts'

const program = resolve(import.meta.dirname, '../../core/fake-core.ts')

describe('after the program was killed', () => {
  it(
    'a triage and what was made of it are kept, and a run that was at work is interrupted and goes on',
    { timeout: 180_000 },
    async () => {
      const [data, resources] = [temporaryFolder(onTestFinished), fakeResources(onTestFinished)]
      const folder = temporaryFolder(onTestFinished)
      const first = forkCore(program, [data, resources])
      await peopleAndFolder(first.api, temporaryFolder(onTestFinished), folder)
      const { id: triage, counts } = await triageOf(first.api, folder)
      await first.api.leaveOut({ triage, items: [0, 1], out: true })
      const config = { recipe: 'distance-ratio', seed: 1, steps: 1_000_000 } as const
      const { id } = await first.api.startRun({ triage, profile: 'face', config })
      await runAs(first.api, id, 'running')
      const paused = await first.api.pauseRun(id)
      expect(paused.state).toBe('paused')
      await first.api.resumeRun(id)
      await runAs(first.api, id, 'running')
      first.child.kill('SIGKILL')
      await first.ended

      const second = forkCore(program, [data, resources])
      onTestFinished(() => void second.child.kill('SIGKILL'))
      expect((await second.api.triage(triage)).counts).toEqual(counts)
      const { items } = await second.api.triageItems({ triage, offset: 0, limit: 3 })
      expect(items.map(({ leftOut }) => leftOut)).toEqual([true, true, false])
      const [run] = await second.api.runs()
      expect(run).toMatchObject({ id, state: 'interrupted', photos: 30 })
      expect(run!.problem?.message).toContain('goes on from what was saved last')
      await second.api.resumeRun(id)
      await runAs(second.api, id, 'running')
      expect((await second.api.cancelRun(id)).state).toBe('cancelled')
      const { id: short } = await second.api.startRun({
        triage,
        profile: 'face',
        config: { recipe: 'whiten', seed: 1 },
      })
      expect((await runAs(second.api, short, ...OVER)).state).toBe('done')
    },
  )
})
