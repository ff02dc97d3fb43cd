import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { IdentifyRow } from '../../src-main/contract/types.ts'
import { fakePicture, temporaryFolder, testCore, until, type TestCore } from '../core/fixture.ts'

const over = (core: TestCore, id: string) =>
  until(async () => (await core.api.jobs()).find((job) => job.id === id)!.state !== 'running')

function told(core: TestCore, id: string): IdentifyRow[] {
  return core.events.flatMap((event) => (event.type === 'identify-rows' && event.job === id ? event.rows : []))
}

describe('the identification of many pictures', () => {
  it('tells every row once, in order, by events and by pages, and names whom it knows', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    for (let i = 0; i < 30; i++) fakePicture(folder, 'GOOD', `${i}.jpg`)
    mkdirSync(join(folder, 'deep'))
    const known = fakePicture(join(folder, 'deep'), 'GOOD', 'known.jpg')
    await core.api.enrol({ picture: await core.adopt(known), profile: 'object', to: { name: '=Cup' } })

    const { id } = await core.api.startIdentify({ pictures: [await core.adopt(folder)], profile: 'object' })
    await over(core, id)
    expect((await core.api.jobs())[0]).toMatchObject({ state: 'done', done: 31, total: 31, failed: 0 })
    const pages: IdentifyRow[] = []
    for (let offset = 0; offset < 31; offset += 7)
      pages.push(...(await core.api.identifyRows({ job: id, offset, limit: 7 })).rows)
    expect(pages.map(({ index }) => index)).toEqual(Array.from({ length: 31 }, (_, i) => i))
    expect(pages.map(({ path }) => path)).toEqual([
      ...Array.from({ length: 30 }, (_, i) => `${i}.jpg`),
      'deep/known.jpg',
    ])
    await until(() => told(core, id).length === 31)
    expect(JSON.parse(JSON.stringify(told(core, id)))).toEqual(pages)
    expect(pages.at(-1)!.answer!.found[0]).toMatchObject({
      verdict: 'known',
      candidates: [{ name: '=Cup', distance: 0 }],
    })
    expect((await core.api.image({ kind: 'picture', id: pages[3]!.token })).bytes.length).toBeGreaterThan(0)

    const csv = await core.api.exportAnswers({ job: id, format: 'csv' })
    expect(csv.name).toMatch(/^semblance-\d{4}-\d\d-\d\d\.csv$/)
    expect(csv.text).toContain(`"deep/known.jpg",1,0,0,10,10,"known","'=Cup",`)
    expect(csv.text.trim().split('\r\n').length).toBe(32)
    const json = JSON.parse((await core.api.exportAnswers({ job: id, format: 'json' })).text) as { path: string }[]
    expect(json.at(-1)).toMatchObject({
      path: 'deep/known.jpg',
      found: [{ verdict: 'known', candidates: [{ name: '=Cup', distance: 0 }] }],
    })
  })

  it('is cancelled between two pictures, though one of them takes long, and its rows stay', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    for (let i = 0; i < 20; i++) fakePicture(folder, i < 4 ? 'GOOD' : 'SLOW', `${i}.jpg`)
    const { id } = await core.api.startIdentify({ pictures: [await core.adopt(folder)], profile: 'object' })
    await expect(core.api.exportAnswers({ job: id, format: 'csv' })).rejects.toMatchObject({ code: 'wrong-use' })
    await until(async () => (await core.api.jobs())[0]!.done >= 4)
    expect((await core.api.cancelJob(id)).state).toBe('cancelled')
    const { total } = await core.api.identifyRows({ job: id, offset: 0, limit: 100 })
    await new Promise((done) => setTimeout(done, 600))
    expect((await core.api.identifyRows({ job: id, offset: 0, limit: 100 })).total).toBe(total)
    expect((await core.api.cancelJob(id)).state).toBe('cancelled')
    expect((await core.api.exportAnswers({ job: id, format: 'csv' })).text.trim().split('\r\n').length).toBe(total + 1)
  })

  it('leaves no readable row behind on the disk', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    fakePicture(folder, 'GOOD', 'secret.jpg')
    const { id } = await core.api.startIdentify({ pictures: [await core.adopt(folder)], profile: 'object' })
    await over(core, id)
    if (process.platform !== 'win32') expect(readdirSync(join(core.dataFolder, 'jobs'))).toEqual([])
    await core.close()
    expect(readdirSync(core.dataFolder)).not.toContain('jobs')
  })

  it('takes single pictures and folders together, and says which path belongs to which', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    mkdirSync(join(folder, 'album'))
    fakePicture(join(folder, 'album'), 'GOOD', 'a.jpg')
    const single = fakePicture(folder, 'GOOD', 'b.jpg')
    const gone = await core.adopt(join(folder, 'gone.jpg'))
    const pictures = [await core.adopt(single), await core.adopt(join(folder, 'album')), gone]
    const { id } = await core.api.startIdentify({ pictures, profile: 'face' })
    await over(core, id)
    const { rows } = await core.api.identifyRows({ job: id, offset: 0, limit: 100 })
    expect(rows.map(({ path }) => path)).toEqual(['b.jpg', 'album/a.jpg', 'gone.jpg'])
    expect(rows[2]).toMatchObject({ token: gone, error: { code: 'not-found' } })
  })

  it('does not know a job that nobody started, nor shows the rows of one as those of another kind', async () => {
    const core = await testCore(onTestFinished)
    const request = { job: 'ab'.repeat(16), offset: 0, limit: 1 }
    for (const call of [core.api.identifyRows(request), core.api.cancelJob(request.job)])
      await expect(call).rejects.toMatchObject({ code: 'not-found' })
    const { id } = await core.api.startIdentify({
      pictures: [await core.adopt(fakePicture(temporaryFolder(onTestFinished)))],
      profile: 'face',
    })
    await expect(core.api.importRows({ ...request, job: id })).rejects.toMatchObject({ code: 'wrong-use' })
  })
})
