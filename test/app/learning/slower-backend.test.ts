import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { slowerBackend } from '../../../src-main/app/learning/slower-backend.ts'
import type { StoredRun } from '../../../src-main/app/learning/run-store.ts'
import { AppError } from '../../../src-main/contract/errors.ts'
import type { BackendName } from '../../../src-main/contract/types.ts'
import { resourcesFolder } from '../../../src-main/core/places.ts'
import { startTrainer } from '../../../src-main/core/trainer-process.ts'
import { temporaryFolder, testCore, until } from '../../core/fixture.ts'
import { peopleAndFolder, runAs, triageOf } from './fixture.ts'

const script = join(import.meta.dirname, 'short-of-memory.ts')

/** Whether TensorFlow's library is installed: without it there is no backend to leave. */
async function hasTensorflow(): Promise<boolean> {
  const trainer = startTrainer({ script, resources: resourcesFolder, backend: 'tfjs-node' }, () => undefined)
  try {
    return (await trainer.api.ready()).backend === 'tfjs-node'
  } catch {
    return false
  } finally {
    trainer.kill()
  }
}
const tensorflow = await hasTensorflow()

describe('a run whose memory ends', () => {
  it.skipIf(!tensorflow)(
    'halves its batch, then goes on from its checkpoint on the next backend that works here, and says so (needs TensorFlow)',
    { timeout: 180_000 },
    async () => {
      const core = await testCore(onTestFinished, { trainerScript: script })
      const { api } = core
      const folder = temporaryFolder(onTestFinished)
      await peopleAndFolder(api, temporaryFolder(onTestFinished), folder)
      const { id: triage } = await triageOf(api, folder)
      const config = { recipe: 'distance-ratio', seed: 1, steps: 1_000_000, batch: 32 } as const
      const { id } = await api.startRun({ triage, profile: 'face', config })
      await until(async () => (await api.runPoints({ run: id, from: 0 })).length > 0)
      const saved = await api.pauseRun(id)
      expect(saved).toMatchObject({ state: 'paused', backend: 'tfjs-node', notices: [] })
      await api.resumeRun(id)
      const now = async () => (await api.runs())[0]!
      await until(async () => (await now()).notices.some(({ code }) => code === 'backend-changed'))
      const changed = await runAs(api, id, 'running')
      expect(changed.backend).not.toBe('tfjs-node')
      expect(changed.notices.map(({ code }) => code)).toEqual(['batch-halved', 'batch-halved', 'backend-changed'])
      expect(changed.notices.at(-1)!.message).toMatch(/tfjs-node does not suffice.*on Web(GPU|Assembly)/)
      await until(() => core.events.some((event) => event.type === 'run-points' && event.from === saved.step))
      await until(async () => (await now()).step > saved.step + 5)

      // It remembers: what did not suffice is not tried again.
      await api.pauseRun(id)
      await api.resumeRun(id)
      const again = await runAs(api, id, 'running')
      expect(again.backend).toBe(changed.backend)
      expect(again.notices).toHaveLength(3)
      await api.cancelRun(id)
    },
  )
})

describe('the backend after', () => {
  const stored = (run: BackendName, backend?: BackendName) =>
    ({ run: { backend: run }, ...(backend && { backend }) }) as StoredRun
  const memory = new AppError('out-of-memory', '')
  const unavailable = new AppError('backend-unavailable', '')

  it('one whose memory ended is the next in the order of choice, and none after the last', () => {
    expect(slowerBackend(stored('tfjs-node-gpu'), memory)).toBe('tfjs-node')
    expect(slowerBackend(stored('tfjs-node'), memory)).toBe('webgpu')
    expect(slowerBackend(stored('wasm', 'wasm'), memory)).toBeUndefined()
  })

  it('one that cannot run here is the next, if memory ended before', () => {
    expect(slowerBackend(stored('tfjs-node', 'webgpu'), unavailable)).toBe('wasm')
    expect(slowerBackend(stored('tfjs-node', 'wasm'), unavailable)).toBeUndefined()
    expect(slowerBackend(stored('tfjs-node'), unavailable)).toBeUndefined()
  })

  it('another error is none', () => {
    expect(slowerBackend(stored('tfjs-node'), new AppError('disk-full', ''))).toBeUndefined()
    expect(slowerBackend(stored('tfjs-node', 'wasm'), new Error('a defect'))).toBeUndefined()
  })
})
