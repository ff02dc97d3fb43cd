import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { OwnProfile, Run } from '../../../src-main/contract/types.ts'
import { engineScript, resourcesFolder } from '../../../src-main/core/places.ts'
import { temporaryFolder, testCore, type Clean, type TestCore } from '../../core/fixture.ts'
import { drawGlyph, glyphFolder, GLYPHS, OTHERS } from '../../fixtures/glyphs.ts'
import { OVER, runAs } from './fixture.ts'

const steps: (() => void | Promise<void>)[] = []
const later: Clean = (step) => void steps.push(step)
const real = { engineScript, resources: resourcesFolder, backend: 'wasm' }
const all = { ...GLYPHS, ...OTHERS }

describe('a network from scratch as a profile of its own', { timeout: 240_000 }, () => {
  let core: TestCore
  let dataFolder: string
  let pictures: string
  let labelled: string
  let first: Run
  let profile: OwnProfile

  const draw = (name: keyof typeof all, n: number) => drawGlyph(join(pictures, `${name}-${n}.png`), all[name], n)
  const ask = async (path: string) => {
    const { found, model } = await core.api.identify({ picture: await core.adopt(path), profile })
    return { model, ...found[0]! }
  }
  const train = async (config: Partial<Run['config']>, to: { name?: string; profile?: OwnProfile }) => {
    const request = { recipe: 'scratch', seed: 3, steps: 30, batch: 12, network: 'neighbor-mnist', ...config } as const
    const { id } = await core.api.startRun({
      labelled: await core.adopt(labelled),
      profile: to.profile ?? 'object',
      config: request,
      ...(to.name !== undefined && { name: to.name }),
    })
    return runAs(core.api, id, ...OVER)
  }

  beforeAll(async () => {
    dataFolder = temporaryFolder(later)
    pictures = temporaryFolder(later)
    labelled = await glyphFolder(join(temporaryFolder(later), 'glyphs'), 10)
    core = await testCore(later, { ...real, dataFolder })
    first = await train({}, { name: 'My glyphs' })
    profile = first.profile as OwnProfile
    return async () => {
      for (const step of steps.reverse()) await step()
    }
  }, 240_000)

  it('is made by the run, is live in it, and says what its thresholds rest on', async () => {
    expect(first.problem).toBeUndefined()
    expect(first).toMatchObject({ state: 'done', profileName: 'My glyphs' })
    expect(profile).toMatch(/^own-[0-9a-f]{16}$/)
    expect(await core.api.profiles()).toMatchObject([
      { id: profile, name: 'My glyphs', identities: 0, samples: 0, model: first.model },
    ])
    const model = await core.api.model(first.model!)
    expect(model).toMatchObject({ profile, title: 'My glyphs-1', kind: 'network', state: 'live', run: first.id })
    expect(model.comparison).toBeUndefined()
    const measured = await core.api.calibration(profile)
    // Two of ten pictures of each of three classes are held out, each beside eight of every class.
    expect([measured.genuinePairs, measured.impostorPairs]).toEqual([6 * 8, 6 * 16])
    expect(measured.source.data).toContain('6 pictures kept from training')
    expect(first.notices.map(({ message }) => message).join()).toContain(`rest on ${6 * 24} comparisons`)
    await expect(core.api.rollback(profile)).rejects.toMatchObject({ code: 'nothing-to-undo' })
  })

  it('enrols, verifies and identifies with it, classes that it has never seen too, and nothing in other profiles', async () => {
    for (const name of ['bar', 'ring', 'tee'] as const) {
      const picture = await core.adopt(await draw(name, 20))
      const { sample } = await core.api.enrol({ picture, profile, to: { name } })
      expect(sample).toMatchObject({ profile, quality: { passes: true, checks: [] } })
    }
    for (const name of ['bar', 'ring'] as const) {
      const { candidates, model } = await ask(await draw(name, 31))
      expect(model).toBe(first.model)
      expect(candidates[0]!.name).toBe(name)
      expect(candidates).toHaveLength(3)
    }
    const compare = async (a: string, b: string) =>
      core.api.verify({ a: { picture: await core.adopt(a) }, b: { picture: await core.adopt(b) }, profile })
    const same = await compare(await draw('ring', 22), await draw('ring', 25))
    const other = await compare(await draw('ring', 22), await draw('bar', 25))
    expect(same.distance).toBeLessThan(other.distance)
    expect(same.thresholds).toEqual((await core.api.calibration(profile)).thresholds)
    expect(same.verdict).toBe('same')
    expect(other.verdict).toBe('different')
    const { found } = await core.api.identify({ picture: await core.adopt(await draw('bar', 31)), profile: 'object' })
    expect(found[0]!.candidates).toEqual([])
  })

  it('answers analogies with it: from what is enrolled there, and in the profile’s own name when nothing is left', async () => {
    const at = async (name: 'bar' | 'ring', n: number) => ({ picture: await core.adopt(await draw(name, n)) })
    const terms = { a: await at('bar', 33), b: await at('ring', 33), c: await at('bar', 34) }
    const { model, found, candidates } = await core.api.analogy({ ...terms, profile })
    expect([model, candidates, found.map(({ name }) => name)[0]]).toEqual([first.model, 3, 'ring'])
    const [a, b, c] = found.map(({ identityId }) => ({ identityId }))
    const none = core.api.analogy({ a: a!, b: b!, c: c!, profile })
    await expect(none).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining('My glyphs') })
  })

  it('looks at the box that is drawn', async () => {
    const path = join(pictures, 'sheet.png')
    const { default: sharp } = await import('sharp')
    const cells = await Promise.all([draw('bar', 40), draw('ring', 40)])
    await sharp({ create: { width: 56, height: 28, channels: 3, background: '#000' } })
      .composite(cells.map((input, i) => ({ input, left: 28 * i, top: 0 })))
      .png()
      .toFile(path)
    const picture = await core.adopt(path)
    const box = { x: 28, y: 0, width: 28, height: 28 }
    const { found } = await core.api.inspect({ picture, profile, box })
    expect(found).toMatchObject([{ box, drawn: true }])
    const whole = await ask(cells[1])
    const { sample } = await core.api.enrol({ picture, profile, box, drawn: true, to: { name: 'sheet' } })
    // The same pixels give the same embedding, wherever they were cut from.
    const again = (await ask(cells[1])).candidates.find(({ name }) => name === 'sheet')!
    expect(again).toMatchObject({ sampleId: sample.id, distance: 0 })
    expect(whole.candidates.some(({ name }) => name === 'sheet')).toBe(false)
    await core.api.deleteIdentity(sample.identityId)
  })

  it('is there after a restart, with the very same answers', async () => {
    const before = await ask(await draw('ring', 31))
    await core.close()
    core = await testCore(later, { ...real, dataFolder })
    expect((await core.api.profiles()).map(({ name, samples }) => [name, samples])).toEqual([['My glyphs', 3]])
    expect(await ask(await draw('ring', 31))).toEqual(before)
  })

  it('gets a challenger by a second run, which is compared, promoted and rolled back', async () => {
    const before = await ask(await draw('ring', 31))
    const second = await train({ seed: 4, steps: 12, network: 'omniglot' }, { profile })
    expect(second.problem).toBeUndefined()
    expect(second.profile).toBe(profile)
    const { comparison, state, parent, title } = await core.api.model(second.model!)
    expect({ state, parent, title }).toEqual({ state: 'challenger', parent: first.model, title: 'My glyphs-2' })
    expect(comparison!.champion.model).toBe(first.model)
    expect(comparison!.evidence.words).toContain('labelled pictures of the folder')
    // The champion takes other pictures than the challenger, and is asked with those: it told all six apart when it was made.
    expect(comparison!.champion.error).toMatchObject({ errors: 0, trials: 6 })
    await core.api.promote({ model: second.model!, anyway: true })
    expect((await ask(await draw('ring', 31))).model).toBe(second.model)
    await core.api.rollback(profile)
    expect(await ask(await draw('ring', 31))).toEqual(before)
  })

  it('travels as a file, and makes its profile where there is none', async () => {
    const { name, bytes } = await core.api.exportModel(first.model!)
    expect(name).toBe('My glyphs-1.semblance-model.zip')
    const file = join(pictures, name)
    writeFileSync(file, bytes)
    const elsewhere = await testCore(later, real)
    const model = await elsewhere.api.importModel(await elsewhere.adopt(file))
    expect(model).toMatchObject({ id: first.model, profile, state: 'live', imported: true })
    expect(await elsewhere.api.profiles()).toMatchObject([{ id: profile, name: 'My glyphs', samples: 0 }])
    const picture = await elsewhere.adopt(await draw('bar', 20))
    await elsewhere.api.enrol({ picture, profile, to: { name: 'bar' } })
    const { found } = await elsewhere.api.identify({ picture: await elsewhere.adopt(await draw('bar', 31)), profile })
    const here = (await ask(await draw('bar', 31))).candidates.find((one) => one.name === 'bar')!
    expect(found[0]!.candidates[0]!.distance).toBe(here.distance)
    // Here it is known already; a second model of the profile would be no more than kept.
    expect((await core.api.importModel(await core.adopt(file))).state).toBe('live')
    await elsewhere.close()
  })

  it('refuses a name that is taken, a network that there is none of, and what has too few pictures to measure on', async () => {
    await expect(train({}, { name: 'my GLYPHS' })).rejects.toThrow('called "my GLYPHS" already')
    await expect(train({}, { name: 'Face' })).rejects.toMatchObject({ code: 'wrong-use' })
    await expect(train({ network: 'resnet' }, { name: 'x' })).rejects.toThrow('There is no network "resnet"')
    await expect(train({ loss: 'hope' }, { name: 'x' })).rejects.toThrow('There is no loss "hope". Losses are ')
    await expect(train({}, { profile: 'own-00000000' })).rejects.toMatchObject({ code: 'not-found' })
    const kept = labelled
    labelled = await glyphFolder(temporaryFolder(later), 3)
    await expect(train({}, { name: 'Few' })).rejects.toMatchObject({ code: 'not-trainable' })
    labelled = kept
    const picture = await core.adopt(labelled)
    await expect(core.api.startTriage({ folder: picture, profile })).rejects.toThrow('train it again from scratch')
  })

  it('is deleted with all that is in it, and with nothing of the other profiles', async () => {
    const picture = await core.adopt(await draw('bar', 20))
    await core.api.enrol({ picture, profile: 'object', to: { name: 'a thing' }, override: true })
    await core.api.changeSettings({ profile })
    expect(await core.api.deleteProfile(profile)).toMatchObject({ samples: 4 })
    expect(await core.api.profiles()).toEqual([])
    expect((await core.api.models()).map(({ kind }) => kind)).toEqual(['shipped', 'shipped'])
    expect(await core.api.runs()).toEqual([])
    expect((await core.api.settings()).profile).toBe('face')
    expect(readdirSync(join(dataFolder, 'models'))).toEqual([])
    expect(existsSync(join(dataFolder, 'runs', first.id))).toBe(false)
    expect((await core.api.status()).gallery).toMatchObject({ identities: 1, samples: 1, deleted: 0 })
    await expect(ask(await draw('bar', 20))).rejects.toMatchObject({ code: 'not-found' })
    await expect(core.api.enrol({ picture, profile, to: { name: 'x' } })).rejects.toMatchObject({ code: 'not-found' })
    await expect(core.api.deleteProfile(profile)).rejects.toMatchObject({ code: 'not-found' })
    await expect(core.api.changeSettings({ profile })).rejects.toMatchObject({ code: 'not-found' })
    // Had the process ended before the files went, the next start would remove them.
    const left = join(dataFolder, 'models', first.model!)
    mkdirSync(left)
    await core.close()
    core = await testCore(later, { ...real, dataFolder })
    expect(existsSync(left)).toBe(false)
  })
})
