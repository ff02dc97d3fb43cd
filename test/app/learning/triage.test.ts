import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { adopt, temporaryFolder, testCore } from '../../core/fixture.ts'
import { peopleAndFolder, pictureLike, triageOf } from './fixture.ts'

describe('a look through a folder', () => {
  it('says what each photo is, groups who recurs, and lets a group be named and photos be moved', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    const pictures = temporaryFolder(onTestFinished)
    await peopleAndFolder(core.api, pictures, folder)
    for (let photo = 0; photo < 4; photo++) pictureLike(folder, 'Eve')
    const enrolled = pictureLike(folder, 'Ada', 'zz-enrolled.jpg')
    await core.api.enrol({
      picture: await adopt(core.api, enrolled),
      profile: 'face',
      to: { identityId: (await core.api.listIdentities({ offset: 0, limit: 1, search: 'Ada' })).identities[0]!.id },
    })
    const copied = pictureLike(folder, 'Bea', 'y.jpg')
    copyFileSync(copied, join(folder, 'y-copy.jpg'))
    writeFileSync(join(folder, 'broken.jpg'), 'BAD')
    writeFileSync(join(folder, 'nobody.jpg'), 'NONE')
    writeFileSync(join(folder, 'notes.txt'), 'words')

    const triage = await triageOf(core.api, folder)
    expect(triage.refusal).toBeUndefined()
    expect(triage.counts).toMatchObject({ 'near-duplicate': 1, unreadable: 3, enrolled: 1, 'recurring-unknown': 4 })
    expect(triage.groups).toHaveLength(1)
    expect(triage.rule).not.toBe('')
    const all = (await core.api.triageItems({ triage: triage.id, offset: 0, limit: 500 })).items
    expect(all.filter(({ kind }) => kind === 'unreadable').map(({ problem }) => problem?.code)).toEqual(
      expect.arrayContaining(['bad-picture', 'no-face']),
    )
    const kept = await core.api.triages()
    expect(kept).toMatchObject([{ id: triage.id, folder: basename(folder), profile: 'face' }])
    expect(kept[0]!.photos).toBe(new Set(all.map(({ path }) => path)).size)
    const copy = all.find(({ kind }) => kind === 'near-duplicate')!
    expect([copy.path, all[copy.of!]!.path].sort()).toEqual(['y-copy.jpg', 'y.jpg'])

    const forecast = await core.api.forecast(triage.id)
    expect(['gain', 'harm', 'undecided']).toContain(forecast.verdict)
    expect(forecast.low).toBeLessThanOrEqual(forecast.change)
    expect(forecast.high).toBeGreaterThanOrEqual(forecast.change)
    expect((await core.api.triage(triage.id)).forecast).toEqual(forecast)

    const [group] = triage.groups
    const named = await core.api.nameGroup({ triage: triage.id, group: group!.id, name: 'Eve' })
    expect(named.groups[0]).toMatchObject({ name: 'Eve', items: 4 })
    expect((await core.api.listIdentities({ offset: 0, limit: 9, search: 'Eve' })).total).toBe(1)
    const usable = all.find(({ kind }) => kind === 'usable')!
    const moved = await core.api.moveItems({ triage: triage.id, items: [usable.index], to: { kind: 'stranger' } })
    expect(moved.counts.stranger).toBe(triage.counts.stranger + 1)
    const items = await core.api.triageItems({ triage: triage.id, kind: 'stranger', offset: 0, limit: 500 })
    expect(items.items.find(({ index }) => index === usable.index)).toMatchObject({ found: 'usable', weight: 0 })
    const more = await core.api.moveItems({ triage: triage.id, items: [usable.index], to: { newGroup: true } })
    expect(more.groups).toHaveLength(2)
  })

  it.each([
    ['no identity', 0, 12, 'Enrol at least two people'],
    ['one identity', 1, 12, 'one person alone'],
    ['one picture', 2, 1, 'one usable picture'],
  ])('refuses a folder with %s and says what to do', async (_, identities, photos, words) => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    const pictures = temporaryFolder(onTestFinished)
    for (const name of ['Ada', 'Bea'].slice(0, identities))
      await core.api.enrol({
        picture: await adopt(core.api, pictureLike(pictures, name)),
        profile: 'face',
        to: { name },
      })
    for (let photo = 0; photo < photos; photo++) pictureLike(folder, 'Ada')
    const triage = await triageOf(core.api, folder)
    expect(triage.refusal?.code).toBe('not-trainable')
    expect(triage.refusal?.message).toContain(words)
    const config = { recipe: 'whiten', seed: 1 } as const
    await expect(core.api.startRun({ triage: triage.id, profile: 'face', config })).rejects.toMatchObject({
      code: 'not-trainable',
    })
    expect(await core.api.runs()).toEqual([])
  })

  it('refuses a thousand copies of one picture, a folder without pictures, and one that is gone', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    const pictures = temporaryFolder(onTestFinished)
    await peopleAndFolder(core.api, pictures, folder, 0)
    const one = pictureLike(folder, 'Ada', '0.jpg')
    for (let copy = 1; copy < 1000; copy++) copyFileSync(one, join(folder, `${copy}.jpg`))
    const triage = await triageOf(core.api, folder)
    expect(triage.counts['near-duplicate']).toBe(999)
    expect(triage.refusal?.message).toContain('copies of one picture')
    const empty = temporaryFolder(onTestFinished)
    writeFileSync(join(empty, 'broken.jpg'), 'BAD')
    expect((await triageOf(core.api, empty)).refusal?.message).toContain('None of the 1')
    rmSync(empty, { recursive: true })
    await expect(triageOf(core.api, empty)).rejects.toThrow('not there')
  })

  it('leaves no feature and no triage that names an erased person', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    await peopleAndFolder(core.api, temporaryFolder(onTestFinished), folder, 3)
    const { id } = await triageOf(core.api, folder)
    const [ada] = (await core.api.listIdentities({ offset: 0, limit: 1 })).identities
    await core.api.deleteIdentity(ada!.id)
    await core.api.triage(id)
    await core.api.emptyDeleted()
    await expect(core.api.triage(id)).rejects.toMatchObject({ code: 'not-found' })
  })
})
