import { resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openGalleryFile } from '../../db/gallery.ts'
import { findKey } from '../../src-main/core/key.ts'
import { asAppError } from '../../src-main/contract/errors.ts'
import { adopt, fakePicture, fakeResources, forkCore, temporaryFolder, testCore, until } from './fixture.ts'

const KILLS = 50
const program = resolve(import.meta.dirname, 'fake-core.ts')

describe('SIGKILL', () => {
  it(
    `of the core at ${KILLS} moments of enrolments loses nothing that was acknowledged, and leaves nothing half`,
    { timeout: 300_000 },
    async () => {
      const folder = temporaryFolder(onTestFinished)
      const resources = fakeResources(onTestFinished)
      const pictures = temporaryFolder(onTestFinished)
      const acknowledged = new Map<string, string>()
      let asked = 0
      for (let kill = 0; kill < KILLS; kill++) {
        const core = forkCore(program, [folder, resources])
        const enrolling = (async () => {
          for (;;) {
            asked++
            const picture = await adopt(core.api, fakePicture(pictures))
            const name = `Identity ${asked}`
            const { identity, sample } = await core.api.enrol({ picture, profile: 'object', to: { name } })
            acknowledged.set(sample.id, identity.id)
          }
        })()
        // Most kills fall among enrolments, some into the start of the engine.
        const before = acknowledged.size
        if (kill % 5 > 0) await until(() => acknowledged.size > before)
        else await core.api.status()
        await new Promise((done) => setTimeout(done, (kill * 37) % 120))
        core.child.kill('SIGKILL')
        expect(asAppError(await enrolling.catch((error: unknown) => error)).code).toBe('core-stopped')
        await core.ended
      }

      const file = openGalleryFile(`${folder}/gallery.db`)
      const gallery = file.open(findKey(folder, file, 'file').key)
      onTestFinished(() => gallery.close())
      expect(acknowledged.size).toBeGreaterThan(0)
      for (const [sample, identity] of acknowledged) expect(gallery.sample(sample).identityId).toBe(identity)
      let searchable = 0
      for (const model of gallery.models()) gallery.eachEmbedding(model, () => searchable++)
      const samples = [...gallery.identities()].flatMap(({ id }) => gallery.samplesOf(id))
      expect(searchable).toBe(samples.length)
      for (const { id, sourceSha256 } of samples) {
        expect(gallery.thumbnail(id).toString()).toBe(`thumbnail of ${sourceSha256}`)
        expect(gallery.kept(id).toString()).toBe(`crop of ${sourceSha256}`)
      }
      expect(samples.length).toBeLessThanOrEqual(acknowledged.size + KILLS)
      expect([...gallery.identities()].every((identity) => identity.samples === 1)).toBe(true)
      expect(gallery.notices().filter(({ code }) => code === 'gallery-damaged')).toEqual([])
    },
  )

  it(
    `of the engine at ${KILLS} moments is not noticed by who enrols, but for the wait`,
    { timeout: 300_000 },
    async () => {
      const core = await testCore(onTestFinished)
      const pictures = temporaryFolder(onTestFinished)
      let enrolled = 0
      for (let kill = 0; kill < KILLS; kill++) {
        const enrolOne = async () => {
          const picture = await core.adopt(fakePicture(pictures))
          await core.api.enrol({ picture, profile: 'object', to: { name: `Identity ${enrolled}` } })
          enrolled++
        }
        // After an answer: three ends without any would rightly be given up.
        await enrolOne()
        const pid = core.enginePid()!
        setTimeout(() => process.kill(pid, 'SIGKILL'), (kill * 7) % 40)
        while (core.enginePid() === pid) await enrolOne()
      }
      expect((await core.api.status()).gallery.samples).toBe(enrolled)
      expect(enrolled).toBeGreaterThanOrEqual(KILLS)
    },
  )
})
