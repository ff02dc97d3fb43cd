import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { AppEvent } from '../../src-main/contract/api.ts'
import type { Adopted } from '../../src-main/contract/types.ts'
import { pauseAfter, startCore, type CoreLink } from '../../src-main/shell/core-link.ts'

const root = resolve(import.meta.dirname, '..', '..')
const program = join(import.meta.dirname, 'fake-core.ts')

let data: string
let core: CoreLink
let events: AppEvent[]

function start(backend?: string) {
  core = startCore({ root, data, program, backend })
  core.onEvent((event) => events.push(event))
}
const states = () => events.flatMap((event) => (event.type === 'core' ? [event.state] : []))
const messages = () => events.flatMap((event) => (event.type === 'core' ? [event.message] : []))
const starts = () => readFileSync(join(data, 'starts'), 'utf8').trim().split('\n')

async function pid(): Promise<number> {
  const reply = await core.invoke('status', [])
  if (!reply.ok) throw new Error(reply.message)
  return (reply.value as { pid: number }).pid
}
async function kill() {
  const before = states().filter((state) => state === 'ready').length
  process.kill(await pid(), 'SIGKILL')
  await vi.waitFor(
    () => expect(states().filter((state) => state !== 'restarting').length).toBeGreaterThan(before),
    20_000,
  )
}

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'semblance-link-'))
  events = []
})
afterEach(async () => {
  await core.stop()
  rmSync(data, { recursive: true })
})

describe('the link to the core', () => {
  it('speaks with a core on the pinned Node and hands it folder and backend', async () => {
    start('wasm')
    const reply = await core.invoke('status', [])
    expect(reply).toMatchObject({ ok: true, value: { node: expect.stringMatching(/^24\./) as string } })
    expect(starts()).toEqual([`${await pid()} wasm`])
  })

  it('carries an error with its code', async () => {
    start()
    const id = 'a'.repeat(32)
    expect(await core.invoke('identity', [id])).toEqual({
      ok: false,
      code: 'not-found',
      message: `There is no identity ${id}.`,
    })
  })

  it('settles the calls in flight when the core is killed, says so, and goes on with a new one', async () => {
    start()
    const before = await pid()
    const waiting = core.invoke('jobs', [])
    process.kill(before, 'SIGKILL')
    expect(await waiting).toMatchObject({ ok: false, code: 'core-stopped' })
    // Asked while it starts again: answered by the next one.
    const after = await pid()
    expect(after).not.toBe(before)
    await vi.waitFor(() => expect(states()).toEqual(['restarting', 'ready']))
    expect(messages()[0]).toContain('signal SIGKILL')
  })

  it('hands the next core everything again: paths, bytes, and the rest when one file is gone', async () => {
    start()
    const bytes = new Uint8Array(Buffer.from('pasted'))
    const reply = await core.adopt([
      { path: '/pictures/a.jpg' },
      { name: 'shot.png', bytes },
      { path: '/pictures/b.jpg' },
    ])
    if (!reply.ok) throw new Error(reply.message)
    expect(reply.value.map(({ name }: Adopted) => name)).toEqual([
      '/pictures/a.jpg',
      'shot.png:pasted',
      '/pictures/b.jpg',
    ])
    expect(reply.value.every(({ token }) => /^[0-9a-f]{32}$/.test(token))).toBe(true)
    const known = Object.fromEntries(reply.value.map(({ token, name }) => [token, name]))
    await kill()
    expect(await core.invoke('bundledSamples', [])).toEqual({ ok: true, value: { known } })
  })

  it('refuses what is no absolute path, a path with NUL, and anything else a page could send', async () => {
    start()
    const odd = [
      [{ path: 'relative.jpg' }],
      [{ path: '/a\0.jpg' }],
      [{ path: '' }],
      [{ path: '/a', extra: 1 }],
      [{ token: 'a'.repeat(32), path: '/a' }],
      [{ name: 'x', bytes: 'text' }],
      [null],
      'text',
      undefined,
      { length: 1, 0: { path: '/a' } },
      Array.from({ length: 100_001 }, () => ({ path: '/a' })),
    ]
    for (const handed of odd) expect(await core.adopt(handed)).toMatchObject({ ok: false, code: 'wrong-use' })
  })

  it('passes the refusal of a file on and remembers nothing of it', async () => {
    start()
    expect(await core.adopt([{ path: '/gone' }])).toMatchObject({ ok: false, code: 'not-found' })
    expect(await core.invoke('bundledSamples', [])).toEqual({ ok: true, value: { known: {} } })
  })

  it('gives up after three ends within five minutes, and says why to every later call', async () => {
    start()
    for (let round = 0; round < 3; round++) await kill()
    expect(states()).toEqual(['restarting', 'ready', 'restarting', 'ready', 'failed'])
    expect(messages().at(-1)).toContain('ended 3 times within 5 minutes')
    expect(await core.invoke('status', [])).toMatchObject({
      ok: false,
      code: 'core-stopped',
      message: expect.stringMatching(/ended 3 times.*What was saved is kept/) as string,
    })
    expect(starts()).toHaveLength(3)
  })

  it('gives up on a core that ends at every start', async () => {
    start('ends')
    await vi.waitFor(() => expect(states().at(-1)).toBe('failed'), 20_000)
    expect(starts()).toHaveLength(3)
    expect(messages().at(-1)).toContain('exit code 3')
  })

  it('does not start a core again that says it cannot serve, and repeats its reason', async () => {
    start('refuses')
    await vi.waitFor(() => expect(states()).toEqual(['failed']), 20_000)
    await vi.waitFor(async () =>
      expect(await core.invoke('status', [])).toMatchObject({
        code: 'core-stopped',
        message: 'The gallery is in use.',
      }),
    )
    expect(starts()).toHaveLength(1)
  })

  it('closes the gallery before it ends the core', async () => {
    start()
    const last = await pid()
    await core.stop()
    expect(starts().at(-1)).toBe('shutdown')
    expect(() => process.kill(last, 0)).toThrow()
    expect(states()).toEqual([])
  })

  it('says what is missing when the pinned Node does not start', async () => {
    vi.stubEnv('SEMBLANCE_NODE', '/nowhere/node')
    start()
    await vi.waitFor(() => expect(states().at(-1)).toBe('failed'), 20_000)
    vi.unstubAllEnvs()
    expect(messages()[0]).toContain('/nowhere/node does not start')
  })
})

describe('pauseAfter', () => {
  it('grows with each end and forgets those older than five minutes', () => {
    const now = 10_000_000
    expect(pauseAfter([now], now)).toBe(100)
    expect(pauseAfter([now - 1000, now], now)).toBe(400)
    expect(pauseAfter([now - 2000, now - 1000, now], now)).toBeUndefined()
    expect(pauseAfter([now - 300_001, now - 300_000, now], now)).toBe(100)
  })
})
