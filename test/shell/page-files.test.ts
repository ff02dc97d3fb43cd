import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ImageRequest } from '../../src-main/contract/api.ts'
import type { Invoke } from '../../src-main/contract/call.ts'
import { pageFiles, type PageFiles } from '../../src-main/shell/page-files.ts'

const ID = '9'.repeat(32)
const SECRET = 'outside the window'

let base: string
let files: PageFiles
let asked: ImageRequest[]
const core: Invoke = (method, args) => {
  const request = args[0] as ImageRequest
  asked.push(request)
  if (method !== 'image' || request.id.startsWith('0'))
    return Promise.resolve({ ok: false, code: 'not-found', message: 'no' })
  if (request.id.startsWith('2')) return Promise.resolve({ ok: false, code: 'core-stopped', message: 'no' })
  const type = request.id.startsWith('1') ? 'text/html' : 'image/webp'
  return Promise.resolve({ ok: true, value: { type, bytes: new Uint8Array([1, 2, 3]) } })
}

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'semblance-files-'))
  const folder = join(base, 'renderer')
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(base, 'secret.txt'), SECRET)
  mkdirSync(join(base, 'renderer-evil'))
  writeFileSync(join(base, 'renderer-evil', 'a.txt'), SECRET)
  writeFileSync(join(folder, 'index.html'), '<!doctype html>')
  writeFileSync(join(folder, 'assets', 'app-1a2b.js'), 'export {}')
  writeFileSync(join(folder, 'assets', 'app.css'), 'p {}')
  writeFileSync(join(folder, 'assets', 'inter.woff2'), 'font')
  writeFileSync(join(folder, 'assets', 'key.pem'), SECRET)
  writeFileSync(join(folder, 'two words.txt'), 'two')
  symlinkSync(join(base, 'secret.txt'), join(folder, 'link.txt'))
  symlinkSync(base, join(folder, 'up'))
  asked = []
  files = pageFiles('app://bundle', folder, core)
  // Comes after the list is made, so it is not on it.
  writeFileSync(join(folder, 'late.txt'), SECRET)
})
afterAll(() => rmSync(base, { recursive: true }))

describe('the files of the window', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/index.html', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/#/verify', 'text/html; charset=utf-8', '<!doctype html>'],
    ['/assets/app-1a2b.js', 'text/javascript; charset=utf-8', 'export {}'],
    ['/assets/app.css', 'text/css; charset=utf-8', 'p {}'],
    ['/assets/inter.woff2', 'font/woff2', 'font'],
    ['/two%20words.txt', 'text/plain; charset=utf-8', 'two'],
  ])('answers %s', async (path, type, text) => {
    const { status, headers, body } = await files(`app://bundle${path}`)
    expect({ status, type: headers['Content-Type'], text: body.toString() }).toEqual({ status: 200, type, text })
  })

  it('carries every protection on every answer, good or bad', async () => {
    for (const url of ['app://bundle/', `app://bundle/thumb/${ID}`, 'app://bundle/none', 'app://evil/', 'nonsense']) {
      const { headers } = await files(url)
      expect(headers).toMatchObject({
        'X-Content-Type-Options': 'nosniff',
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Resource-Policy': 'same-origin',
        'Referrer-Policy': 'no-referrer',
        'Cache-Control': 'no-store',
      })
      expect(headers['Permissions-Policy']).toMatch(/^camera=\(self\), .*microphone=\(\)/)
      expect(headers['Content-Security-Policy']).toMatch(/^default-src 'none'; script-src 'self'; .*trusted-types vue$/)
      expect(headers['Content-Security-Policy']).not.toMatch(/unsafe|\*|data:|http/)
    }
  })

  it('answers nothing but GET', async () => {
    for (const method of ['POST', 'PUT', 'HEAD', 'DELETE', 'get', '']) {
      expect((await files('app://bundle/', method)).status).toBe(405)
    }
  })
})

