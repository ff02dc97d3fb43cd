import { createHash } from 'node:crypto'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MANIFEST } from '../../../src-main/contract/model-file.ts'
import { asAppError } from '../../../src-main/contract/errors.ts'
import { temporaryFolder, testCore, type TestCore } from '../../core/fixture.ts'
import { openWith, putModel, thresholds } from './fixture.ts'

const cleaning: (() => void | Promise<void>)[] = []
const clean = (step: () => void | Promise<void>) => void cleaning.push(step)
let core: TestCore
let folder: string
let model: string

beforeAll(async () => {
  const dataFolder = temporaryFolder(clean)
  model = await openWith(dataFolder, (gallery) => putModel(gallery, dataFolder))
  core = await testCore(clean, { dataFolder })
  folder = temporaryFolder(clean)
})
afterAll(async () => {
  for (const step of cleaning.reverse()) await step()
})

type Files = Record<string, Uint8Array>
const bytes = (text: string) => new Uint8Array(Buffer.from(text))
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')

/** A sound model, changed. */
function modelWith(content = 'weights', change: Record<string, unknown> = {}): Files {
  const head = bytes(content)
  const manifest = {
    ...{ format: 'semblance-model/1', profile: 'object', kind: 'head', base: 'fake-object', dimensions: 16 },
    calibration: thresholds(),
    files: [{ name: 'head.bin', bytes: head.byteLength, sha256: sha256(head) }],
    ...change,
  }
  return { [MANIFEST]: bytes(JSON.stringify(manifest)), 'head.bin': head }
}

let count = 0
async function take(zip: Uint8Array) {
  const path = join(folder, `${count++}.zip`)
  writeFileSync(path, zip)
  return core.api.importModel(await core.adopt(path))
}
const failure = async (work: Promise<unknown>) => asAppError(await work.catch((error: unknown) => error))
const models = () => readdirSync(join(core.dataFolder, 'models')).sort()

/** The zip's own bytes with every occurrence of `from` in its headers replaced, lengths alike. */
function patched(zip: Uint8Array, from: string, to: string): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(zip).toString('latin1').replaceAll(from, to), 'latin1'))
}

/** States another unpacked size for the last file, in its header and in the directory. */
function withSize(zip: Uint8Array, size: number): Uint8Array {
  const out = Buffer.from(zip)
  for (let at = 0; at < out.length - 4; at++) {
    if (out.readUInt32LE(at) === 0x02014b50) out.writeUInt32LE(size, at + 24)
    if (out.readUInt32LE(at) === 0x04034b50) out.writeUInt32LE(size, at + 22)
  }
  return new Uint8Array(out)
}

