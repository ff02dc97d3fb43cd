import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TrainerApi, TrainerEvent, TrialWork } from '../../../src-main/contract/trainer-api.ts'
import { createTrainer } from '../../../src-main/engine/trainer/trainer.ts'
import { resources } from '../fixture.ts'
import { clouds } from '../methods/clouds.ts'

const { pictures, labels, classes, ...places } = clouds(150, 30, 60, 1)

async function opened(onEvent: (event: TrainerEvent, trainer: TrainerApi) => void = () => {}) {
  const folder = mkdtempSync(join(tmpdir(), 'semblance-trials-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const events: TrainerEvent[] = []
  const tell = (event: TrainerEvent) => (events.push(event), onEvent(event, trainer))
  const trainer = createTrainer({ resources, backend: 'wasm', tell })
  await trainer.fill({ table: 'pixels', columns: 64, values: pictures.values.subarray(0, 50 * 64) })
  await trainer.fill({ table: 'pixels', columns: 64, values: pictures.values.subarray(50 * 64) })
  const work = (changed: Partial<TrialWork> = {}): TrialWork => ({
    folder: join(folder, String(changed.seed ?? 0)),
    ...{ loss: 'softmax', network: 'neighbor-mnist', method: 'direct', dimensions: null, seed: 0, steps: 10, batch: 8 },
    ...{ picture: { width: 8, height: 8, channels: 1 }, classes, labels: Int32Array.from(labels), ...places },
    ...changed,
  })
  return { trainer, events, work }
}
const steps = (events: readonly TrainerEvent[]) =>
  events.flatMap((event) => (event.type === 'cell' ? [event.point.step] : []))

describe('the trainer and comparisons', () => {
  it('runs one after the other over the same pictures and tells how far each is', async () => {
    const { trainer, events, work } = await opened()
    const first = await trainer.trial(work())
    expect(first).toMatchObject({ trials: 60, parameters: expect.any(Number) as number })
    expect(events[0]).toEqual({ type: 'from', step: 0 })
    expect(events).toContainEqual({ type: 'progress', step: 10, steps: 10 })
    expect(steps(events)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(events.some(({ type }) => type === 'notice')).toBe(false)
    const second = await trainer.trial(work({ seed: 1, dimensions: 16, loss: 'triplet-semi-hard' }))
    expect(second.parameters).toBe(first.parameters + 128 * 16 + 16)
    expect(second.macs).toBe(first.macs + 128 * 16)
    const third = await trainer.trial(work({ seed: 2, method: 'meta-pseudo-labels' }))
    expect(third.error).toBeLessThanOrEqual(1)
  })

  it('waits when it is asked to, its checkpoint written, and another process goes on from there', async () => {
    let paused: Promise<void> | undefined
    const { trainer, events, work } = await opened((event, own) => {
      if (event.type === 'cell' && event.point.step === 4) paused = own.pause()
    })
    const whole = trainer.trial(work())
    for (let waited = 0; paused === undefined && waited < 200; waited++) await new Promise((go) => setTimeout(go, 25))
    await paused
    const saved = events.flatMap((event) => (event.type === 'saved' ? [event.step] : []))
    expect(saved).toHaveLength(1)
    const other: TrainerEvent[] = []
    const fresh = createTrainer({ resources, backend: 'wasm', tell: (event) => other.push(event) })
    await fresh.fill({ table: 'pixels', columns: 64, values: pictures.values })
    const resumed = await fresh.trial(work())
    expect(other.find(({ type }) => type === 'progress')).toMatchObject({ step: saved[0] })
    expect(steps(other)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    await trainer.resume()
    expect(await whole).toEqual({ ...resumed, seconds: expect.any(Number) as number })
  })

  it('says in words what does not go together', async () => {
    const { trainer, work } = await opened()
    const wrong = { code: 'wrong-use' }
    await expect(trainer.trial(work({ method: 'noisy-student', loss: 'contrastive' }))).rejects.toMatchObject(wrong)
    await expect(trainer.trial(work({ loss: 'none' }))).rejects.toMatchObject(wrong)
    await expect(trainer.trial(work({ network: 'omniglot' }))).rejects.toMatchObject(wrong)
  })
})