const ATTACKS = [
  // upwards, plain and in every spelling
  ...[
    '/../secret.txt',
    '/../../../../etc/passwd',
    '/assets/../../secret.txt',
    '/assets/../index.html',
    '/..',
    '/.',
    '/./index.html',
  ],
  ...[
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/.%2e/secret.txt',
    '/%2E%2E%2Fsecret.txt',
    '/assets/%2e%2e/index.html',
  ],
  ...[
    '/..%5csecret.txt',
    '/..%5Csecret.txt',
    '/..\\secret.txt',
    '/assets\\app.css',
    '/assets%5capp.css',
    '/..%2fsecret.txt',
  ],
  ...['/%252e%252e/secret.txt', '/%252e%252e%252fsecret.txt', '/..%c0%afsecret.txt', '/%c0%ae%c0%ae/secret.txt'],
  ...['/..;/secret.txt', '/....//secret.txt', '/%uff0e%uff0e/secret.txt', '/\uff0e\uff0e/secret.txt'],
  // absolute paths, drives, shares, devices, streams
  ...[
    '//etc/passwd',
    '/etc/passwd',
    '//host/share/a.txt',
    '/%2fetc/passwd',
    '/C:/Windows/win.ini',
    '/C%3a/Windows/win.ini',
  ],
  ...[
    '/\\\\?\\C:\\Windows',
    '/%5c%5c%3f%5cC%3a',
    '/index.html::$DATA',
    '/index.html%3a%3a%24DATA',
    '/file:///etc/passwd',
  ],
  // odd characters and endings
  ...[
    '/index.html%00',
    '/index.html%00.js',
    '/\0',
    '/index.html%0a',
    '/index.html%0d%0aX: y',
    '/%',
    '/%zz',
    '/%e0%a4%a',
  ],
  ...[
    '/index.html/',
    '/index.html/.',
    '/assets/',
    '/assets',
    '//index.html',
    '/assets//app.css',
    '/INDEX.HTML',
    '/index.html ',
  ],
  // not on the list
  ...['/link.txt', '/up/secret.txt', '/late.txt', '/assets/key.pem', '/renderer-evil/a.txt', '/index.html?x=1'],
  // pictures by anything but an id
  ...[
    '/thumb/',
    '/thumb',
    '/thumb/../index.html',
    `/thumb/${ID}/x`,
    `/thumb/${ID.slice(1)}`,
    `/thumb/${'A'.repeat(32)}`,
  ],
  ...[`/thumb/${ID}?box=1,2,3,4`, `/picture/${ID}?size=9999`, `/picture/${ID}?size=1e9`, `/picture/${ID}?size=-1`],
  ...[
    `/picture/${ID}?box=1,2,3`,
    `/picture/${ID}?box=1,2,3,4,5`,
    `/picture/${ID}?box=0,0,0,0`,
    `/picture/${ID}?box=a,b,c,d`,
  ],
  ...[`/picture/${ID}?box=NaN,0,1,1`, `/picture/${ID}?box=0,0,Infinity,1`, `/picture/${ID}?path=/etc/passwd`],
  ...[`/picture/${ID}?size=64&size=65`, `/sample/${ID}?__proto__=1`, `/sample/%2e%2e?size=64`, `/original/${ID}`],
].map((path) => `app://bundle${path}`)
const FOREIGN = [
  ...['app://bundle.evil/index.html', 'app://bundle', 'app://bundl/index.html', 'app://bundle:80/index.html'],
  ...[
    'app://user@bundle/index.html',
    'app://bundle@evil/index.html',
    'APP://bundle/index.html',
    'app:bundle/index.html',
  ],
  ...['file:///etc/passwd', 'https://bundle/index.html', 'app:///index.html', 'app://thumb/index.html', '', 'x'],
  `app://bundle/${'a'.repeat(3000)}`,
]

describe('attacks on the files of the window', () => {
  it('are more than sixty', () => expect(ATTACKS.length + FOREIGN.length).toBeGreaterThan(60))

  it.each([...ATTACKS, ...FOREIGN].map((url) => [JSON.stringify(url).slice(0, 80), url] as const))(
    'refuses %s',
    async (_, url) => {
      asked = []
      const { status, body } = await files(url)
      expect([400, 404]).toContain(status)
      expect(body).toHaveLength(0)
      expect(asked).toEqual([])
    },
  )
})

describe('pictures', () => {
  it.each([
    [`/thumb/${ID}`, { kind: 'thumb', id: ID }],
    [`/sample/${ID}?size=512`, { kind: 'sample', id: ID, size: 512 }],
    [`/picture/${ID}?size=640`, { kind: 'picture', id: ID, size: 640 }],
    [
      `/picture/${ID}?size=160&box=1.5,-2,30,40`,
      { kind: 'picture', id: ID, size: 160, box: { x: 1.5, y: -2, width: 30, height: 40 } },
    ],
    [`/picture/${ID}?box=0%2C0%2C9%2C9`, { kind: 'picture', id: ID, box: { x: 0, y: 0, width: 9, height: 9 } }],
  ])('asks the core for %s', async (path, request) => {
    asked = []
    const { status, headers, body } = await files(`app://bundle${path}`)
    expect(asked).toEqual([request])
    expect({ status, type: headers['Content-Type'], body: [...body] }).toEqual({
      status: 200,
      type: 'image/webp',
      body: [1, 2, 3],
    })
  })

  it('says by the status what went wrong, and passes nothing on but a picture', async () => {
    const status = async (id: string) => (await files(`app://bundle/thumb/${id}`)).status
    expect(await status('0'.repeat(32))).toBe(404)
    expect(await status('1'.repeat(32))).toBe(500)
    expect(await status('2'.repeat(32))).toBe(503)
  })
})
