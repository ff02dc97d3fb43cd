import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createSeal } from '../../../db/seal.ts'
import { openFeatureCache, type FeatureKey } from '../../../src-main/app/learning/feature-cache.ts'
import { temporaryFolder } from '../../core/fixture.ts'

const seal = createSeal(randomBytes(32))
const key = (sha256: string, how = 'features'): FeatureKey => ({ sha256, model: 'm', how })
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('the feature cache', () => {
  it('gives back what was put under the same bytes, model and way of looking, and nothing else', async () => {
    const cache = openFeatureCache(join(temporaryFolder(onTestFinished), 'features'), seal)
    cache.put(key('a'), Buffer.from('numbers'))
    expect((await cache.get(key('a')))?.toString()).toBe('numbers')
    expect(await cache.get(key('b'))).toBeUndefined()
    expect(await cache.get(key('a', 'pixels'))).toBeUndefined()
    expect(await cache.get({ ...key('a'), model: 'other' })).toBeUndefined()
  })

  it('outlives the process, and shows neither what it holds nor of which picture', async () => {
    const folder = join(temporaryFolder(onTestFinished), 'features')
    const sha256 = 'ab'.repeat(32)
    openFeatureCache(folder, seal).put(key(sha256), Buffer.from('a marked vector'))
    const [path] = files(folder)
    expect(readFileSync(path!).includes('marked')).toBe(false)
    expect(path).not.toContain(sha256)
    expect((await openFeatureCache(folder, seal).get(key(sha256)))?.toString()).toBe('a marked vector')
  })

  it('treats a changed or a moved entry as absent, and counts it', async () => {
    const folder = join(temporaryFolder(onTestFinished), 'features')
    const cache = openFeatureCache(folder, seal)
    cache.put(key('a'), Buffer.from('of a'))
    const [path] = files(folder)
    const bytes = readFileSync(path!)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(path!, bytes)
    expect(await cache.get(key('a'))).toBeUndefined()
    expect(cache.damaged()).toBe(1)
    cache.put(key('a'), Buffer.from('of a'))
    cache.put(key('b'), Buffer.from('of b'))
    const [one, two] = files(folder)
    writeFileSync(one!, readFileSync(two!))
    const read = [await cache.get(key('a')), await cache.get(key('b'))]
    expect(read.filter((found) => found === undefined)).toHaveLength(1)
  })

  it('lets what was used least recently go once it is full, also what an earlier process put', async () => {
    const folder = join(temporaryFolder(onTestFinished), 'features')
    const size = 1000
    const first = openFeatureCache(folder, seal, 4 * size)
    first.put(key('old'), Buffer.alloc(size - 28))
    const [path] = files(folder)
    utimesSync(path!, 1, 1)
    const cache = openFeatureCache(folder, seal, 4 * size)
    for (const name of ['b', 'c', 'd']) cache.put(key(name), Buffer.alloc(size - 28))
    expect(await cache.get(key('b'))).toBeDefined()
    cache.put(key('e'), Buffer.alloc(size - 28))
    expect(cache.bytes()).toBeLessThanOrEqual(4 * size)
    expect(await cache.get(key('old'))).toBeUndefined()
    expect(await cache.get(key('c'))).toBeUndefined()
    expect(await cache.get(key('b'))).toBeDefined()
    expect(await cache.get(key('e'))).toBeDefined()
  })

  it('leaves no byte behind when it is emptied', async () => {
    const folder = join(temporaryFolder(onTestFinished), 'features')
    const cache = openFeatureCache(folder, seal)
    cache.put(key('a'), Buffer.from('numbers'))
    cache.empty()
    expect(cache.bytes()).toBe(0)
    expect(() => readdirSync(folder)).toThrow('ENOENT')
    expect(await cache.get(key('a'))).toBeUndefined()
  })
})
