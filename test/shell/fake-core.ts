/**
 * A core of a few lines for tests of the link: a real process on the real channel, without gallery and engine. It knows
 * the tokens it was handed, as the true one does.
 */
import { appendFileSync } from 'node:fs'
import { API, HOST, type ImageRequest } from '../../src-main/contract/api.ts'
import { server, type Methods } from '../../src-main/contract/call.ts'
import { AppError } from '../../src-main/contract/errors.ts'
import { settingsSchema } from '../../src-main/contract/settings.ts'
import type { Adopted } from '../../src-main/contract/types.ts'
import { decode, encode, serve } from '../../src-main/pipe.ts'

const flag = (name: string) => process.argv[process.argv.indexOf(name) + 1] ?? ''
const data = flag('--data')
const backend = flag('--backend')
if (data) appendFileSync(`${data}/starts`, `${process.pid} ${backend}\n`)

const post = (message: unknown) => process.send?.(encode(message))
if (backend === 'refuses') {
  post({ event: { type: 'core', state: 'failed', message: 'The gallery is in use.' } })
  process.disconnect()
}
if (backend === 'ends') process.exit(3)

const known = new Map<string, string>()
const adopted = (token: string, name: string): Adopted => {
  known.set(token, name)
  return { token, name, isFolder: false }
}
const target = {
  status: () => Promise.resolve({ pid: process.pid, node: process.versions.node }),
  settings: () => Promise.resolve(settingsSchema.parse({})),
  changeSettings: (change: object) => {
    const settings = settingsSchema.parse(change)
    post({ event: { type: 'settings-changed', settings } })
    return Promise.resolve(settings)
  },
  /** Stands in for what it was handed. */
  bundledSamples: () => Promise.resolve({ known: Object.fromEntries(known) }),
  jobs: () => new Promise(() => undefined),
  identity: (id: string) => Promise.reject(new AppError('not-found', `There is no identity ${id}.`)),
  adopt: (entries: { token: string; path: string }[]) => {
    if (entries.some(({ path }) => path.endsWith('/gone'))) throw new AppError('not-found', 'It is gone.')
    return Promise.resolve(entries.map(({ token, path }) => adopted(token, path)))
  },
  adoptBytes: ({ token, name, bytes }: { token: string; name: string; bytes: Uint8Array }) =>
    Promise.resolve(adopted(token, `${name}:${Buffer.from(bytes).toString()}`)),
  image: ({ kind, id, size, box }: ImageRequest) => {
    if (id.startsWith('0')) throw new AppError('not-found', 'There is no such picture.')
    const type = id.startsWith('1') ? 'text/html' : 'image/webp'
    return Promise.resolve({ type, bytes: Buffer.from(JSON.stringify({ kind, id, size, box })) })
  },
  shutdown: () => {
    appendFileSync(`${data}/starts`, 'shutdown\n')
    return Promise.resolve()
  },
}
serve(
  {
    post,
    onMessage: (listener) => process.on('message', (text) => listener(decode(String(text)))),
    onExit: (listener) => process.on('disconnect', listener),
  },
  server({ ...API, ...HOST } as unknown as Methods<typeof target>, target, console.error),
)
process.on('disconnect', () => process.exit(0))
