import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { people, resources } from './fixture.ts'
import { forkEngine } from './fork.ts'

const children: ChildProcess[] = []
const start = (backend: string, from?: string) => {
  const started = forkEngine(backend, from)
  children.push(started.child)
  return started.engine
}
afterEach(() => children.splice(0).forEach((child) => child.kill()))

describe('the engine as a process', () => {
  it('says its backend and its models, and embeds', async () => {
    const engine = start('wasm')
    const state = await engine.state()
    expect(state.backend).toMatchObject({ name: 'wasm', label: 'WebAssembly', selfTest: { passed: true } })
    expect(state.models.map(({ id, dimensions }) => [id.replace(/[0-9a-f]{8}/, '#'), dimensions])).toEqual([
      ['face-mobile-face-net-#-p1', 192],
      ['object-efficientnet-lite0-#-p1', 1424],
    ])
    const look = await engine.look({ source: { path: people(1) }, profile: 'face' })
    expect(look.model).toBe(state.models[0]!.id)
    expect(look.found[0]!.embedding).toBeInstanceOf(Float32Array)
    const { bytes, type } = await engine.render({ source: { path: people(1) }, size: 100 })
    expect([type, bytes.length > 500]).toEqual(['image/webp', true])
  })

  it('reports a backend that cannot run to every request, and stays', async () => {
    const engine = start('abacus')
    await expect(engine.state()).rejects.toMatchObject({ code: 'backend-unavailable' })
    await expect(engine.look({ source: { path: people(1) }, profile: 'face' })).rejects.toMatchObject({
      code: 'backend-unavailable',
    })
  })

  it('reports a model file that is missing or was changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'semblance-models-'))
    try {
      cpSync(join(resources, 'models'), join(folder, 'models'), { recursive: true })
      writeFileSync(join(folder, 'models', 'face', 'facemesh.bin'), 'something else')
      await expect(start('wasm', folder).state()).rejects.toMatchObject({
        code: 'model-missing',
        message: expect.stringContaining('facemesh.bin'),
      })
      rmSync(join(folder, 'models', 'object', 'manifest.json'))
      cpSync(join(resources, 'models', 'face'), join(folder, 'models', 'face'), { recursive: true })
      await expect(start('wasm', folder).state()).rejects.toMatchObject({ code: 'model-missing' })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('ends when its parent goes', async () => {
    const { child, engine } = forkEngine('wasm')
    await engine.state()
    const ended = new Promise((settle) => child.on('exit', settle))
    child.disconnect()
    expect(await ended).toBe(0)
  })
})