describe('a model as a file', () => {
  it('is the same after export and import into another gallery, and is live nowhere by itself', async () => {
    const { name, bytes: zip } = await core.api.exportModel(model)
    expect(name).toMatch(/^object-[0-9a-f]{4}\.semblance-model\.zip$/)
    expect(sha256((await core.api.exportModel(model)).bytes)).toBe(sha256(zip))
    const other = await testCore(clean)
    const path = join(folder, name)
    writeFileSync(path, zip)
    const imported = await other.api.importModel(await other.adopt(path))
    expect(imported).toMatchObject({ id: model, title: 'object-1', state: 'kept', imported: true, trainedOn: [] })
    expect((await other.api.models()).filter(({ state }) => state === 'live').map(({ kind }) => kind)).toEqual([
      ...['shipped', 'shipped'],
    ])
    const error = await failure(other.api.promote({ model }))
    expect(error).toMatchObject({ code: 'not-better', message: expect.stringContaining('imported') })
    expect(await other.api.promote({ model, anyway: true })).toMatchObject({ state: 'live' })
    expect((await other.api.calibration('object')).model).toBe(model)
    // Once more: it is there already.
    expect(await other.api.importModel(await other.adopt(path))).toMatchObject({ id: model, state: 'live' })
  })

  const sound = () => zipSync(modelWith())
  const hostile: Record<string, () => Uint8Array> = {
    'no zip': () => bytes('This is a letter.'),
    'an empty file': () => new Uint8Array(0),
    'a zip that ends early': () => sound().subarray(0, 200),
    'no manifest': () => zipSync({ 'head.bin': bytes('weights') }),
    'a manifest that is no JSON': () => zipSync({ ...modelWith(), [MANIFEST]: bytes('{') }),
    'an unknown format': () => zipSync(modelWith('weights', { format: 'semblance-model/2' })),
    'an unknown class': () => zipSync(modelWith('weights', { className: 'Lambda' })),
    'an unknown kind': () => zipSync(modelWith('weights', { kind: 'pickle' })),
    'a shape of a billion': () => zipSync(modelWith('weights', { dimensions: 1e9 })),
    'a negative shape': () => zipSync(modelWith('weights', { dimensions: -1 })),
    'another base': () => zipSync(modelWith('weights', { base: 'another-model' })),
    'thresholds that are no distances': () =>
      zipSync(
        modelWith('weights', { calibration: { ...thresholds(), thresholds: { same: -1, different: 9, known: 1 } } }),
      ),
    'a hash that does not fit': () => zipSync({ ...modelWith(), 'head.bin': bytes('wEights') }),
    'a length that does not fit': () => zipSync({ ...modelWith(), 'head.bin': bytes('weights and more') }),
    'a named file that is missing': () => zipSync({ [MANIFEST]: modelWith()[MANIFEST]! }),
    'a file that is not named': () => zipSync({ ...modelWith(), 'more.bin': bytes('x') }),
    'a path upwards': () => zipSync({ ...modelWith(), '../../evil.bin': bytes('x') }),
    'an absolute path': () => zipSync({ ...modelWith(), '/tmp/evil.bin': bytes('x') }),
    'a Windows path': () => zipSync({ ...modelWith(), 'c:\\evil.bin': bytes('x') }),
    'a folder': () => zipSync({ ...modelWith(), 'folder/evil.bin': bytes('x') }),
    'a hidden name': () => zipSync({ ...modelWith(), '.evil': bytes('x') }),
    'the name __proto__': () => patched(zipSync({ ...modelWith(), 'xxproto.b': bytes('x') }), 'xxproto.b', '__proto__'),
    'a path in its manifest': () =>
      zipSync(modelWith('weights', { files: [{ name: '../head.bin', bytes: 7, sha256: sha256(bytes('weights')) }] })),
    'an address in its manifest': () =>
      zipSync(
        modelWith('weights', { files: [{ name: 'http://a/b.bin', bytes: 7, sha256: sha256(bytes('weights')) }] }),
      ),
    'one file twice': () => patched(zipSync({ ...modelWith(), 'heaq.bin': bytes('x') }), 'heaq.bin', 'head.bin'),
    'a bomb': () => zipSync({ ...modelWith(), 'more.bin': new Uint8Array(20_000_000) }, { level: 9 }),
    'a stated size of four gigabytes': () => withSize(sound(), 0xffff_fff0),
    'a stated size that is too small': () => withSize(sound(), 3),
    'a stated size that no packing reaches': () => withSize(sound(), 5000),
    'too many files': () =>
      zipSync({
        ...modelWith(),
        ...Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`f${i}.bin`, bytes('x')])),
      }),
    'weights that the engine refuses': () => zipSync(modelWith('BAD weights')),
  }
  for (const [what, make] of Object.entries(hostile))
    it(`is refused with ${what}, and leaves nothing`, async () => {
      const before = { models: models(), list: await core.api.models() }
      const { code, message } = await failure(take(make()))
      expect(['bad-model', 'model-missing']).toContain(code)
      expect(message.length).toBeGreaterThan(20)
      expect({ models: models(), list: await core.api.models() }).toEqual(before)
      expect(existsSync('/tmp/evil.bin')).toBe(false)
    })

  it('is taken when it is sound, packed or not', async () => {
    expect(await take(zipSync(modelWith()))).toMatchObject({ kind: 'head', imported: true, state: 'kept' })
    expect(await take(zipSync(modelWith('more weights'), { level: 9 }))).toMatchObject({ title: 'object-3' })
  })

  it('is not taken from a folder, from nowhere or again after it was discarded', async () => {
    expect((await failure(core.api.importModel(await core.adopt(folder)))).code).toBe('not-a-file')
    expect((await failure(core.api.importModel(await core.adopt(join(folder, 'none'))))).code).toBe('not-found')
    const taken = await take(zipSync(modelWith('third')))
    await core.api.discardModel(taken.id)
    expect((await failure(take(zipSync(modelWith('third'))))).code).toBe('bad-model')
    expect((await failure(core.api.exportModel(taken.id))).code).toBe('wrong-use')
    expect((await failure(core.api.exportModel('fake-object'))).code).toBe('not-found')
  })
})
