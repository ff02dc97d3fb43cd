import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunPoint } from '../../../src-main/contract/types.ts'
import { temporaryFolder, testCore, until } from '../../core/fixture.ts'
import { peopleAndFolder, runAs, triageOf } from './fixture.ts'

/** What a window keeps of the events: points by their step. */
function shownOf(events: readonly { type: string }[], run: string): RunPoint[] {
  const shown = new Map<number, RunPoint>()
  for (const event of events as readonly { type: string; run: string; from?: number; points: RunPoint[] }[]) {
    if (event.type !== 'run-points' || event.run !== run) continue
    for (const step of shown.keys()) if (step > (event.from ?? Infinity)) shown.delete(step)
    for (const point of event.points) shown.set(point.step, point)
  }
  return [...shown.values()].sort((a, b) => a.step - b.step)
}

describe('a head run that is gone on with', () => {
  it(
    'goes on at its checkpoint; its points are those of one line of steps, on the disk and in the window, and its seconds go on',
    { timeout: 120_000 },
    async () => {
      const core = await testCore(onTestFinished)
      const { api } = core
      const folder = temporaryFolder(onTestFinished)
      await peopleAndFolder(api, temporaryFolder(onTestFinished), folder)
      const { id: triage } = await triageOf(api, folder)
      const config = { recipe: 'distance-ratio', seed: 1, steps: 1_000_000 } as const
      const { id } = await api.startRun({ triage, profile: 'face', config })
      const points = () => api.runPoints({ run: id, from: 0 })
      await until(async () => (await points()).length >= 2)
      await api.pauseRun(id)
      const saved = (await api.runs())[0]!
      expect(saved.savedAt).toBeDefined()
      await api.resumeRun(id)
      const before = (await points()).length
      await until(async () => (await points()).length >= before + 2)
      // Killed: what was done since the checkpoint is done again.
      process.kill(core.trainerPid()!, 'SIGKILL')
      await runAs(api, id, 'interrupted')
      const interrupted = await points()
      expect(interrupted.at(-1)!.step).toBeGreaterThan(saved.step)
      const kept = interrupted.filter(({ step }) => step <= saved.step)
      await api.resumeRun(id)
      await until(async () => core.events.some((event) => event.type === 'run-points' && event.from === saved.step))
      await until(async () => (await points()).length >= kept.length + 3)
      await api.pauseRun(id)

      const all = await points()
      expect(all.slice(0, kept.length)).toEqual(kept)
      const rising = (values: number[]) => values.every((value, i) => i === 0 || value > values[i - 1]!)
      expect(rising(all.map(({ step }) => step))).toBe(true)
      expect(rising(all.map(({ seconds }) => seconds))).toBe(true)
      expect(all[kept.length]!.step).toBeGreaterThan(saved.step)
      await until(() => shownOf(core.events, id).length === all.length)
      expect(shownOf(core.events, id)).toEqual(all)
      await api.cancelRun(id)
    },
  )
})
