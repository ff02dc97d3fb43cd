import { existsSync, rmSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { asAppError } from '../../../src-main/contract/errors.ts'
import { fakePicture, temporaryFolder, until } from '../../core/fixture.ts'
import { between, folderOf, openWith, putModel, world } from './fixture.ts'

const failing = async (work: Promise<unknown>) => asAppError(await work.catch((error: unknown) => error))

async function withModel(given: Parameters<typeof putModel>[2] = {}) {
  const folder = temporaryFolder(onTestFinished)
  const model = await openWith(folder, (gallery) => putModel(gallery, folder, given))
  const core = await world(folder)
  return { core, model, ada: await core.add('Ada'), bob: await core.add('Bob') }
}

describe('promotion', () => {
  it('answers by the new model, in which every sample is found again', async () => {
    const { core, model, ada, bob } = await withModel()
    const before = await core.who(ada.path)
    expect(before).toMatchObject({ model: 'fake-object', candidates: [{ name: 'Ada' }, { name: 'Bob' }] })
    expect(await core.api.promote({ model })).toMatchObject({ id: model, state: 'live', verdict: 'better' })
    for (const [path, name] of [
      [ada.path, 'Ada'],
      [bob.path, 'Bob'],
    ] as const) {
      const after = await core.who(path)
      expect(after).toMatchObject({ model, verdict: 'known' })
      expect(after.candidates[0]).toMatchObject({ name })
      expect(after.candidates[0]!.distance).toBeLessThan(1e-6)
    }
    expect((await core.who(ada.path)).candidates[1]!.distance).not.toBe(before.candidates[1]!.distance)
    expect(await core.api.calibration('object')).toMatchObject({ model })
    expect(core.events.filter(({ type }) => type === 'models-changed')).toHaveLength(1)
    expect((await core.api.jobs())[0]).toMatchObject({ kind: 'promote', state: 'done', done: 2 })
  })

  it('embeds who is enrolled afterwards by the new model, and who was enrolled before a restart still', async () => {
    const { core, model } = await withModel()
    await core.api.promote({ model })
    const eve = await core.add('Eve')
    expect(await core.who(eve.path)).toMatchObject({ model, verdict: 'known', candidates: [{ name: 'Eve' }, {}, {}] })
    await core.close()
    const again = await world(core.dataFolder)
    expect(await again.who(eve.path)).toMatchObject({ model, candidates: [{ name: 'Eve' }, {}, {}] })
  })

  it('rolls back to the very same answers, and finds who was enrolled since', async () => {
    const { core, model, ada } = await withModel()
    const before = await core.who(ada.path)
    await core.api.promote({ model })
    const eve = await core.add('Eve')
    expect(await core.api.rollback('object')).toMatchObject({ id: 'fake-object', kind: 'shipped', state: 'live' })
    expect(await core.who(eve.path)).toMatchObject({
      model: 'fake-object',
      candidates: [{ name: 'Eve', distance: 0 }, {}, {}],
    })
    const { candidates, ...rest } = await core.who(ada.path)
    const without = candidates.filter(({ name }) => name !== 'Eve')
    expect({ ...rest, candidates: without }).toEqual(before)
    expect((await core.api.model(model)).state).toBe('retired')
    expect((await failing(core.api.rollback('object'))).code).toBe('nothing-to-undo')
  })

  it('goes back step by step, past what was discarded', async () => {
    const { core, model, ada } = await withModel()
    await core.api.promote({ model })
    const models: string[] = []
    const again = await between(core, async (gallery) => {
      for (let i = 0; i < 2; i++) models.push(await putModel(gallery, core.dataFolder))
    })
    const stale = await failing(again.api.promote({ model: models[0]! }))
    expect(stale).toMatchObject({ code: 'not-better', message: expect.stringContaining('compared with another model') })
    for (const next of models) await again.api.promote({ model: next, anyway: true })
    expect((await failing(again.api.discardModel(models[1]!))).code).toBe('wrong-use')
    expect(await again.api.discardModel(models[0]!)).toMatchObject({ state: 'discarded' })
    expect(existsSync(folderOf(again.dataFolder, models[0]!))).toBe(false)
    expect((await failing(again.api.promote({ model: models[0]!, anyway: true }))).code).toBe('wrong-use')
    expect(await again.api.rollback('object')).toMatchObject({ id: model })
    expect(await again.who(ada.path)).toMatchObject({ model, candidates: [{ name: 'Ada' }, {}] })
    expect(await again.api.rollback('object')).toMatchObject({ kind: 'shipped' })
  })

  it.each(['not-better', 'worse'] as const)(
    'refuses a model that is %s unless it is asked for anyway',
    async (verdict) => {
      const { core, model, ada } = await withModel({ verdict })
      const error = await failing(core.api.promote({ model }))
      expect(error.code).toBe('not-better')
      expect(error.message).toContain(`It is ${verdict}.`)
      expect(await core.who(ada.path)).toMatchObject({ model: 'fake-object' })
      await core.api.promote({ model, anyway: true })
      expect(await core.who(ada.path)).toMatchObject({ model })
    },
  )

  it('includes everybody who is enrolled or brought back while it goes on', { timeout: 60_000 }, async () => {
    const { core, model, bob } = await withModel()
    for (let i = 0; i < 6; i++) await core.add(`Early ${i}`)
    await core.api.deleteIdentity(bob.identity)
    const promoted = core.api.promote({ model })
    const added: { name: string; path: string }[] = []
    let going = true
    void promoted.finally(() => (going = false))
    // Two at a time, so that some look begins before the switch and ends after it.
    const enrolling = async (lane: number) => {
      for (let i = 0; going && i < 40; i++) {
        const name = `Late ${lane} ${i}`
        added.push({ name, path: (await core.add(name)).path })
      }
    }
    await Promise.all([enrolling(0), enrolling(1)])
    await promoted
    await core.api.undo()
    expect(added.length).toBeGreaterThan(1)
    for (const { name, path } of [...added, { name: 'Bob', path: bob.path }]) {
      const { candidates, ...rest } = await core.who(path)
      expect({ ...rest, name: candidates[0]!.name, near: candidates[0]!.distance < 1e-6 }).toEqual({
        ...{ model, verdict: 'known', name, near: true },
      })
    }
  })

  it('does not miss what was being looked at by the old model when the new one went live', async () => {
    const { core, model } = await withModel()
    const folder = temporaryFolder(onTestFinished)
    const paths = [0, 1, 2].map(() => fakePicture(folder, 'SLOW'))
    const { id: plan } = await core.api.planImport({ folder: await core.adopt(folder), by: 'file', profile: 'object' })
    const late = core.add('Late', 'SLOW')
    const job = await core.api.startImport({ plan, lowQuality: 'skip', severalFaces: 'skip' })
    await core.api.promote({ model })
    expect((await core.api.jobs()).find(({ id }) => id === job.id)).toMatchObject({ state: 'running', done: 0 })
    paths.push((await late).path)
    await until(async () => (await core.api.jobs()).find(({ id }) => id === job.id)?.state === 'done')
    for (const path of paths) {
      const { candidates, ...rest } = await core.who(path)
      expect(rest).toEqual({ model, verdict: 'known' })
      expect(candidates[0]!.distance).toBeLessThan(1e-6)
    }
  })

  it('leaves everything as it was when it is cancelled', async () => {
    const { core, model, ada } = await withModel()
    for (let i = 0; i < 30; i++) await core.add(`One ${i}`)
    const promoted = failing(core.api.promote({ model }))
    await until(async () => (await core.api.jobs()).some(({ done }) => done > 0))
    expect((await failing(core.api.promote({ model }))).message).toContain('being changed already')
    await core.api.cancelJob((await core.api.jobs())[0]!.id)
    expect((await promoted).code).toBe('cancelled')
    expect(await core.who(ada.path)).toMatchObject({ model: 'fake-object' })
    expect((await core.api.model(model)).state).toBe('challenger')
    await core.api.promote({ model })
    expect(await core.who(ada.path)).toMatchObject({ model })
  })

  it('says that the files of the live model are gone, and how to go on', async () => {
    const { core, model, ada } = await withModel()
    await core.api.promote({ model })
    rmSync(folderOf(core.dataFolder, model), { recursive: true })
    expect((await failing(core.who(ada.path))).code).toBe('model-missing')
    await core.api.rollback('object')
    expect(await core.who(ada.path)).toMatchObject({ model: 'fake-object' })
    expect((await failing(core.api.promote({ model }))).code).toBe('model-missing')
    expect(await core.who(ada.path)).toMatchObject({ model: 'fake-object' })
  })
})
