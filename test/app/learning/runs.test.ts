import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { pictureLike, peopleAndFolder, runAs, triageOf, OVER } from './fixture.ts'
import { temporaryFolder, testCore, type Clean, type TestCore } from '../../core/fixture.ts'

const steps: (() => void | Promise<void>)[] = []
const later: Clean = (step) => void steps.push(step)

/** A core with four people and a folder of their photos, looked through. */
async function prepared(photos = 8): Promise<{ core: TestCore; folder: string; triage: string }> {
  const core = await testCore(later)
  const folder = temporaryFolder(later)
  await peopleAndFolder(core.api, temporaryFolder(later), folder, photos)
  const { id, refusal } = await triageOf(core.api, folder)
  expect(refusal).toBeUndefined()
  return { core, folder, triage: id }
}

/** Long enough to be in the midst of it. */
const LONG = { recipe: 'distance-ratio', seed: 1, steps: 1_000_000 } as const

describe('a run', () => {
  let core: TestCore
  let folder: string
  let triage: string
  beforeAll(async () => {
    ;({ core, folder, triage } = await prepared())
    return async () => {
      for (const step of steps.reverse()) await step()
    }
  })
  const start = (config: { recipe: 'whiten' | 'propagate' | 'distance-ratio'; seed: number; steps?: number }) =>
    core.api.startRun({ triage, profile: 'face', config })

  it('ends as a challenger with its data, its comparison and its prototypes; nothing else changes', async () => {
    const { id } = await start({ recipe: 'propagate', seed: 1 })
    const run = await runAs(core.api, id, ...OVER)
    expect(run.problem).toBeUndefined()
    expect(run.state).toBe('done')
    const model = await core.api.model(run.model!)
    expect(model).toMatchObject({ state: 'challenger', kind: 'head', recipe: 'propagate', run: id })
    expect(model.data).toMatchObject({ photos: 32, references: 4 })
    expect(model.trainedOn.map(({ name }) => name).sort()).toEqual(['Ada', 'Bea', 'Cat', 'Dan'])
    expect(model.comparison?.evidence.kind).toBe('gate')
    expect(model.comparison?.evidence.gate).toBeDefined()
    expect((await core.api.models()).find(({ kind, profile }) => kind === 'shipped' && profile === 'face')?.state).toBe(
      'live',
    )
    const points = await core.api.runPoints({ run: id, from: 0 })
    expect(points.at(-1)?.heldOut?.trials).toBeGreaterThan(0)
    const map = await core.api.runMap(id)
    expect(map!.xy).toHaveLength(2 * 36)
    expect([...map!.label].filter((label) => label >= 0)).toEqual([0, 1, 2, 3])
    expect(core.events.some((event) => event.type === 'run-points' && event.run === id)).toBe(true)
  })

  it('writes nothing that names a person or a photo in the clear', () => {
    const below = join(core.dataFolder, 'runs')
    for (const entry of readdirSync(below, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const bytes = readFileSync(join(entry.parentPath, entry.name))
      expect(bytes.includes('Ada')).toBe(false)
      expect(bytes.includes('.jpg')).toBe(false)
    }
  })

  it('is compared with the model that is live, whichever that is', async () => {
    const [first] = (await core.api.runs()).filter(({ model }) => model !== undefined)
    await core.api.promote({ model: first!.model!, anyway: true })
    const run = await runAs(core.api, (await start({ recipe: 'whiten', seed: 7 })).id, ...OVER)
    expect(run.problem).toBeUndefined()
    const { comparison, parent } = await core.api.model(run.model!)
    expect([comparison?.champion.model, parent]).toEqual([first!.model, first!.model])
    await core.api.rollback('face')
  })

  it('that is killed is interrupted with the reason, and goes on to the same model as one that is not', async () => {
    const whole = await runAs(core.api, (await start({ recipe: 'distance-ratio', seed: 5, steps: 40 })).id, ...OVER)
    expect(whole.problem).toBeUndefined()
    const { id } = await start({ recipe: 'distance-ratio', seed: 5, steps: 40 })
    process.kill(core.trainerPid()!, 'SIGKILL')
    const killed = await runAs(core.api, id, ...OVER)
    expect(killed.state).toBe('interrupted')
    expect(killed.problem?.message).toContain('SIGKILL')
    await core.api.resumeRun(id)
    const run = await runAs(core.api, id, ...OVER)
    expect(run.problem).toBeUndefined()
    expect(run.model).toBe(whole.model)
  })

  it('pauses, lets another one be started, and goes on', async () => {
    const { id } = await start(LONG)
    await runAs(core.api, id, 'running')
    await expect(start(LONG)).rejects.toMatchObject({ code: 'wrong-use' })
    const pid = core.trainerPid()!
    expect((await core.api.pauseRun(id)).state).toBe('paused')
    await expect.poll(() => alive(pid)).toBe(false)
    const other = await start({ recipe: 'whiten', seed: 1 })
    expect((await runAs(core.api, other.id, ...OVER)).state).toBe('done')
    await core.api.resumeRun(id)
    await runAs(core.api, id, 'running')
    expect((await core.api.cancelRun(id)).state).toBe('cancelled')
  })

  it('is cancelled within half a second, whatever it does, and can then be deleted', async () => {
    for (const wait of [0, 300, 900]) {
      const { id } = await start(LONG)
      await new Promise((done) => setTimeout(done, wait))
      const began = performance.now()
      expect((await core.api.cancelRun(id)).state).toBe('cancelled')
      expect(performance.now() - began).toBeLessThan(500)
      await expect(core.api.resumeRun(id)).rejects.toMatchObject({ code: 'wrong-use' })
      await core.api.deleteRun(id)
      expect(existsSync(join(core.dataFolder, 'runs', id))).toBe(false)
    }
  })

  it('goes on without a photo that was deleted, and waits when a drive is gone', async () => {
    const lost = pictureLike(folder, 'Ada')
    for (let extra = 0; extra < 8; extra++) pictureLike(folder, 'Bea')
    triage = (await triageOf(core.api, folder)).id
    rmSync(lost)
    const one = await runAs(core.api, (await start({ recipe: 'whiten', seed: 2 })).id, ...OVER)
    expect(one.state).toBe('done')
    expect(one.notices.map(({ message }) => message).join()).toContain('1 photos can no longer be read')
    rmSync(folder, { recursive: true })
    const two = await runAs(core.api, (await start({ recipe: 'whiten', seed: 2 })).id, ...OVER)
    expect(two.state).toBe('paused')
    expect(two.problem?.message).toContain('unplugged')
    expect((await core.api.status()).gallery.identities).toBe(4)
  })
})

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
