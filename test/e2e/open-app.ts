import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { chromium, expect, type Page } from '@playwright/test'
import { attachWindow, ORIGIN } from '../../src-main/chromium-shell.ts'
import type { AppEvent } from '../../src-main/contract/api.ts'
import { startCore, type CoreLink } from '../../src-main/shell/core-link.ts'

export const root = resolve(import.meta.dirname, '..', '..')
export const executablePath = process.env['SEMBLANCE_BROWSER'] ?? ''
export const noBrowser = 'SEMBLANCE_BROWSER names no browser'

/** The gallery's key beside the gallery: a test leaves the system's key store alone. */
process.env['SEMBLANCE_KEY'] = 'file'

export interface TestApp {
  readonly page: Page
  readonly core: CoreLink
  /** A folder of the test's own; `data` and `downloads` are in it. */
  readonly folder: string
  readonly downloads: string
  readonly events: AppEvent[]
  /** Errors on the page's console, exceptions, refusals by its content security policy. */
  readonly problems: string[]
  corePid(): number
  enginePid(): number
  close(): Promise<void>
  /** As closing the window does; the folder stays for the next start. */
  quit(): Promise<void>
}

/** The built window in an installed browser, on the built core and engine, with the headers that ship. */
export async function openApp({ folder = mkdtempSync(join(tmpdir(), 'semblance-e2e-')) } = {}): Promise<TestApp> {
  const downloads = join(folder, 'downloads')
  mkdirSync(downloads, { recursive: true })
  const events: AppEvent[] = []
  const problems: string[] = []
  const core = startCore({ root, data: join(folder, 'data'), backend: 'wasm' })
  core.onEvent((event) => events.push(event))
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  context.on('weberror', (error) => problems.push(error.error().message))
  const page = await attachWindow(context, core, { root, downloads, saveDialog: false, reason: 'shown by a test' })
  const quit = async () => {
    await browser.close()
    await core.stop()
  }
  return {
    page,
    core,
    folder,
    downloads,
    events,
    problems,
    corePid: () => childOf(process.pid, 'core.js'),
    enginePid: () => childOf(childOf(process.pid, 'core.js'), 'engine.js'),
    quit,
    async close() {
      await quit()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The child process of `parent` whose command line names `program`. */
export function childOf(parent: number, program: string): number {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [, parentPid] = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      if (Number(parentPid) === parent && command.includes(program)) return Number(pid)
    } catch {
      // It ended while the list was read.
    }
  }
  throw new Error(`No process ${program} runs under ${parent}.`)
}

/** As if files were dragged in from the desktop, onto the middle of `onto` or of the window. */
export async function drop(page: Page, files: readonly string[], onto?: string): Promise<void> {
  const box = (await page
    .locator(onto ?? 'main')
    .first()
    .boundingBox())!
  const session = await page.context().newCDPSession(page)
  const data = { items: [], files: [...files], dragOperationsMask: 1 }
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height, 600) / 2]
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x, y, data })
  }
  await session.detach()
}

export async function go(
  page: Page,
  to: 'Enrol' | 'Verify' | 'Identify' | 'Gallery' | 'Learn' | 'Lab' | 'Settings',
): Promise<void> {
  await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: to }).click()
  await expect(page.getByRole('heading', { level: 2, name: to })).toBeVisible()
}

export async function chooseProfile(page: Page, profile: 'Face' | 'Object'): Promise<void> {
  await page
    .locator('label')
    .filter({ hasText: new RegExp(`^${profile}$`) })
    .first()
    .click()
  await expect(page.getByRole('radio', { name: profile, exact: true })).toBeChecked()
}

/** Fails with each finding in words. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
  // The shell closes every second page at once, which axe would open for its report.
  const { violations } = await new AxeBuilder({ page }).withTags(tags).setLegacyMode().analyze()
  const found = violations.flatMap((rule) =>
    rule.nodes.map((node) => `${where}: ${rule.id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  )
  expect(found).toEqual([])
}

export const url = (path: string) => `${ORIGIN}/#${path}`
/** Pictures of people, from a development dependency: nothing of them is in the repository. */
export const people = (n: number) => join(root, 'node_modules', '@vladmandic', 'face-api', 'demo', `sample${n}.jpg`)
