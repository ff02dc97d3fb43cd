import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test'
import sharp from 'sharp'
import { childOf, drop, go, people, root } from '../open-app.ts'

const executablePath = process.env['SEMBLANCE_TEST_ELECTRON'] ?? ''
const display = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])

test.skip(!executablePath, 'SEMBLANCE_TEST_ELECTRON names no Electron')
test.skip(!display, 'no display is found: run it under xvfb-run')
test.describe.configure({ mode: 'serial' })

/** The built shell in a real Electron, on the built core and engine. */
test.describe('the window in Electron', () => {
  let app: ElectronApplication
  let page: Page
  let folder: string
  let darker: string
  const problems: string[] = []

  test.beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'semblance-electron-'))
    darker = join(folder, 'darker.jpg')
    await sharp(people(6)).modulate({ brightness: 0.8 }).resize(1400).jpeg({ quality: 80 }).toFile(darker)
    app = await _electron.launch({
      executablePath,
      args: [root, '--data', join(folder, 'data'), '--backend', 'wasm', '--use-fake-device-for-media-stream'],
      env: { ...process.env, SEMBLANCE_KEY: 'file', ELECTRON_ENABLE_SECURITY_WARNINGS: '1' } as Record<string, string>,
      timeout: 60_000,
    })
    page = await app.firstWindow()
    page.on('console', (message) => {
      if (message.type() === 'error' || /security warning/i.test(message.text())) problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(error.message))
    await page.waitForLoadState()
  })
  test.afterAll(async () => {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  })

  test('opens on app://bundle, once it is drawn', async () => {
    await expect(page.getByRole('heading', { level: 2, name: 'Enrol' })).toBeVisible()
    expect(page.url()).toMatch(/^app:\/\/bundle\//)
    const shown = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible()))
    await expect.poll(shown).toEqual([true])
    await expect(page.getByRole('button', { name: /^Backend: WebAssembly/ })).toBeVisible({ timeout: 60_000 })
  })

  test('asks the core and gets an answer', async () => {
    const reply = await page.evaluate(() => window.bridge.invoke('status', []))
    expect(reply).toMatchObject({ ok: true, value: { gallery: { identities: 0 }, engine: { state: 'ready' } } })
    const shell = await page.evaluate(() => window.bridge.invoke('shell', []))
    expect(shell).toMatchObject({ ok: true, value: { kind: 'electron', platform: process.platform } })
  })

  test('gives the page the bridge, and nothing of Node or Electron', async () => {
    const reach = await page.evaluate(() => {
      const world = globalThis as unknown as Record<string, unknown>
      return {
        bridge: Object.keys(window.bridge),
        node: ['require', 'process', 'module', 'Buffer', 'ipcRenderer'].filter((name) => name in world),
        secure: isSecureContext,
      }
    })
    expect(reach).toEqual({ bridge: ['invoke', 'onEvent', 'adopt'], node: [], secure: true })
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>
      }
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences()
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag }
    })
    expect(preferences).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    })
    for (const name of ['adopt', 'image', 'shutdown', 'constructor']) {
      const refused = await page.evaluate((name) => window.bridge.invoke(name, []), name)
      expect(refused).toMatchObject({ ok: false, code: 'wrong-use' })
    }
  })

  test('reaches nothing outside, and goes nowhere else', async () => {
    const outcome = await page.evaluate(async () => {
      const went = (url: string) =>
        fetch(url).then(
          () => 'went',
          () => 'refused',
        )
      return {
        fetched: await Promise.all(
          ['https://example.org/', 'http://127.0.0.1:9/', 'file:///etc/passwd', 'app://evil/'].map(went),
        ),
        opened: window.open('https://example.org/'),
        evaluated: await Promise.resolve()
          .then(() => new Function('return 1')() as number)
          .catch(() => 'refused'),
      }
    })
    expect(outcome.fetched).toEqual(['refused', 'refused', 'refused', 'refused'])
    expect(outcome.opened).toBeNull()
    for (const url of ['https://example.org/', 'file:///etc/passwd', 'app://bundle.evil/']) {
      await page.evaluate((url) => {
        location.href = url
      }, url)
    }
    // Playwright waits for a navigation that was refused; the shell itself tells where the window is.
    await page.waitForTimeout(500)
    const where = await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.getURL())
    expect(where).toMatch(/^app:\/\/bundle\//)
    await page.reload()
    await expect(page.getByRole('navigation', { name: 'Pages' })).toBeVisible()
    expect(app.windows()).toHaveLength(1)
    problems.length = 0
  })

  test('films only while the camera’s switch is on', async () => {
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
    expect(await film({ video: true, audio: true })).toBe('NotAllowedError')
    await flip(false)
    await expect.poll(() => film({ video: true })).toBe('NotAllowedError')
  })

  test('enrols a person from a dropped picture', async () => {
    await go(page, 'Enrol')
    await drop(page, [people(6)])
    const faces = page.getByRole('radiogroup', { name: 'Faces found in the picture' }).getByRole('radio')
    await expect(faces).toHaveCount(4, { timeout: 60_000 })
    await faces.nth(3).click()
    const form = page.getByRole('form', { name: 'Enrol' })
    await form.getByRole('combobox', { name: 'Name' }).fill('Ada')
    await page.keyboard.press('Escape')
    const override = form.getByRole('checkbox')
    if (await override.isVisible()) await override.check()
    await form.getByRole('button', { name: 'Enrol', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Enrolled' })).toContainText('Ada')
  })

  test('verifies two pictures that the dialog gives', async () => {
    await app.evaluate(
      ({ dialog }, filePaths) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths })
      },
      [people(6), darker],
    )
    await go(page, 'Verify')
    await page.getByRole('button', { name: 'Choose two pictures…' }).click()
    const verdict = page.getByRole('region', { name: 'Verdict' })
    await expect(verdict.getByRole('status')).toHaveText('Same person', { timeout: 60_000 })
  })

  test('identifies, and keeps a picture of it', async () => {
    await go(page, 'Identify')
    await drop(page, [darker])
    const faces = page.getByRole('list', { name: 'Faces' }).locator('> li')
    await expect(faces).toHaveCount(4, { timeout: 60_000 })
    await expect(faces.getByRole('button', { name: /^Face \d Ada/ })).toHaveCount(1)
    const path = test.info().outputPath('identify-in-electron.png')
    await page.screenshot({ path })
    await test.info().attach('identify-in-electron', { path, contentType: 'image/png' })
  })

  test('saves a list where the dialog says', async () => {
    const path = join(folder, 'answers.csv')
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
    }, path)
    await drop(page, [people(6), darker])
    const save = page.getByRole('button', { name: 'Save as CSV…' })
    await expect(save).toBeEnabled({ timeout: 60_000 })
    await save.click()
    await expect.poll(() => existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toContain('Ada')
  })

  test('follows the menu', async () => {
    const click = (menu: number, label: string) =>
      app.evaluate(
        ({ Menu }, [menu, label]) => {
          const items = Menu.getApplicationMenu()!.items[menu]!.submenu!.items
          items.find((item) => item.label === label)!.click()
        },
        [menu, label] as const,
      )
    const go = process.platform === 'darwin' ? 3 : 2
    for (const title of ['Gallery', 'Learn', 'Lab', 'Verify', 'Enrol']) {
      await click(go, title)
      await expect(page.getByRole('heading', { level: 2, name: title })).toBeVisible()
    }
  })

  test('comes back when its page ends, with what it was asked to keep', async () => {
    await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents
      const loaded = new Promise<void>((done) => contents.once('did-finish-load', done))
      contents.forcefullyCrashRenderer()
      return loaded
    })
    const names = () =>
      app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(
          'document.querySelector("nav")?.innerText ?? ""',
        ),
      ) as Promise<string>
    await expect.poll(names, { timeout: 30_000 }).toContain('Gallery')
  })

  test('starts once: a second start ends by itself and brings the first to the front', async () => {
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.hide())
    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
    const second = spawn(executablePath, [...sandbox, root, '--data', join(folder, 'data')], { stdio: 'ignore' })
    const [code] = (await once(second, 'exit')) as [number | null]
    expect(code).toBe(0)
    const shown = () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((one) => one.isVisible()))
    await expect.poll(shown).toEqual([true])
  })

  test('closes the gallery when it quits', async () => {
    const core = childOf(app.process().pid!, 'core.js')
    await app.close()
    const lives = () => {
      try {
        process.kill(core, 0)
        return true
      } catch {
        return false
      }
    }
    await expect.poll(lives, { timeout: 10_000 }).toBe(false)
  })

  test('leaves no error and no security warning on the page’s console', () => {
    expect(problems).toEqual([])
  })
})
