import { join, resolve } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Match } from '../../../src-main/contract/types.ts'
import { engineScript, resourcesFolder } from '../../../src-main/core/places.ts'
import { temporaryFolder, testCore } from '../../core/fixture.ts'
import { openWith } from './fixture.ts'
import { putHead } from './heads.ts'

const people = resolve(import.meta.dirname, '../../../node_modules/@vladmandic/face-api/demo/sample1.jpg')
const things = ['Cactus', 'Teapot'].map((name) => ({
  ...{ name, path: join(resourcesFolder, 'samples', 'enrol', `${name}.jpg`) },
}))
const real = { engineScript, resources: resourcesFolder, backend: 'wasm' }

describe('a head over the real features', { timeout: 180_000 }, () => {
  it.each(['crop', 'original'] as const)(
    'finds again who was enrolled with the %s kept, and rolls back',
    async (keep) => {
      const dataFolder = temporaryFolder(onTestFinished)
      const first = await testCore(onTestFinished, { ...real, dataFolder })
      await first.api.changeSettings({ keep })
      for (const { name, path } of things)
        await first.api.enrol({ picture: await first.adopt(path), profile: 'object', to: { name }, override: true })
      const picture = await first.adopt(people)
      const faces = (await first.api.inspect({ picture, profile: 'face' })).found
      for (const [i, { box }] of faces.entries())
        await first.api.enrol({ picture, profile: 'face', box, to: { name: `Face ${i}` }, override: true })
      const shipped = Object.fromEntries((await first.api.models()).map(({ profile, id }) => [profile, id]))
      await first.close()

      const heads = await openWith(dataFolder, async (gallery) => ({
        face: await putHead(gallery, dataFolder, 'face', shipped['face']!),
        object: await putHead(gallery, dataFolder, 'object', shipped['object']!),
      }))
      const core = await testCore(onTestFinished, { ...real, dataFolder })
      const answers = async () => {
        const all: (readonly [string, Match])[] = []
        for (const { name, path } of things) {
          const { found } = await core.api.identify({ picture: await core.adopt(path), profile: 'object' })
          all.push([name, found[0]!.candidates[0]!])
        }
        const { found } = await core.api.identify({ picture: await core.adopt(people), profile: 'face' })
        found.forEach(({ candidates }, i) => all.push([`Face ${i}`, candidates[0]!]))
        return all
      }
      const before = await answers()
      for (const model of Object.values(heads)) await core.api.promote({ model, anyway: true })
      const after = await answers()
      expect(await core.api.identify({ picture: await core.adopt(people), profile: 'face' })).toMatchObject({
        model: heads.face,
      })
      expect(after.map(([name]) => name)).toEqual([...things.map(({ name }) => name), 'Face 0', 'Face 1', 'Face 2'])
      for (const [name, match] of after) {
        expect(match.name).toBe(name)
        // The kept crop is a JPEG of the picture: near, and the same where the picture itself is kept.
        if (keep === 'original') expect(match.distance).toBe(0)
        else expect(match.distance).toBeLessThan(0.35)
      }
      await core.api.rollback('face')
      await core.api.rollback('object')
      expect(await answers()).toEqual(before)
    },
  )
})
