import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { Bridge } from '../src-main/contract/api.ts'
import { decode, encode } from '../src-main/pipe.ts'
import { installBridge } from '../src-main/shell/page-bridge.ts'

const map = {
  xy: new Float32Array([0.5, -0.25, 1 / 3]),
  part: new Int32Array([7, -1, 2 ** 31 - 1]).subarray(1),
  bytes: new Uint8Array([0, 255]),
  none: new Float32Array(0),
}

test('typed arrays cross a pipe with their type and every bit', () => {
  expect(decode(encode({ map }))).toEqual({ map })
})

test('an object that merely looks like bytes stays as it is', () => {
  const like = { $bytes: 7, $of: 'Float32Array' }
  expect(decode(encode(like))).toEqual(like)
})

test('the page of the Chromium shell reads what the pipe wrote', async () => {
  const page = {
    location: { origin: 'https://a' },
    call: () => Promise.resolve(encode({ ok: true, value: map })),
    atob,
    Uint8Array,
    Float32Array,
    Int32Array,
  } as Record<string, unknown>
  // The bridge stands alone: it travels to the page as text.
  runInNewContext(`globalThis.top = globalThis;(${installBridge.toString()})(names)`, {
    ...page,
    names: { origin: 'https://a', binding: 'call', door: 'door' },
    Object: {
      ...Object,
      freeze: Object.freeze,
      defineProperty: (_: unknown, name: string, is: { value: unknown }) => (page[name] = is.value),
    },
  })
  expect(await (page['bridge'] as Bridge).invoke('runMap', [])).toEqual({ ok: true, value: map })
})
