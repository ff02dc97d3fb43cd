import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { engineScript, resourcesFolder } from '../../src-main/core/places.ts'
import { fakePicture, newToken, temporaryFolder, testCore, until, type TestCore } from '../core/fixture.ts'
import { writeHostile } from '../fixtures/hostile.ts'

/** The real engine on real pictures: three people in one picture, rendered things in others. */
const people = resolve(import.meta.dirname, '../../node_modules/@vladmandic/face-api/demo/sample1.jpg')
const thing = (file: string) => join(resourcesFolder, 'samples', file)
const duck = thing('enrol/Rubber duck.jpg')
const cactus = thing('enrol/Cactus.jpg')

const cleaning: (() => void | Promise<void>)[] = []
let core: TestCore

beforeAll(async () => {
  core = await testCore((step) => cleaning.push(step), { engineScript, resources: resourcesFolder, backend: 'wasm' })
})
afterAll(async () => {
  for (const step of cleaning.reverse()) await step()
})

describe('enrolling people', () => {
  it('asks which one when a picture shows several, checks the first one too, and knows them afterwards', async () => {
    const picture = await core.adopt(people)
    await expect(core.api.enrol({ picture, profile: 'face', to: { name: 'Ada' } })).rejects.toMatchObject({
      code: 'several-faces',
    })
    const before = await core.api.inspect({ picture, profile: 'face' })
    expect(before.found.length).toBe(3)
    expect(before.found.map(({ duplicate }) => duplicate.kind)).toEqual(['safe', 'safe', 'safe'])

    const [first, second] = before.found
    const ada = await core.api.enrol({ picture, profile: 'face', box: first!.box, to: { name: 'Ada' }, override: true })
    expect(ada.sample).toMatchObject({ keeps: 'crop', drawn: false, sourceName: 'sample1.jpg' })
    expect(ada.sample.sourceSha256).toBe(before.picture.sha256)

    const after = await core.api.inspect({ picture, profile: 'face' })
    expect(after.found[0]!.duplicate).toMatchObject({ kind: 'same-picture', identityId: ada.identity.id, name: 'Ada' })
    expect(['safe', 'looks-like']).toContain(after.found[1]!.duplicate.kind)

    const ida = await core.api.enrol({
      picture,
      profile: 'face',
      box: second!.box,
      to: { name: 'Ida' },
      override: true,
    })
    const { found } = await core.api.identify({ picture, profile: 'face' })
    expect(found.slice(0, 2).map(({ verdict, candidates }) => [verdict, candidates[0]!.identityId])).toEqual([
      ['known', ada.identity.id],
      ['known', ida.identity.id],
    ])
    expect(found[0]!.candidates[0]!.distance).toBeLessThan(0.05)
    expect(found[0]!.candidates.length).toBe(2)
  })

  it('verifies a face with itself as the same, and with its neighbour as not the same', async () => {
    const [a, b] = [await core.adopt(people), await core.adopt(people)]
    const { found } = await core.api.inspect({ picture: a, profile: 'face' })
    const same = await core.api.verify({ a: { picture: a }, b: { picture: b, box: found[0]!.box }, profile: 'face' })
    expect(same).toMatchObject({ verdict: 'same', a: { faces: 3, index: 0 }, b: { faces: 3, index: 0 } })
    const other = await core.api.verify({ a: { picture: a }, b: { picture: b, box: found[2]!.box }, profile: 'face' })
    expect(other.verdict).not.toBe('same')
    expect(other.b.index).toBe(2)
    expect(other.distance).toBeGreaterThan(other.thresholds.same)
    expect(other.similarity).toBeCloseTo(1 - other.distance ** 2 / 2, 6)
  })

  it('says that nobody is found, and takes the box that is drawn', async () => {
    const picture = await core.adopt(duck)
    expect((await core.api.inspect({ picture, profile: 'face' })).found).toEqual([])
    await expect(core.api.enrol({ picture, profile: 'face', to: { name: 'Nobody' } })).rejects.toMatchObject({
      code: 'no-face',
      message: expect.stringContaining('Rubber duck.jpg') as string,
    })
    const box = { x: 100, y: 100, width: 200, height: 200 }
    const enrolled = await core.api.enrol({
      picture,
      profile: 'face',
      box,
      drawn: true,
      override: true,
      to: { name: 'Drawn' },
    })
    expect(enrolled.sample).toMatchObject({ box, drawn: true })
    await core.api.deleteIdentity(enrolled.identity.id)
  })
})

