import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findBrowser } from '../scripts/setup/browsers.mjs'
import { attachWindow } from '../src-main/chromium-shell.ts'
import type { Status } from '../src-main/contract/types.ts'
import { startCore } from '../src-main/shell/core-link.ts'
import type { Figure } from './results.ts'

const root = join(import.meta.dirname, '..')
const POLL_MS = 20

/**
 * Seconds from the start of the app, in Chromium without a display, until its first page is drawn, and until a request is
 * computed. Nothing where no browser is found.
 */
export async function windowStart(repeats: number): Promise<Figure[]> {
  const found = findBrowser()
  if (!('browser' in found)) {
    console.error(`The start of the window is left out: ${found.reason}.`)
    return []
  }
  const drawn: number[] = []
  const serving: number[] = []
  for (let repeat = 0; repeat < repeats; repeat++) {
    const one = await startOnce(found.browser.path)
    drawn.push(one.drawn)
    serving.push(one.serving)
  }
  const window = 'start of the app in Chromium (headless)'
  return [
    { name: `${window} until the window is drawn and answers`, unit: 's', values: drawn },
    { name: `${window} until the engine serves`, unit: 's', values: serving },
  ]
}

async function startOnce(executablePath: string): Promise<{ drawn: number; serving: number }> {
  const data = mkdtempSync(join(tmpdir(), 'semblance-start-'))
  const seconds = () => (performance.now() - began) / 1000
  process.env['SEMBLANCE_KEY'] = 'file'
  const began = performance.now()
  const core = startCore({ root, data })
  const serving = (async () => {
    for (;;) {
      const reply = await core.invoke('status', [])
      const engine = reply.ok ? (reply.value as Status).engine : undefined
      if (engine?.state === 'ready') return seconds()
      if (engine?.state === 'failed') throw new Error(engine.problem.message)
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    }
  })()
  const context = await chromium.launchPersistentContext(join(data, 'window'), {
    executablePath,
    headless: true,
    chromiumSandbox: process.getuid?.() !== 0,
  })
  try {
    const page = await attachWindow(context, core, { root, downloads: data, saveDialog: false, reason: 'bench' })
    await page.locator('#page > *').first().waitFor()
    await page.evaluate("window.bridge.invoke('status', [])")
    return { drawn: seconds(), serving: await serving }
  } finally {
    await context.close()
    await core.stop()
    rmSync(data, { recursive: true, force: true })
  }
}
