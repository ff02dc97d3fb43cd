import { existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join, resolve } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connectCore } from '../../src-main/core/connect-core.ts'
import { dataFolder } from '../../src-main/core/data-folder.ts'
import { findKey, type KeyStore } from '../../src-main/core/key.ts'
import { socketPath } from '../../src-main/core/socket.ts'
import { adopt, fakePicture, fakeResources, forkCore, newToken, temporaryFolder, testCore } from './fixture.ts'

const program = resolve(import.meta.dirname, 'fake-core.ts')

describe('a data folder', () => {
  it('is where the system keeps such data, unless told otherwise', () => {
    expect(dataFolder('/x', { SEMBLANCE_DATA: '/y' }, 'linux')).toBe('/x')
    expect(dataFolder(undefined, { SEMBLANCE_DATA: '/y' }, 'linux')).toBe('/y')
    expect(dataFolder(undefined, { XDG_CONFIG_HOME: '/c' }, 'linux')).toBe(join('/c', 'Semblance'))
    expect(dataFolder(undefined, {}, 'linux')).toMatch(/\.config.Semblance$/)
    expect(dataFolder(undefined, {}, 'darwin')).toMatch(/Library.Application Support.Semblance$/)
    expect(dataFolder(undefined, { APPDATA: 'C:/A' }, 'win32')).toBe(join('C:/A', 'Semblance'))
  })

  it('and all in it is for its owner alone', async () => {
    const core = await testCore(onTestFinished)
    expect(statSync(core.dataFolder).mode & 0o777).toBe(0o700)
    for (const file of ['gallery.db', 'gallery.key', 'core.sock', 'lock.db', 'ballast'])
      expect(statSync(join(core.dataFolder, file)).mode & 0o077, file).toBe(0)
  })
})

describe('one core a data folder', () => {
  it('is kept by a lock that lives as long as its process', async () => {
    const core = await testCore(onTestFinished)
    await expect(testCore(onTestFinished, { dataFolder: core.dataFolder })).rejects.toMatchObject({
      code: 'gallery-in-use',
    })
    const second = forkCore(program, [core.dataFolder, '.'])
    await expect(second.api.status()).rejects.toMatchObject({ code: 'gallery-in-use' })
    expect(second.events).toMatchObject([{ type: 'core', state: 'failed' }])
    second.child.disconnect()
    await core.close()
    const killed = forkCore(program, [core.dataFolder, fakeResources(onTestFinished)])
    await killed.api.status()
    killed.child.kill('SIGKILL')
    await killed.ended
    await testCore(onTestFinished, { dataFolder: core.dataFolder })
  })

  it('ends with its shell, and its engine with it', async () => {
    const folder = temporaryFolder(onTestFinished)
    const core = forkCore(program, [folder, fakeResources(onTestFinished)])
    await core.api.status()
    core.child.disconnect()
    await core.ended
    expect(core.child.exitCode).toBe(0)
    await testCore(onTestFinished, { dataFolder: folder })
  })

  it('tells a shell why it does not open, and stays to say so', async () => {
    const folder = temporaryFolder(onTestFinished)
    const first = await testCore(onTestFinished, { dataFolder: folder })
    await first.close()
    const db = new Database(join(folder, 'gallery.db'))
    db.pragma('user_version = 99')
    db.close()
    const core = forkCore(program, [folder, '.'])
    onTestFinished(() => void core.child.kill('SIGKILL'))
    for (let i = 0; i < 2; i++) await expect(core.api.status()).rejects.toMatchObject({ code: 'newer-gallery' })
    await core.api.shutdown()
  })
})

