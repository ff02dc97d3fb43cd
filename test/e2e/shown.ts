import { chromium, expect, type Page } from '@playwright/test'
import { attachWindow } from '../../src-main/chromium-shell.ts'
import { executablePath, expectAccessible, root, url } from './open-app.ts'
import { toldCore, type Told } from './told-core.ts'

type ToldCore = ReturnType<typeof toldCore>

/** The built window on a core that only tells: every state of a page, without minutes of training. */
export async function shown(path: string, told: Told, work: (page: Page, core: ToldCore) => Promise<void>) {
  const core = toldCore(told)
  const problems: string[] = []
  const browser = await chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 })
  try {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce' })
    context.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    context.on('weberror', (error) => problems.push(error.error().message))
    const around = { root, downloads: '/nowhere', saveDialog: false, reason: 'shown by a test' }
    const page = await attachWindow(context, core.core, around)
    // The start page first: it would replace a route that is gone to before it is there.
    await expect(page.getByRole('heading', { level: 2, name: 'Enrol' })).toBeVisible({ timeout: 20_000 })
    await page.goto(url(path))
    await work(page, core)
    expect(problems).toEqual([])
  } finally {
    await browser.close()
  }
}

/** First arguments of each request of that name. */
export const askedOf = (core: ToldCore, method: string) =>
  core.asked.filter(([name]) => name === method).map(([, args]) => args[0])

export async function inBothThemes(page: Page, where: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const isDark = () => page.evaluate(() => document.documentElement.classList.contains('dark'))
    await expect.poll(isDark).toBe(colorScheme === 'dark')
    await expectAccessible(page, `${where}, ${colorScheme}`)
  }
}
