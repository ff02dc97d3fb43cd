import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { API, HOST, SHELL, type ShellApi } from '../../src-main/contract/api.ts'
import type { Invoke } from '../../src-main/contract/call.ts'
import { windowRequests } from '../../src-main/shell/requests.ts'

const ID = 'a'.repeat(32)
let reached: [string, readonly unknown[]][]
let shown: string[]
let clock: number
let ask: Invoke

beforeEach(() => {
  reached = []
  shown = []
  clock = 0
  const core: Invoke = (method, args) => {
    reached.push([method, args])
    return Promise.resolve({ ok: true, value: 'from the core' })
  }
  const shell: ShellApi = {
    shell: () => Promise.resolve({ kind: 'chromium', reason: 'test', platform: 'linux' }),
    chooseFiles: () => Promise.resolve([]),
    saveText: ({ name }) => {
      shown.push(name)
      return Promise.resolve(true)
    },
    saveModel: (model) => {
      shown.push(model)
      return Promise.resolve(true)
    },
    showDataFolder: () => Promise.reject(new Error('a bug with /a/path in it')),
  }
  ask = windowRequests(
    core,
    shell,
    () => undefined,
    () => clock,
  )
})
const refused = { ok: false, code: 'wrong-use' }

describe('requests of the window', () => {
  it('go to the core when they are its own, and to the shell when they are its own', async () => {
    expect(await ask('identity', [ID])).toEqual({ ok: true, value: 'from the core' })
    expect(reached).toEqual([['identity', [ID]]])
    expect(await ask('saveText', [{ name: 'a.csv', text: 'x' }])).toEqual({ ok: true, value: true })
    expect(shown).toEqual(['a.csv'])
    expect(reached).toHaveLength(1)
  })

  it.each(Object.keys(HOST))('never reach %s, which is the shell’s alone', async (method) => {
    for (const args of [[], [ID], [[{ token: ID, path: '/etc/passwd' }]], [{ kind: 'thumb', id: ID }]]) {
      expect(await ask(method, args)).toMatchObject(refused)
    }
    expect(reached).toEqual([])
  })

  it.each([
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'then',
    '',
    ' status',
    'status ',
    'STATUS',
    'a'.repeat(1e6),
  ])('are refused when there is no such request: %.30s', async (method) => {
    const reply = await ask(method, [])
    expect(reply).toMatchObject(refused)
    expect(reply.ok ? '' : reply.message.length).toBeLessThan(120)
    expect(reached).toEqual([])
  })

  it('are refused when they are no request at all', async () => {
    const raw = ask as (method: unknown, args: unknown) => ReturnType<Invoke>
    for (const [method, args] of [
      [undefined, []],
      [1, []],
      [['status'], []],
      ['status', undefined],
      ['status', 'x'],
      ['status', { length: 0 }],
      [{ toString: () => 'status' }, []],
    ]) {
      expect(await raw(method, args)).toMatchObject(refused)
    }
    expect(reached).toEqual([])
  })

  it('carry no path: only ids and tokens pass', async () => {
    const bad = [
      '../../etc/passwd',
      '/etc/passwd',
      'C:\\x',
      'file:///etc/passwd',
      '\\\\?\\x',
      `${ID}\0`,
      ID.toUpperCase(),
      '%2e%2e',
    ]
    for (const value of bad) {
      expect(await ask('inspect', [{ picture: value, profile: 'face' }])).toMatchObject(refused)
      expect(await ask('identity', [value])).toMatchObject(refused)
      expect(await ask('planImport', [{ folder: value, by: 'folder', profile: 'face' }])).toMatchObject(refused)
    }
    expect(reached).toEqual([])
  })

  it('survive a thousand random payloads each, and none of them reaches the core unless its form is right', async () => {
    for (const method of [...Object.keys(API), ...Object.keys(SHELL)]) {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.anything({ withBigInt: true, withNullPrototype: true }), { maxLength: 3 }),
          async (args) => {
            clock += 100
            const before = reached.length
            const reply = await ask(method, args)
            const fits = method in API && API[method as keyof typeof API].safeParse(args).success
            expect(reached.length - before).toBe(fits ? 1 : 0)
            if (!reply.ok) expect(reply.message).not.toMatch(/ at .*:\d+|\/a\/path/)
          },
        ),
        { numRuns: 1000 },
      )
    }
  })

  it('do not carry a failure of the shell further than its code', async () => {
    const reply = await ask('showDataFolder', [])
    expect(reply).toMatchObject({ ok: false, code: 'internal' })
    expect(reply.ok ? '' : reply.message).not.toContain('/a/path')
  })

  it('are refused past the rate, and go on after a pause', async () => {
    const replies = await Promise.all(Array.from({ length: 5000 }, () => ask('status', [])))
    expect(replies.filter((reply) => reply.ok)).toHaveLength(600)
    expect(replies.at(-1)).toMatchObject(refused)
    clock += 1000
    expect(await ask('status', [])).toMatchObject({ ok: true })
  })

  it('are refused when they carry too much or nest too deep', async () => {
    let deep: unknown = 'x'
    for (let depth = 0; depth < 50; depth++) deep = [deep]
    const long = 'a'.repeat(5e6)
    for (const args of [[{ search: long, offset: 0, limit: 1 }], [deep], [new Uint8Array(5e6)], [{ [long]: 1 }]]) {
      expect(await ask('listIdentities', args)).toMatchObject(refused)
    }
    expect(reached).toEqual([])
    expect(await ask('saveText', [{ name: 'a.csv', text: long }])).toMatchObject({ ok: true })
  })
})
