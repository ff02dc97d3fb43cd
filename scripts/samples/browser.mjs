import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { chromium } from 'playwright-core'
import { findBrowser } from '../setup/browsers.mjs'

const HERE = import.meta.dirname
const THREE = resolve(HERE, '../../node_modules/three')
const ORIGIN = 'http://studio.invalid'

const PAGE = `<!doctype html><script type="importmap">
{"imports": {"three": "${ORIGIN}/three/build/three.module.js", "three/addons/": "${ORIGIN}/three/examples/jsm/"}}
</script><script type="module">import { take } from '${ORIGIN}/samples/studio.mjs'; globalThis.take = take</script>`

/** Opens the studio page. Files reach it through request interception, so no socket is opened. */
export async function openStudio() {
  const found = findBrowser()
  if (!found.browser) throw new Error(`The studio needs a Chromium, Chrome or Edge: ${found.reason}`)
  const browser = await chromium.launch({
    executablePath: found.browser.path,
    args: [
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--force-color-profile=srgb',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  })
  const page = await browser.newPage()
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && console.error(message.text()))
  page.on('pageerror', (error) => console.error(error))
  const roots = { samples: HERE, three: THREE }
  await page.route('**/*', async (route) => {
    const [, root, ...rest] = new URL(route.request().url()).pathname.split('/')
    if (!root) return route.fulfill({ contentType: 'text/html', body: PAGE })
    const path = resolve(roots[root] ?? HERE, rest.join(sep))
    if (!existsSync(path)) return route.fulfill({ status: 404, body: '' })
    return route.fulfill({ contentType: 'text/javascript', body: await readFile(path) })
  })
  await page.goto(ORIGIN)
  await page.waitForFunction(() => 'take' in globalThis, undefined, { timeout: 60_000 })
  return {
    /** One shot as PNG bytes. */
    async take(shot, size) {
      const url = await page.evaluate(([what, how]) => globalThis.take(what, how), [shot, size])
      return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
    },
    close: () => browser.close(),
  }
}
