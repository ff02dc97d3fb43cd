import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ImportRequest } from '../../src-main/contract/api.ts'
import type { ImportRow, Job } from '../../src-main/contract/types.ts'
import { fakePicture, temporaryFolder, testCore, until, type TestCore } from '../core/fixture.ts'

async function ended(core: TestCore, id: string): Promise<Job> {
  const find = async () => (await core.api.jobs()).find((job) => job.id === id)!
  await until(async () => (await find()).state !== 'running')
  return find()
}

async function rowsOf(core: TestCore, id: string): Promise<ImportRow[]> {
  return (await core.api.importRows({ job: id, offset: 0, limit: 500 })).rows
}

function folderOfPeople(): string {
  const folder = temporaryFolder(onTestFinished)
  for (const [name, count] of [
    ['Ada', 3],
    ['Bob', 2],
    ['__proto__', 1],
  ] as const) {
    mkdirSync(join(folder, name))
    for (let i = 0; i < count; i++) fakePicture(join(folder, name), 'GOOD', `${i}.jpg`)
  }
  fakePicture(join(folder, 'Bob'), 'BAD!', '9.jpg')
  fakePicture(folder, 'GOOD', 'stray.jpg')
  fakePicture(folder, 'GOOD', 'notes.txt')
  return folder
}

const quality = { lowQuality: 'skip', severalFaces: 'skip' } as const

describe('an import', () => {
  it('is planned with a preview, run, and run again without storing anything twice', async () => {
    const core = await testCore(onTestFinished)
    const folder = await core.adopt(folderOfPeople())
    const plan = await core.api.planImport({ folder, by: 'folder', profile: 'face' })
    expect(plan.groups.map(({ name, pictures, existing }) => [name, pictures, existing])).toEqual([
      ['__proto__', 1, undefined],
      ['Ada', 3, undefined],
      ['Bob', 3, undefined],
    ])
    expect(plan.pictures).toBe(7)
    expect(plan.skipped.map(({ path }) => path).sort()).toEqual(['notes.txt', 'stray.jpg'])
    const shown = await core.api.image({ kind: 'picture', id: plan.groups[1]!.first[0]! })
    expect(shown.bytes.length).toBeGreaterThan(0)

    const { id } = await core.api.startImport({ plan: plan.id, ...quality })
    expect(await ended(core, id)).toMatchObject({ state: 'done', done: 7, total: 7, failed: 1 })
    const rows = await rowsOf(core, id)
    expect(rows.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6])
    expect(rows.find(({ path }) => path === 'Bob/9.jpg')).toMatchObject({
      outcome: 'skipped',
      reason: { code: 'bad-picture' },
    })
    const { identities } = await core.api.listIdentities({ offset: 0, limit: 10, order: 'samples' })
    expect(identities.map(({ name, samples }) => [name, samples])).toEqual([
      ['Ada', 3],
      ['Bob', 2],
      ['__proto__', 1],
    ])

    const again = await core.api.planImport({ folder, by: 'folder', profile: 'face' })
    expect(again.groups.map(({ existing }) => existing !== undefined)).toEqual([true, true, true])
    const second = await core.api.startImport({ plan: again.id, ...quality })
    expect(await ended(core, second.id)).toMatchObject({ state: 'done', failed: 1 })
    expect((await rowsOf(core, second.id)).filter(({ reason }) => reason?.code === 'same-picture').length).toBe(6)
    expect((await core.api.status()).gallery).toMatchObject({ identities: 3, samples: 6 })
  })

  it('leaves out the groups that are not wanted', async () => {
    const core = await testCore(onTestFinished)
    const plan = await core.api.planImport({
      folder: await core.adopt(folderOfPeople()),
      by: 'folder',
      profile: 'object',
    })
    const { id } = await core.api.startImport({ plan: plan.id, without: ['Bob', '__proto__'], ...quality })
    expect(await ended(core, id)).toMatchObject({ state: 'done', done: 3 })
    expect((await core.api.status()).gallery).toMatchObject({ identities: 1, samples: 3 })
  })

  it('stops when cancelled, keeps what it stored, and goes on from there when run again', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    for (let i = 0; i < 8; i++) fakePicture(folder, 'SLOW', `Cup ${i}.jpg`)
    const token = await core.adopt(folder)
    const plan = await core.api.planImport({ folder: token, by: 'name', profile: 'object' })
    expect(plan.groups.map(({ name, pictures }) => [name, pictures])).toEqual([['Cup', 8]])
    const { id } = await core.api.startImport({ plan: plan.id, ...quality })
    await until(async () => (await core.api.jobs())[0]!.done >= 2)
    expect((await core.api.cancelJob(id)).state).toBe('cancelled')
    const stored = (await core.api.status()).gallery.samples
    expect(stored).toBeGreaterThanOrEqual(2)
    expect(stored).toBeLessThan(8)
    expect((await rowsOf(core, id)).filter(({ outcome }) => outcome === 'enrolled').length).toBe(stored)
    const second = await core.api.startImport({ plan: plan.id, ...quality })
    await ended(core, second.id)
    expect((await core.api.status()).gallery).toMatchObject({ identities: 1, samples: 8 })
  })

  it('treats blurred pictures and those that show several as it is told', async () => {
    const core = await testCore(onTestFinished)
    const folder = temporaryFolder(onTestFinished)
    for (const begin of ['BLUR', 'GOOD', 'MANY', 'NONE']) fakePicture(folder, begin, `${begin}.jpg`)
    const plan = await core.api.planImport({ folder: await core.adopt(folder), by: 'file', profile: 'face' })
    const outcomes = async (choice: Pick<ImportRequest, 'lowQuality' | 'severalFaces'>) => {
      const { id } = await core.api.startImport({ plan: plan.id, ...choice })
      await ended(core, id)
      return (await rowsOf(core, id)).map(({ outcome, reason }) => reason?.code ?? outcome)
    }
    expect(await outcomes(quality)).toEqual(['low-quality', 'enrolled', 'several-faces', 'no-face'])
    expect(await outcomes({ lowQuality: 'enrol', severalFaces: 'main' })).toEqual([
      'enrolled',
      'same-picture',
      'enrolled',
      'no-face',
    ])
    const { identities } = await core.api.listIdentities({ offset: 0, limit: 10, search: 'blur' })
    expect((await core.api.identity(identities[0]!.id)).all[0]).toMatchObject({ overridden: true })
  })

  it('refuses a plan that nobody made, and a picture in the place of a folder', async () => {
    const core = await testCore(onTestFinished)
    await expect(core.api.startImport({ plan: 'ab'.repeat(16), ...quality })).rejects.toMatchObject({
      code: 'not-found',
    })
    const picture = await core.adopt(fakePicture(temporaryFolder(onTestFinished)))
    const plan = await core.api.planImport({ folder: picture, by: 'file', profile: 'face' })
    expect(plan).toMatchObject({ pictures: 0, skipped: [{ reason: { code: 'not-a-file' } }] })
  })
})
