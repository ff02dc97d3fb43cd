import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import type { EngineApi } from '../../src-main/contract/engine-api.ts'
import { openBackbone } from '../../src-main/engine/backbones.ts'
import { createEngine } from '../../src-main/engine/engine.ts'
import { cutBackbone, parametersOf } from '../../src-main/engine/fine-tuning/cut.ts'
import { featuresOf } from '../../src-main/engine/fine-tuning/features.ts'
import { createLooks } from '../../src-main/engine/fine-tuning/looks.ts'
import { row } from '../../src-main/engine/heads/matrix.ts'
import { backends, distance, people, resources } from './fixture.ts'

const sample = (name: string) => ({ path: join(resources, 'samples', name) })
const object = { profile: 'object', views: 3, seed: 1 } as const

describe(`features on ${backends[0]}`, () => {
  let engine: EngineApi
  beforeAll(() => void (engine = createEngine({ resources, backend: backends[0] })))

  it('gives the same numbers for the same request, other views for another seed and the embedding of a look', async () => {
    const source = sample('probe/cactus-1.jpg')
    const first = await engine.features({ source, ...object })
    const again = await engine.features({ source, ...object })
    const other = await engine.features({ source, ...object, seed: 2 })
    const look = await engine.look({ source, profile: 'object' })
    expect(first.parts).toEqual([1280, 144])
    const [found] = first.found
    expect(found!.features).toHaveLength(1424)
    expect(found!.views).toHaveLength(3 * 1424)
    expect(again.found[0]).toEqual(found)
    expect(other.found[0]!.features).toEqual(found!.features)
    expect(distance(other.found[0]!.views, found!.views)).toBeGreaterThan(1)
    expect(distance(look.found[0]!.embedding, found!.embedding)).toBeLessThan(1e-6)
    expect(first.model).toBe(look.model)
  })

  it('puts views nearer to their own photo than to another thing', async () => {
    const of = async (name: string) => (await engine.features({ source: sample(name), ...object })).found[0]!
    const [cactus, duck] = [await of('probe/cactus-1.jpg'), await of('probe/rubber-duck-2.jpg')]
    const view = (found: typeof cactus, i: number) => found.views.subarray(1424 * i, 1424 * i + 1280)
    for (let i = 0; i < 3; i++) {
      const own = distance(view(cactus, i), cactus.features.subarray(0, 1280))
      expect(own).toBeGreaterThan(0.1)
      expect(own).toBeLessThan(distance(view(cactus, i), duck.features.subarray(0, 1280)))
    }
  })

  it('finds every face with 192 features, whose sum of face and mirror is the embedding', async () => {
    const source = { path: people(1) }
    const { parts, found } = await engine.features({ source, profile: 'face', views: 2, seed: 1 })
    const look = await engine.look({ source, profile: 'face' })
    expect(parts).toEqual([192])
    expect(found).toHaveLength(look.found.length)
    found.forEach(({ features, embedding, views }, i) => {
      const length = Math.hypot(...features)
      expect(
        distance(
          features.map((value) => value / length),
          embedding,
        ),
      ).toBeLessThan(1e-5)
      expect(distance(look.found[i]!.embedding, embedding)).toBeLessThan(1e-5)
      const view = views.subarray(0, 192)
      const cosine = view.reduce((sum, value, k) => sum + value * embedding[k]!, 0) / Math.hypot(...view)
      expect(cosine).toBeGreaterThan(0.6)
    })
  })

  it('gives one face for a box and none in a picture without faces', async () => {
    const source = { path: people(1) }
    const [first] = (await engine.features({ source, profile: 'face', views: 0, seed: 1 })).found
    const boxed = await engine.features({ source, profile: 'face', box: first!.box, views: 0, seed: 1 })
    expect(boxed.found).toHaveLength(1)
    expect(distance(boxed.found[0]!.embedding, first!.embedding)).toBeLessThan(0.05)
    const none = await engine.features({ source: sample('probe/cactus-1.jpg'), profile: 'face', views: 2, seed: 1 })
    expect(none.found).toEqual([])
  })

  it('keeps the hash of a picture that is smaller or compressed again, and changes it for another one', async () => {
    const bits = (a: string, b: string) =>
      [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === '1').length
    const bytes = readFileSync(sample('probe/cactus-1.jpg').path)
    const small = await sharp(bytes).resize(300).jpeg({ quality: 40 }).toBuffer()
    const hash = async (source: Parameters<EngineApi['features']>[0]['source']) =>
      (await engine.features({ source, ...object, views: 0 })).hash
    const own = await hash(sample('probe/cactus-1.jpg'))
    expect(own).toMatch(/^[0-9a-f]{16}$/)
    expect(bits(own, await hash({ name: 'small.jpg', bytes: small }))).toBeLessThanOrEqual(4)
    expect(bits(own, await hash(sample('probe/rubber-duck-2.jpg')))).toBeGreaterThan(10)
  })

  it.each(['face', 'object'] as const)('gives crops of every %s from which the same features come', async (profile) => {
    const source = profile === 'face' ? { path: people(1) } : sample('probe/cactus-1.jpg')
    const { side, sha256, crops } = await engine.crops({ source, profile })
    const made = await engine.features({ source, profile, views: 0, seed: 1 })
    const backbone = await openBackbone(resources, profile)
    expect([side, sha256, crops.length]).toEqual([backbone.side, made.sha256, made.found.length])
    const cut = cutBackbone(backbone, 1)
    const all = { photos: Buffer.concat(crops), references: new Uint8Array() }
    const { photos } = featuresOf(cut, createLooks(backbone, cut, all, 0), parametersOf(cut.start))
    cut.dispose()
    made.found.forEach(({ features }, i) => expect(distance(row(photos, i), features)).toBeLessThan(1e-3))
  })

  it('gives pixels of the size and channels asked for, upright, and refuses sizes that are none', async () => {
    const bytes = await sharp(Buffer.from([0, 255, 255, 0]), { raw: { width: 2, height: 2, channels: 1 } })
      .png()
      .toBuffer()
    const source = { name: 'four.png', bytes }
    expect([...(await engine.pixels({ source, width: 2, height: 2, channels: 1 }))]).toEqual([0, 255, 255, 0])
    const box = { x: 1, y: 0, width: 1, height: 2 }
    expect([...(await engine.pixels({ source, box, width: 1, height: 2, channels: 3 }))]).toEqual([
      255, 255, 255, 0, 0, 0,
    ])
    await expect(engine.pixels({ source, width: 0, height: 2, channels: 1 })).rejects.toMatchObject({
      code: 'wrong-use',
    })
    await expect(engine.features({ source, ...object, views: 99 })).rejects.toMatchObject({ code: 'wrong-use' })
  })
})