describe('the local socket', () => {
  it('lets another program use the core that is open, with events, but not end it', async () => {
    const core = await testCore(onTestFinished)
    const pictures = temporaryFolder(onTestFinished)
    const guest = await connectCore({ data: core.dataFolder })
    expect(guest.where).toBe('running')
    const heard: string[] = []
    guest.onEvent((event) => heard.push(event.type))
    const picture = await adopt(guest.host, fakePicture(pictures))
    const { sample } = await guest.api.enrol({ picture, profile: 'object', to: { name: 'Cup' } })
    expect((await core.api.listIdentities({ offset: 0, limit: 5 })).identities.map(({ name }) => name)).toEqual(['Cup'])
    expect(Buffer.from((await guest.host.image({ kind: 'thumb', id: sample.id })).bytes).toString()).toContain(
      'thumbnail',
    )
    await guest.api.changeSettings({ candidates: 3 })
    expect(heard).toContain('settings-changed')
    await guest.host.shutdown()
    expect((await guest.api.status()).gallery.samples).toBe(1)
    await core.close()
    await expect(guest.api.status()).rejects.toMatchObject({ code: 'core-stopped' })
    await guest.close()
  })

  it('is not harmed by noise, and refuses what is no request', async () => {
    const core = await testCore(onTestFinished)
    const path = socketPath(core.dataFolder)
    for (const noise of ['hello\n', '{"id":1}\n', '[]\n', '{"id":1,"method":"__proto__","args":[]}\n', '\0\0\0\n']) {
      const socket = createConnection(path)
      await new Promise<void>((done) => {
        socket.once('close', () => done())
        socket.once('data', () => socket.destroy())
        socket.write(noise)
        setTimeout(() => socket.destroy(), 100)
      })
    }
    expect((await core.api.status()).version).toMatch(/\d/)
    for (const method of ['constructor', '__proto__', 'nothing'])
      expect(await core.invoke(method, [])).toMatchObject({ ok: false, code: 'wrong-use' })
    expect(
      await core.invoke('enrol', [{ picture: '../../etc/passwd', profile: 'face', to: { name: 'x' } }]),
    ).toMatchObject({
      ok: false,
      code: 'wrong-use',
    })
  })

  it('has a short path for a folder with a long one', async () => {
    const long = join(temporaryFolder(onTestFinished), 'x'.repeat(120))
    expect(Buffer.byteLength(socketPath(long, 'linux', '/tmp'))).toBeLessThan(100)
    expect(socketPath(long, 'win32')).toMatch(/^\\\\\.\\pipe\\semblance-/)
    const core = await testCore(onTestFinished, { dataFolder: long })
    const guest = await connectCore({ data: long })
    expect((await guest.api.status()).dataFolder).toBe(core.dataFolder)
    await guest.close()
  })
})

describe('the key', () => {
  const gallery = { id: 'ab'.repeat(16), keyed: false }
  function memory(): KeyStore & { kept: Map<string, string> } {
    const kept = new Map<string, string>()
    return { kept, get: (id) => kept.get(id) ?? null, set: (id, key) => void kept.set(id, key) }
  }

  it('lies in the key store where that works, and is found there again', () => {
    const folder = temporaryFolder(onTestFinished)
    const store = memory()
    const made = findKey(folder, gallery, 'auto', store)
    expect(made.status.where).toBe('os-key-store')
    expect(existsSync(join(folder, 'gallery.key'))).toBe(false)
    expect(findKey(folder, { ...gallery, keyed: true }, 'auto', store).key).toEqual(made.key)
  })

  it.each<[string, KeyStore]>([
    ['throws', { get: () => fail(), set: () => fail() }],
    ['forgets', { get: () => null, set: () => undefined }],
  ])('lies in a file beside the gallery when the key store %s', (_what, store) => {
    const folder = temporaryFolder(onTestFinished)
    const made = findKey(folder, gallery, 'auto', store)
    expect(made.status.where).toBe('key-file')
    expect(statSync(join(folder, 'gallery.key')).mode & 0o077).toBe(0)
    expect(findKey(folder, { ...gallery, keyed: true }, 'auto', store).key).toEqual(made.key)
  })

  it('that is gone is an error, and nothing is written over the gallery', async () => {
    const core = await testCore(onTestFinished)
    await core.close()
    const key = join(core.dataFolder, 'gallery.key')
    const before = readFileSync(join(core.dataFolder, 'gallery.db'))
    renameSync(key, `${key}.away`)
    await expect(testCore(onTestFinished, { dataFolder: core.dataFolder })).rejects.toMatchObject({
      code: 'key-missing',
    })
    expect(existsSync(key)).toBe(false)
    expect(readFileSync(join(core.dataFolder, 'gallery.db')).equals(before)).toBe(true)
    renameSync(`${key}.away`, key)
    await testCore(onTestFinished, { dataFolder: core.dataFolder })
  })

  it('in a file is told to the user', async () => {
    const core = await testCore(onTestFinished)
    const { key, notices } = await core.api.status()
    expect(key.where).toBe('key-file')
    expect(notices.map(({ code }) => code)).toEqual(['key-file'])
  })
})

it('a token outlives the core that it was given to, when it is given again', async () => {
  const core = await testCore(onTestFinished)
  const path = fakePicture(temporaryFolder(onTestFinished))
  const token = newToken()
  await core.api.adopt([{ token, path }])
  await core.api.inspect({ picture: token, profile: 'object' })
  await core.close()
  const again = await testCore(onTestFinished, { dataFolder: core.dataFolder })
  await expect(again.api.inspect({ picture: token, profile: 'object' })).rejects.toMatchObject({ code: 'not-found' })
  await again.api.adopt([{ token, path }])
  await again.api.inspect({ picture: token, profile: 'object' })
  rmSync(path)
  await again.api.adopt([{ token, path }])
})

function fail(): never {
  throw new Error('no key store')
}
