// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'
import type { AppEvent } from '../../../src-main/contract/api.ts'
import type { Status } from '../../../src-main/contract/types.ts'

const starting = { engine: { state: 'starting' } } as Status
const ready = { engine: { state: 'ready' } } as unknown as Status

test('an answer that was under way while the engine became ready does not set the status back', async () => {
  let answer: (reply: unknown) => void = () => {}
  const listeners: ((event: AppEvent) => void)[] = []
  vi.stubGlobal('bridge', {
    invoke: () => new Promise((done) => (answer = done)),
    onEvent: (listener: (event: AppEvent) => void) => listeners.push(listener),
    adopt: () => Promise.reject(new Error('not asked for')),
  })
  const { useStatus } = await import('../../../src-renderer/composables/useStatus.ts')
  const { refresh, engine } = useStatus()
  const asked = refresh()
  for (const listener of listeners) listener({ type: 'status', status: ready })
  answer({ ok: true, value: starting })
  await asked
  expect(engine.value?.state).toBe('ready')
})
