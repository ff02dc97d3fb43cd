import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attachWindow, folderOf, ORIGIN } from '../src-main/chromium-shell.ts'
import type { AppEvent, Bridge } from '../src-main/contract/api.ts'
import type { Adopted } from '../src-main/contract/types.ts'
import { startCore, type CoreLink } from '../src-main/shell/core-link.ts'
import { ATTACKS, HTML, JS } from './shell/attacks.ts'

declare global {
  interface Window {
    readonly bridge: Bridge
    pwned?: string
    events?: AppEvent[]
    dropped?: File[]
  }
}

const executablePath = process.env['SEMBLANCE_BROWSER'] ?? ''

describe.skipIf(!executablePath)('the window in an installed browser (SEMBLANCE_BROWSER)', () => {
  const repository = resolve(import.meta.dirname, '..')
  let base: string
  let browser: Browser
  let context: BrowserContext
  let core: CoreLink
  let page: Page
  const answered: string[] = []

  beforeAll(async () => {
    base = mkdtempSync(join(tmpdir(), 'semblance-shell-'))
    const renderer = join(base, 'out', 'renderer')
    mkdirSync(renderer, { recursive: true })
    mkdirSync(join(base, 'data'))
    mkdirSync(join(base, 'downloads'))
    mkdirSync(join(base, 'pictures', 'ada'), { recursive: true })
    writeFileSync(join(base, 'pictures', 'ada', '1.png'), 'one')
    writeFileSync(join(base, 'pictures', '2.png'), 'two')
    writeFileSync(join(renderer, 'index.html'), HTML)
    writeFileSync(join(renderer, 'app.js'), JS)
    writeFileSync(join(renderer, 'app.css'), 'body { margin: 0; min-height: 400px }')
    core = startCore({
      root: repository,
      data: join(base, 'data'),
      program: join(repository, 'test/shell/fake-core.ts'),
    })
    browser = await chromium.launch({
      executablePath,
      chromiumSandbox: process.getuid?.() !== 0,
      args: ['--use-fake-device-for-media-stream'],
    })
    context = await browser.newContext()
    context.on('requestfinished', (request) => answered.push(request.url()))
    const around = { root: base, downloads: join(base, 'downloads'), saveDialog: false, reason: 'a test' }
    page = await attachWindow(context, core, around)
  })
  afterAll(async () => {
    await browser.close()
    await core.stop()
    rmSync(base, { recursive: true })
  })

  it('runs its own script and style, and none that stands in the page', async () => {
    expect(await page.title()).toBe('the app works')
    expect(await page.evaluate(() => isSecureContext)).toBe(true)
    expect(await page.evaluate(() => getComputedStyle(document.body).margin)).toBe('0px')
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('#p')!).color)).toBe('rgb(0, 0, 0)')
    expect(await page.evaluate(() => window.pwned)).toBeUndefined()
    await page.click('#a')
    expect(await page.evaluate(() => window.pwned)).toBeUndefined()
  })

  it.each(Object.entries(ATTACKS))('refuses %s', async (name, attack) => {
    // From a file of ours, since what a debugger evaluates is free of some rules.
    const source = `window.attack = ${attack.toString()}
      Promise.resolve().then(window.attack).then(() => 'went through', (error) => 'refused: ' + error).then((outcome) => (window.outcome = outcome))`
    writeFileSync(join(base, 'out', 'renderer', 'app.js'), `${JS}\n${source}`)
    await page.goto(`${ORIGIN}/`)
    await page.waitForFunction(() => 'outcome' in window)
    const outcome = await page.evaluate(() => (window as unknown as { outcome: string }).outcome)
    writeFileSync(join(base, 'out', 'renderer', 'app.js'), JS)
    const ranAnyway = await page.evaluate(() => window.pwned)
    expect(ranAnyway).toBeUndefined()
    // An element's text and a picture's onerror are dropped without an error; the canary above tells.
    if (name !== 'a script element with text') expect(outcome).toMatch(/^refused/)
  })

  it('opens no second window and leaves no page of its own', async () => {
    await page.goto(`${ORIGIN}/`)
    await page.click('#b')
    await page.evaluate(() => window.open('https://evil.example/'))
    await page.evaluate(() => {
      location.href = 'https://evil.example/'
    })
    await expect.poll(() => context.pages().length).toBe(1)
    // The refused navigation may still be ending, and would interrupt this one.
    const back = () =>
      page.goto(`${ORIGIN}/`).then(
        () => page.title(),
        () => 'interrupted',
      )
    await expect.poll(back, { timeout: 10_000 }).toBe('the app works')
  })

  it('gives the page the bridge and nothing else', async () => {
    const reach = await page.evaluate(() => ({
      bridge: Object.keys(window.bridge),
      frozen: Object.isFrozen(window.bridge),
      node: [
        typeof (globalThis as { require?: unknown }).require,
        typeof (globalThis as { process?: unknown }).process,
      ],
      ours: Object.keys(globalThis).filter((key) => /^(call|door)/.test(key)),
    }))
    expect(reach).toEqual({
      bridge: ['invoke', 'onEvent', 'adopt'],
      frozen: true,
      node: ['undefined', 'undefined'],
      ours: [],
    })
  })

  it('relays requests, and has no way to those of the shell alone', async () => {
    const reply = await page.evaluate(() => window.bridge.invoke('status', []))
    expect(reply).toMatchObject({ ok: true })
    expect(await page.evaluate(() => window.bridge.invoke('shell', []))).toMatchObject({
      value: { kind: 'chromium', reason: 'a test' },
    })
    const forbidden = await page.evaluate(() =>
      Promise.all(
        ['adopt', 'image', 'shutdown', 'adoptBytes', 'constructor'].map((name) => window.bridge.invoke(name, [])),
      ),
    )
    for (const answer of forbidden) expect(answer).toMatchObject({ ok: false, code: 'wrong-use' })
  })

  it('shows pictures of the core', async () => {
    const status = await page.evaluate(async (id) => {
      const response = await fetch(`./thumb/${id}`)
      return [response.status, response.headers.get('content-type')]
    }, '9'.repeat(32))
    expect(status).toEqual([200, 'image/webp'])
  })

  const known = async () => {
    const reply = await core.invoke('bundledSamples', [])
    return reply.ok ? (reply.value as { known: Record<string, string> }).known : {}
  }

  it('hands dropped files and folders on by their path, without the page seeing it', async () => {
    const paths = [join(base, 'pictures', '2.png'), join(base, 'pictures')]
    const session = await context.newCDPSession(page)
    const data = { items: [], files: paths, dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: 20, y: 300, data })
    }
    await page.waitForFunction(() => window.dropped?.length === 2)
    const reply = await page.evaluate(() => window.bridge.adopt(window.dropped ?? []))
    expect(JSON.stringify(await page.evaluate(() => window.dropped?.map(({ name }) => name)))).not.toContain(base)
    if (!reply.ok) throw new Error(reply.message)
    const all = await known()
    expect(reply.value.map(({ token }: Adopted) => all[token])).toEqual(paths)
  })

  it('hands what has no file on by its bytes', async () => {
    const reply = await page.evaluate(() =>
      window.bridge.adopt([new File(['pasted '.repeat(3000)], 'shot.png'), new File(['two'], 'b.png')]),
    )
    if (!reply.ok) throw new Error(reply.message)
    const all = await known()
    expect(reply.value.map(({ token }: Adopted) => all[token])).toEqual([
      `shot.png:${'pasted '.repeat(3000)}`,
      'b.png:two',
    ])
  })

  it('lets the user choose files, or a folder', async () => {
    const choose = async (folder: boolean, files: string | string[]) => {
      const chooser = page.waitForEvent('filechooser')
      const reply = page.evaluate((folder) => window.bridge.invoke('chooseFiles', [{ folder, many: true }]), folder)
      await (await chooser).setFiles(files)
      const answer = await reply
      const all = await known()
      return answer.ok ? (answer.value as Adopted[]).map(({ token }) => all[token]) : answer
    }
    const one = join(base, 'pictures', 'ada', '1.png')
    expect(await choose(false, [one])).toEqual([one])
    expect(await choose(true, join(base, 'pictures'))).toEqual([join(base, 'pictures')])
  })

  it('saves a text beside what is there', async () => {
    const save = () => page.evaluate(() => window.bridge.invoke('saveText', [{ name: '../a.csv', text: 'x,y' }]))
    expect([await save(), await save()]).toEqual([
      { ok: true, value: true },
      { ok: true, value: true },
    ])
    expect(readFileSync(join(base, 'downloads', '-a.csv'), 'utf8')).toBe('x,y')
    expect(readFileSync(join(base, 'downloads', '-a (2).csv'), 'utf8')).toBe('x,y')
  })

  it('reaches the camera only while its switch is on, and the microphone never', async () => {
    const film = (wanted: MediaStreamConstraints) =>
      page.evaluate(
        (wanted) =>
          navigator.mediaDevices.getUserMedia(wanted).then(
            (stream) => stream.getTracks().map((track) => (track.stop(), track.kind)),
            (error: Error) => error.name,
          ),
        wanted,
      )
    const flip = (camera: boolean) =>
      page.evaluate((camera) => window.bridge.invoke('changeSettings', [{ camera }]), camera)
    expect(await film({ video: true })).toBe('NotAllowedError')
    await flip(true)
    await expect.poll(() => film({ video: true })).toEqual(['video'])
    expect(await film({ audio: true })).toBe('NotAllowedError')
    expect(await film({ video: true, audio: true })).toBe('NotAllowedError')
    await flip(false)
    await expect.poll(() => film({ video: true })).toBe('NotAllowedError')
  })

  it('hears when the core ends and serves again', async () => {
    const reply = await core.invoke('status', [])
    process.kill(reply.ok ? (reply.value as { pid: number }).pid : 0, 'SIGKILL')
    await page.waitForFunction(() => window.events?.some((event) => event.type === 'core' && event.state === 'ready'))
    expect(await page.evaluate(() => window.bridge.invoke('status', []))).toMatchObject({ ok: true })
  })

  it('got no answer from anywhere but the shell', () => {
    expect(answered).toContain(`${ORIGIN}/app.js`)
    expect(answered.filter((url) => !url.startsWith(`${ORIGIN}/`))).toEqual([])
  })
})

it('a folder’s path follows from a file in it', () => {
  expect(folderOf('/home/a/pictures/b/c.jpg', 'pictures/b/c.jpg')).toBe('/home/a/pictures')
  expect(folderOf('C:\\a\\pictures\\b\\c.jpg', 'pictures/b/c.jpg')).toBe('C:\\a\\pictures')
})