describe('enrolling things', () => {
  it('keeps the original when asked, shows it and its thumbnail, and knows the thing in another picture', async () => {
    await core.api.changeSettings({ keep: 'original' })
    const { identity, sample } = await core.api.enrol({
      picture: await core.adopt(duck),
      profile: 'object',
      override: true,
      to: { name: 'Duck' },
    })
    await core.api.changeSettings({ keep: 'crop' })
    expect(sample.keeps).toBe('original')
    const shown = await core.api.image({ kind: 'sample', id: sample.id, size: 128 })
    expect(shown.type).toBe('image/webp')
    for (const { bytes } of [shown, await core.api.image({ kind: 'thumb', id: sample.id })])
      expect(Buffer.from(bytes.subarray(8, 12)).toString('latin1')).toBe('WEBP')
    await core.api.enrol({
      picture: await core.adopt(cactus),
      profile: 'object',
      override: true,
      to: { name: 'Cactus' },
    })

    const { found } = await core.api.identify({
      picture: await core.adopt(thing('probe/rubber-duck-1.jpg')),
      profile: 'object',
    })
    expect(found[0]!.candidates[0]).toMatchObject({ identityId: identity.id, name: 'Duck' })
  })

  it('finds a picture that is pasted, and the same bytes under another name', async () => {
    const token = newToken()
    const adopted = await core.api.adoptBytes({ token, name: 'pasted', bytes: readFileSync(duck) })
    expect(adopted).toEqual({ token, name: 'pasted', isFolder: false })
    const { found } = await core.api.inspect({ picture: token, profile: 'object' })
    expect(found[0]!.duplicate).toMatchObject({ kind: 'same-picture', name: 'Duck' })
  })
})

describe('hostile files', () => {
  it(
    'are each a typed error that names the file, alone and in a folder, and disturb nothing else',
    { timeout: 120_000 },
    async () => {
      const folder = temporaryFolder(onTestFinished)
      const { manyFrames, fifo, ...files } = await writeHostile(folder)
      const pid = core.enginePid()
      for (const path of [...Object.values(files), ...(fifo ? [fifo] : [])]) {
        const request = {
          picture: await core.adopt(path),
          profile: 'object' as const,
          to: { name: 'Hostile' },
          override: true,
        }
        await expect(core.api.enrol(request), path).rejects.toMatchObject({
          code: expect.stringMatching(/^(bad-picture|damaged-picture|picture-too-large|not-a-file)$/) as string,
          message: expect.stringContaining(path.slice(folder.length + 1)) as string,
        })
      }
      expect(existsSync(manyFrames)).toBe(true)
      mkdirSync(join(folder, 'good'))
      copyFileSync(duck, join(folder, 'good', 'duck.jpg'))
      const { id } = await core.api.startIdentify({ pictures: [await core.adopt(folder)], profile: 'object' })
      await until(async () => (await core.api.jobs()).find((job) => job.id === id)!.state !== 'running')
      const { rows } = await core.api.identifyRows({ job: id, offset: 0, limit: 100 })
      for (const path of [...Object.values(files), ...(fifo ? [fifo] : [])]) {
        const row = rows.find((one) => one.path === path.slice(folder.length + 1))!
        expect(row.error?.message, row.path).toContain(row.path)
      }
      expect(rows.find((row) => row.path === 'good/duck.jpg')?.answer?.found[0]?.verdict).toBe('known')
      expect(core.enginePid()).toBe(pid)
    },
  )

  it('that is gone by the time it is asked for says so', async () => {
    const folder = temporaryFolder(onTestFinished)
    const path = join(folder, 'gone.jpg')
    copyFileSync(duck, path)
    const picture = await core.adopt(path)
    rmSync(path)
    await expect(core.api.inspect({ picture, profile: 'object' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('gone.jpg') as string,
    })
    await expect(core.api.inspect({ picture: newToken(), profile: 'object' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })
})

it('the engine killed in the middle of an enrolment costs a wait and nothing else', { timeout: 120_000 }, async () => {
  const pid = core.enginePid()!
  const enrolling = core.api.enrol({
    picture: await core.adopt(cactus),
    profile: 'object',
    override: true,
    to: { name: 'Again' },
  })
  setTimeout(() => process.kill(pid, 'SIGKILL'), 30)
  expect((await enrolling).identity.name).toBe('Again')
  await until(() => core.enginePid() !== pid)
  expect((await core.api.status()).gallery.identities).toBeGreaterThan(0)
})

describe('a sample of low quality', () => {
  it('is refused with its figures, and enrolled all the same when the user says so', async () => {
    const other = await testCore(onTestFinished)
    const picture = await other.adopt(fakePicture(temporaryFolder(onTestFinished), 'BLUR', 'soft.jpg'))
    const request = { picture, profile: 'object' as const, to: { name: 'Cup' } }
    await expect(other.api.enrol(request)).rejects.toMatchObject({
      code: 'low-quality',
      message:
        '"soft.jpg" fails a quality check: blurred (3.1); at least 40 passes. Choose another picture, or enrol it all the same.',
    })
    expect((await other.api.status()).gallery.identities).toBe(0)
    const { sample } = await other.api.enrol({ ...request, override: true })
    expect(sample).toMatchObject({ overridden: true, quality: { passes: false } })
  })
})
