import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { Attribute } from '../../../src-main/contract/attributes.ts'
import { fakePicture, temporaryFolder, testCore, type Clean, type TestCore } from '../../core/fixture.ts'
import { ended, hats, learn } from './hats.ts'

const modelOf = ({ dataFolder }: TestCore, model: string) => join(dataFolder, 'models', model)
const plan = async (core: TestCore, folder: string) =>
  core.api.planAttributes({ folder: await core.adopt(folder), profile: 'object' })

describe('attributes when something is amiss', { timeout: 60_000 }, () => {
  it('say which pictures of the folder the table lacks, and what is wrong with a folder or its table', async () => {
    const core = await testCore(onTestFinished)
    const folder = hats(onTestFinished)
    for (let n = 0; n < 7; n++) fakePicture(folder, 'GOOD', `more-${n}.jpg`)
    const { pictures, unlisted } = await plan(core, folder)
    expect(pictures).toBe(60)
    expect(unlisted).toEqual({ count: 7, first: [0, 1, 2, 3, 4].map((n) => `more-${n}.jpg`) })

    const gone = plan(core, join(folder, 'nowhere'))
    await expect(gone).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('"nowhere"') })
    await expect(plan(core, join(folder, 'more-0.jpg'))).rejects.toThrow('"more-0.jpg" is no folder')
    writeFileSync(join(folder, 'attributes.csv'), Buffer.from('file,hat\nmore-0.jpg,grün\n', 'latin1'))
    const guessed = plan(core, folder)
    await expect(guessed).rejects.toMatchObject({ code: 'bad-table', message: expect.stringContaining('UTF-8') })
  })

  it('fail with the reason when the folder goes before they are learned, and nothing is left of the work', async () => {
    const core = await testCore(onTestFinished)
    const folder = hats(onTestFinished, 4)
    const { id } = await plan(core, folder)
    renameSync(folder, `${folder}-gone`)
    const job = await ended(core, await core.api.trainAttributes({ plan: id }))
    renameSync(`${folder}-gone`, folder)
    expect(job).toMatchObject({ state: 'failed', failed: 24, error: { code: 'not-trainable' } })
    expect(job.error!.message).toContain(
      '24 of 24 pictures could not be used, the first for this: "ada-red-0.jpg" is no longer there',
    )
    expect(readdirSync(join(core.dataFolder, 'attributes'))).toEqual([])
    expect(await core.api.attributes()).toEqual([])
  })

  describe('once one is learned', () => {
    let core: TestCore
    let hat: Attribute
    let folder: string
    const steps: (() => void | Promise<void>)[] = []
    const later: Clean = (step) => void steps.push(step)
    beforeAll(async () => {
      core = await testCore(later)
      folder = hats(later, 6)
      ;[hat] = (await learn(core, folder, ['who'])) as [Attribute]
    }, 120_000)
    afterAll(async () => {
      for (const step of steps.reverse()) await step()
    })

    it('leave no files of a core that was killed while they took their places, and lose none that are in use', async () => {
      await core.close()
      const { dataFolder } = core
      // As two killed cores leave it: one had told nothing of its model, one was learning the same bytes again.
      const strange = 'object-head-0123456789abcdef'
      mkdirSync(modelOf(core, strange))
      const [job, again] = ['a', 'b'].map((name) => join(dataFolder, 'attributes', name)) as [string, string]
      for (const each of [job, again]) mkdirSync(each, { recursive: true })
      writeFileSync(join(job, 'moving.json'), JSON.stringify([strange]))
      writeFileSync(join(again, 'moving.json'), JSON.stringify([hat.model]))
      renameSync(modelOf(core, hat.model), join(again, '0'))

      core = await testCore(later, { dataFolder })
      expect(readdirSync(join(dataFolder, 'models'))).toEqual([hat.model])
      expect(existsSync(join(dataFolder, 'attributes'))).toBe(false)
      const picture = await core.adopt(fakePicture(temporaryFolder(later)))
      const answer = core.api.verify({ a: { picture }, b: { picture }, profile: 'object', by: hat.id })
      expect(await answer).toMatchObject({ verdict: 'same', model: hat.model })
    })

    it('say that they are to be learned again when their model is lost, wherever one compares by them', async () => {
      rmSync(modelOf(core, hat.model), { recursive: true })
      const picture = await core.adopt(join(folder, 'ada-red-1.jpg'))
      const { identity } = await core.api.enrol({ picture, profile: 'object', to: { name: 'Ada' } })
      const by = { profile: 'object', by: hat.id } as const
      const message = expect.stringMatching(`by "who" any more: .* again from "${basename(folder)}"`)
      const expected = { code: 'model-missing', message }
      await expect(core.api.verify({ a: { picture }, b: { picture }, ...by })).rejects.toMatchObject(expected)
      for (const to of [{ picture }, { identityId: identity.id }])
        await expect(core.api.similar({ to, limit: 5, ...by })).rejects.toMatchObject(expected)
    })
  })
})
