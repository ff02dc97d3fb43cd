import { describe, expect, it } from 'vitest'
import { boxInKept, reEmbed } from '../../../src-main/app/models/re-embed.ts'
import type { Parts } from '../../../src-main/app/parts.ts'
import type { LookRequest } from '../../../src-main/contract/engine-api.ts'
import { AppError } from '../../../src-main/contract/errors.ts'
import type { Sample } from '../../../src-main/contract/types.ts'
import { enrol, newGallery, unitVector } from '../../db/fixture.ts'

const sample = (change: Partial<Sample>) =>
  ({ profile: 'face', keeps: 'crop', drawn: false, width: 1000, height: 800, ...change }) as Sample

function setUp(answer: () => Promise<unknown>) {
  const gallery = newGallery()
  const asked: LookRequest[] = []
  const look = (request: LookRequest) => {
    asked.push(request)
    return answer()
  }
  return { gallery, asked, parts: { gallery, engine: { look } } as unknown as Parts }
}

describe('the box of a sample in the picture that it keeps', () => {
  it('lies in the middle of a crop with room about the face, moved where the picture ended', () => {
    const middle = sample({ box: { x: 400, y: 300, width: 100, height: 120 } })
    expect(boxInKept(middle)).toEqual({ x: 50, y: 60, width: 100, height: 120 })
    const corner = sample({ box: { x: 10, y: 700, width: 100, height: 100 } })
    expect(boxInKept(corner)).toEqual({ x: 10, y: 50, width: 100, height: 100 })
  })

  it('is as much smaller as the crop of a large face is', () => {
    const large = sample({ width: 4000, height: 4000, box: { x: 1000, y: 1000, width: 1024, height: 1024 } })
    expect(boxInKept(large)).toEqual({ x: 256, y: 256, width: 512, height: 512 })
  })

  it('is the whole crop of a thing, and the box itself where the original is kept', () => {
    const box = { x: 10, y: 10, width: 50, height: 50 }
    expect(boxInKept(sample({ profile: 'object', drawn: true, box }))).toBeUndefined()
    expect(boxInKept(sample({ profile: 'object', keeps: 'original', drawn: true, box }))).toEqual(box)
    expect(boxInKept(sample({ profile: 'object', keeps: 'original', box }))).toBeUndefined()
    expect(boxInKept(sample({ keeps: 'original', box }))).toEqual(box)
  })
})

describe('embedding a sample again', () => {
  it('looks at the kept picture by the model, the name of its source beside it', async () => {
    const { gallery, asked, parts } = setUp(async () => ({ found: [{ embedding: unitVector(5) }] }))
    const { sample } = enrol(gallery, { name: 'Ada' })
    expect(await reEmbed(parts, sample.id, 'learned')).toEqual(unitVector(5))
    expect(asked[0]).toMatchObject({ model: 'learned', profile: 'face', drawn: false, source: { name: 'source.jpg' } })
    await reEmbed(parts, sample.id, undefined)
    expect(asked[1]).not.toHaveProperty('model')
    expect(await reEmbed(parts, 'f'.repeat(32), 'learned')).toBeUndefined()
  })

  it.each([
    ['cannot be decoded', () => Promise.reject(new AppError('damaged-picture', 'It ends early.')), 'It ends early.'],
    ['shows nothing any more', async () => ({ found: [] }), 'Nothing is found in it.'],
  ])('names whose sample it is that %s, and what to do', async (_what, answer, why) => {
    const { gallery, parts } = setUp(answer)
    const { sample, identity } = enrol(gallery, { name: 'Ada' })
    const failure = async () => String(await reEmbed(parts, sample.id, 'learned').catch((error: unknown) => error))
    expect(await failure()).toContain(`a sample of Ada (${sample.id.slice(0, 8)})`)
    expect(await failure()).toContain(why)
    gallery.deleteIdentity(identity.id)
    expect(await failure()).toContain('a deleted sample')
  })

  it('passes on what is not the picture’s fault', async () => {
    const { gallery, parts } = setUp(() => Promise.reject(new AppError('model-missing', 'Its files are gone.')))
    const { sample } = enrol(gallery, { name: 'Ada' })
    await expect(reEmbed(parts, sample.id, 'learned')).rejects.toMatchObject({ code: 'model-missing' })
  })
})
