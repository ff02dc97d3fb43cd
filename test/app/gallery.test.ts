import { describe, expect, it, onTestFinished } from 'vitest'
import { fakePicture, temporaryFolder, testCore, until } from '../core/fixture.ts'

describe('the requests of the gallery page', () => {
  it('list, search, change and take back, and tell the window', async () => {
    const core = await testCore(onTestFinished)
    const pictures = temporaryFolder(onTestFinished)
    const enrol = async (name: string, profile: 'face' | 'object' = 'face') =>
      core.api.enrol({ picture: await core.adopt(fakePicture(pictures)), profile, to: { name } })
    const zoe = await enrol('Zoë 10')
    const bob = await enrol('bob')
    await enrol('Zoe 9', 'object')
    const names = async (
      request: { search?: string; profile?: 'face' | 'object'; order?: 'newest' | 'samples' } = {},
    ) => (await core.api.listIdentities({ ...request, offset: 0, limit: 10 })).identities.map(({ name }) => name)

    expect(await names()).toEqual(['bob', 'Zoe 9', 'Zoë 10'])
    expect(await names({ search: ' ZOE' })).toEqual(['Zoe 9', 'Zoë 10'])
    expect(await names({ search: 'zoë', profile: 'face' })).toEqual(['Zoë 10'])
    expect(await names({ search: '%' })).toEqual([])
    expect(await core.api.listIdentities({ offset: 1, limit: 1 })).toMatchObject({
      total: 3,
      identities: [{ name: 'Zoe 9' }],
    })
    await until(() => core.events.some(({ type }) => type === 'gallery-changed'))

    await core.api.rename({ id: bob.identity.id, name: 'Ada' })
    expect(await names()).toEqual(['Ada', 'Zoe 9', 'Zoë 10'])
    await core.api.merge({ from: zoe.identity.id, into: bob.identity.id })
    expect(await names({ order: 'samples' })).toEqual(['Ada', 'Zoe 9'])
    expect((await core.api.identity(bob.identity.id)).all.length).toBe(2)
    expect((await core.api.status()).undo?.label).toBe('merge of Zoë 10 into Ada')
    expect(await core.api.undo()).toEqual({ label: 'merge of Zoë 10 into Ada' })
    await core.api.deleteSample(bob.sample.id)
    await core.api.deleteIdentity(zoe.identity.id)
    expect((await core.api.status()).gallery).toEqual({ identities: 2, samples: 1, deleted: 2 })
    expect(await core.api.emptyDeleted()).toEqual({ identities: 1, samples: 2 })
    for (const gone of [core.api.identity(zoe.identity.id), core.api.image({ kind: 'thumb', id: bob.sample.id })])
      await expect(gone).rejects.toMatchObject({ code: 'not-found' })
    expect(await core.api.undo()).toEqual({ label: 'rename of bob to Ada' })
    await expect(core.api.undo()).rejects.toMatchObject({ code: 'nothing-to-undo' })
  })
})
