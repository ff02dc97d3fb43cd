import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { engineEnvironment } from '../../src-main/core/engine-environment.ts'
import { openEngine, tryBackend } from '../../src-main/core/engine-process.ts'
import { fakeEngine, fakePicture, fakeResources, temporaryFolder, testCore, until } from './fixture.ts'

describe('the engine process', () => {
  it('that ends fails the calls in flight with a code, and is started again', async () => {
    let changes = 0
    const engine = openEngine({ script: fakeEngine, resources: '.' }, () => changes++)
    onTestFinished(engine.close)
    const pictures = temporaryFolder(onTestFinished)
    const good = { source: { path: fakePicture(pictures) }, profile: 'face' as const }
    for (const begin of ['KILL', 'KILL', 'KILL', 'KILL']) {
      const look = engine.api.look({ source: { path: fakePicture(pictures, begin) }, profile: 'face' })
      await expect(look).rejects.toMatchObject({ code: 'engine-stopped' })
      // An answer in between: only ends with no use in between count as a loop.
      expect((await engine.api.look(good)).found.length).toBe(1)
    }
    expect(engine.state()).toMatchObject({ state: 'ready' })
    expect(changes).toBeGreaterThanOrEqual(9)
  })

  it('that ends three times with no answer in between is given up, with a reason', async () => {
    const engine = openEngine({ script: join(import.meta.dirname, 'no-such-engine.ts'), resources: '.' })
    onTestFinished(engine.close)
    await expect(engine.api.state()).rejects.toMatchObject({ code: 'backend-unavailable' })
    expect(engine.state()).toMatchObject({ state: 'failed', problem: { code: 'backend-unavailable' } })
    await expect(engine.api.look({ source: { path: 'x' }, profile: 'face' })).rejects.toMatchObject({
      code: 'backend-unavailable',
    })
  })

  it('that hangs is killed, and serves again', async () => {
    const engine = openEngine({ script: fakeEngine, resources: '.' }, () => {}, 250)
    onTestFinished(engine.close)
    const pictures = temporaryFolder(onTestFinished)
    await expect(
      engine.api.look({ source: { path: fakePicture(pictures, 'HANG') }, profile: 'face' }),
    ).rejects.toMatchObject({ code: 'engine-stopped' })
    expect((await engine.api.look({ source: { path: fakePicture(pictures) }, profile: 'face' })).found.length).toBe(1)
  })

  it('is gone after it is closed', async () => {
    const engine = openEngine({ script: fakeEngine, resources: '.' })
    await engine.api.state()
    const pid = engine.pid()!
    await engine.close()
    expect(() => process.kill(pid, 0)).toThrow()
    await expect(engine.api.state()).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('is tried for one backend in a process of its own', async () => {
    expect(await tryBackend({ script: fakeEngine, resources: '.' }, 'wasm')).toMatchObject({
      name: 'wasm',
      available: true,
    })
    const broken = await tryBackend({ script: 'no-such-engine.ts', resources: '.' }, 'webgpu')
    expect(broken).toMatchObject({ name: 'webgpu', available: false })
    expect(broken.reason).toContain('exit code 1')
  })

  it('gets no secret of the environment', () => {
    const env = {
      PATH: '/bin',
      SEMBLANCE_KEY: 'file',
      AWS_SECRET: 'x',
      NODE_OPTIONS: '--inspect',
      CUDA_VISIBLE_DEVICES: '0',
    }
    expect(engineEnvironment(env)).toEqual({ PATH: '/bin', CUDA_VISIBLE_DEVICES: '0' })
  })
})

describe('a picture that ends the engine', () => {
  it('is set aside by its bytes, named, and never tried again; a picture beside it is not blamed', async () => {
    const resources = fakeResources(onTestFinished)
    const core = await testCore(onTestFinished, { resources })
    const pictures = temporaryFolder(onTestFinished)
    const killer = fakePicture(pictures, 'KILL', 'killer.jpg')
    const slow = await core.adopt(fakePicture(pictures, 'SLOW'))
    const bad = await core.adopt(killer)
    const [harmless, harmful] = await Promise.allSettled([
      core.api.inspect({ picture: slow, profile: 'face' }),
      core.api.inspect({ picture: bad, profile: 'face' }),
    ])
    expect(harmless.status).toBe('fulfilled')
    expect(harmful).toMatchObject({
      reason: { code: 'quarantined', message: expect.stringContaining('killer.jpg') as string },
    })

    const pid = core.enginePid()
    const copy = fakePicture(pictures, 'KILL', 'copy.jpg')
    writeFileSync(copy, readFileSync(killer))
    await expect(core.api.inspect({ picture: await core.adopt(copy), profile: 'face' })).rejects.toMatchObject({
      code: 'quarantined',
    })
    expect(core.enginePid()).toBe(pid)
    await core.close()
    const again = await testCore(onTestFinished, { resources, dataFolder: core.dataFolder })
    expect((await again.api.status()).notices.map(({ code }) => code)).toContain('quarantined')
    await expect(again.api.image({ kind: 'picture', id: await again.adopt(killer) })).rejects.toMatchObject({
      code: 'quarantined',
    })
  })

  it('is one row of a folder that goes on', async () => {
    const core = await testCore(onTestFinished)
    const pictures = temporaryFolder(onTestFinished)
    for (const [at, begin] of ['GOOD', 'GOOD', 'KILL', 'BAD!', 'GOOD', 'KILL', 'BUG!', 'GOOD'].entries())
      fakePicture(pictures, begin, `${at}.jpg`)
    const { id } = await core.api.startIdentify({ pictures: [await core.adopt(pictures)], profile: 'object' })
    await until(async () => (await core.api.jobs())[0]!.state !== 'running')
    const { rows } = await core.api.identifyRows({ job: id, offset: 0, limit: 100 })
    expect(rows.map((row) => row.error?.code ?? 'answered')).toEqual([
      'answered',
      'answered',
      'quarantined',
      'bad-picture',
      'answered',
      'quarantined',
      'internal',
      'answered',
    ])
    expect((await core.api.jobs())[0]).toMatchObject({ state: 'done', done: 8, total: 8, failed: 4 })
  })
})
