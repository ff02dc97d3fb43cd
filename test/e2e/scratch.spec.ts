import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect as expectWithin, test } from '@playwright/test'
import sharp from 'sharp'
import { executablePath, go, noBrowser, openApp, type TestApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
const expect = expectWithin.configure({ timeout: 60_000 })

const GLYPHS = { bar: 'M14 4v20', cross: 'M4 4l20 20M24 4L4 24', ring: 'M14 5a9 9 0 1 0 .1 0' }

test.describe('a network from scratch', () => {
  let app: TestApp
  test.beforeAll(async () => {
    app = await openApp()
    for (const [name, path] of Object.entries(GLYPHS)) {
      const folder = join(app.folder, 'glyphs', name)
      mkdirSync(folder, { recursive: true })
      for (let n = 0; n < 10; n++) {
        const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="28" height="28"><rect width="28" height="28"/><path d="${path}" transform="translate(${n % 3} ${n % 4}) rotate(${n * 3 - 12} 14 14)" fill="none" stroke="#fff" stroke-width="${2 + (n % 3)}"/></svg>`
        await sharp(Buffer.from(svg))
          .png()
          .toFile(join(folder, `${n}.png`))
      }
    }
  })
  test.afterAll(() => app.close())

  test('learns from a labelled folder, by clicking', async () => {
    test.setTimeout(400_000)
    const { page } = app
    await go(page, 'Learn')
    await page.getByRole('link', { name: 'From scratch…' }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await (await chooser).setFiles(join(app.folder, 'glyphs'))
    await page.getByText('Settings', { exact: true }).last().click()
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('40')
    await page.getByRole('button', { name: 'Train' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Run 1' })).toBeVisible()
    await expect(page.getByText('It is done. The network stays with its run.')).toBeVisible({ timeout: 300_000 })
    await expect(page.getByText('3 classes from')).toBeVisible()
    await expect(page.getByRole('img', { name: /^Losses over/ })).toBeVisible()
    await expect(page.getByRole('img', { name: /^Held-out error/ })).toBeVisible()
    const path = test.info().outputPath('scratch.png')
    await page.screenshot({ path, animations: 'disabled' })
    expect(app.problems).toEqual([])
  })
})
