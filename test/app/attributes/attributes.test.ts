import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Attribute } from '../../../src-main/contract/attributes.ts'
import { temporaryFolder, testCore, until, type Clean, type TestCore } from '../../core/fixture.ts'
import { ended, hats, learn } from './hats.ts'

const heads = ({ dataFolder }: TestCore) =>
  existsSync(join(dataFolder, 'models')) ? readdirSync(join(dataFolder, 'models')) : []

/** What the later tests clean up only at the end. */
const steps: (() => void | Promise<void>)[] = []
const later: Clean = (step) => void steps.push(step)
afterAll(async () => {
  for (const step of steps.reverse()) await step()
})

describe('attributes of a labelled folder', () => {
  let core: TestCore
  let folder: string
  let attributes: readonly Attribute[]
  beforeAll(async () => {
    core = await testCore(later)
    folder = hats(later)
    attributes = await learn(core, folder)
  }, 120_000)

  it('are planned with what is learned, what is missing and what is refused', async () => {
    const plan = await core.api.planAttributes({ folder: await core.adopt(folder), profile: 'object' })
    expect(plan).toMatchObject({ pictures: 60, missing: { count: 1, first: ['nobody.jpg'] }, table: 'attributes.csv' })
    expect(plan.columns.map(({ name, refusal, heldOut }) => [name, refusal?.code, heldOut])).toEqual([
      ['who', undefined, 21],
      ['hat', undefined, 20],
      ['seen', 'not-trainable', 18],
    ])
    const apart = core.api.planAttributes({ folder: await core.adopt(folder), profile: 'object', apart: 'shoe' })
    await expect(apart).rejects.toThrow('It has who, hat, seen.')
    const bare = core.api.planAttributes({ folder: await core.adopt(temporaryFolder(onTestFinished)), profile: 'face' })
    await expect(bare).rejects.toMatchObject({ code: 'not-found' })
    const refused = core.api.trainAttributes({ plan: plan.id, columns: ['seen'] })
    await expect(refused).rejects.toThrow('"seen" cannot be learned')
  })

  it('get a head each, measured beside the plain embedding, and nothing else is left of the work', () => {
    expect(attributes.map(({ name }) => name)).toEqual(['hat', 'who'])
    const [hat] = attributes
    expect(hat).toMatchObject({ kind: 'words', profile: 'object', learned: 40, heldOut: 20 })
    expect(hat!.values).toEqual([
      { name: 'blue', pictures: 30 },
      { name: 'red', pictures: 30 },
    ])
    expect(hat!.nearest.guess).toBe(0.5)
    expect(hat!.eer.after.value).toBeLessThan(hat!.eer.before.value)
    expect(hat!.calibration.thresholds.same).toBeLessThan(hat!.calibration.thresholds.different)
    expect(readdirSync(join(core.dataFolder, 'attributes'))).toEqual([])
    const manifest = readFileSync(join(core.dataFolder, 'models', hat!.model, 'model.json'), 'utf8')
    expect(manifest).not.toMatch(/\b(hat|red|blue|ada|bea|cat)\b/)
  })

  it('answer verify and similar by the attribute, and leave every other answer as it was', async () => {
    const [hat] = attributes
    const ada = await core.adopt(join(folder, 'ada-red-1.jpg'))
    const bea = await core.adopt(join(folder, 'bea-red-1.jpg'))
    const { identity } = await core.api.enrol({ picture: ada, profile: 'object', to: { name: 'Ada' } })
    await core.api.enrol({ picture: bea, profile: 'object', to: { name: 'Bea' } })
    const before = await core.api.identify({ picture: ada, profile: 'object' })
    const whole = await core.api.verify({ a: { picture: ada }, b: { picture: bea }, profile: 'object' })
    expect([whole.model, whole.by]).toEqual(['fake-object', undefined])
    const by = await core.api.verify({ a: { picture: ada }, b: { picture: bea }, profile: 'object', by: hat!.id })
    expect(by).toMatchObject({ model: hat!.model, by: { id: hat!.id, name: 'hat' } })
    expect(by.thresholds).toEqual(hat!.calibration.thresholds)
    const wrong = core.api.verify({ a: { picture: ada }, b: { picture: bea }, profile: 'face', by: hat!.id })
    await expect(wrong).rejects.toMatchObject({ code: 'profile-mismatch' })

    const near = await core.api.similar({ profile: 'object', by: hat!.id, to: { picture: ada }, limit: 5 })
    expect(near).toMatchObject({ model: hat!.model, by: { name: 'hat' } })
    expect(near.matches.map(({ name }) => name).sort()).toEqual(['Ada', 'Bea'])
    const others = await core.api.similar({ profile: 'object', by: hat!.id, to: { identityId: identity.id }, limit: 5 })
    expect(others.matches.map(({ name }) => name)).toEqual(['Bea'])
    const late = await core.adopt(join(folder, 'cat-blue-1.jpg'))
    await core.api.enrol({ picture: late, profile: 'object', to: { name: 'Cat' } })
    const three = await core.api.similar({ profile: 'object', by: hat!.id, to: { picture: ada }, limit: 5 })
    expect(three.matches).toHaveLength(3)
    const plain = await core.api.similar({ profile: 'object', to: { identityId: identity.id }, limit: 1 })
    expect(plain).toMatchObject({ model: 'fake-object', matches: [{ name: 'Bea' }] })
    const after = await core.api.identify({ picture: ada, profile: 'object' })
    const shown = (answer: typeof after) => answer.found[0]!.candidates.filter(({ name }) => name !== 'Cat')
    expect([shown(after), after.thresholds]).toEqual([shown(before), before.thresholds])
  })

  it('are not half made by a job that is cancelled', async () => {
    const models = heads(core)
    const more = hats(onTestFinished, 20)
    const plan = await core.api.planAttributes({ folder: await core.adopt(more), profile: 'object' })
    const job = await core.api.trainAttributes({ plan: plan.id })
    await expect(core.api.trainAttributes({ plan: plan.id })).rejects.toThrow('is learning')
    await until(async () => (await core.api.jobs()).some(({ id, done }) => id === job.id && done > 0))
    await core.api.cancelJob(job.id)
    expect((await ended(core, job)).state).toBe('cancelled')
    await until(() => readdirSync(join(core.dataFolder, 'attributes')).length === 0)
    expect([await core.api.attributes(), heads(core)]).toEqual([attributes, models])
  })

  it('stay after a restart, give way to one of the same name, and leave nothing behind when they are deleted', async () => {
    await core.close()
    core = await testCore(later, { dataFolder: core.dataFolder })
    expect(await core.api.attributes()).toEqual(attributes)
    const second = await learn(core, hats(onTestFinished, 12), ['hat'])
    expect(second.map(({ name, heldOut }) => [name, heldOut])).toEqual([
      ['hat', 24],
      ['who', 21],
    ])
    expect(heads(core).sort()).toEqual(second.map(({ model }) => model).sort())
    expect(heads(core)).not.toContain(attributes[0]!.model)
    for (const { id } of second) await core.api.deleteAttribute(id)
    expect([await core.api.attributes(), heads(core)]).toEqual([[], []])
    await expect(core.api.deleteAttribute(second[0]!.id)).rejects.toMatchObject({ code: 'not-found' })
  }, 120_000)
})
