import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { glyphFolder, GLYPHS, OTHERS } from '../fixtures/glyphs.ts'
import { chooseProfile, executablePath, go, noBrowser, openApp, root, type TestApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
test.skip(process.env['SEMBLANCE_SCREENSHOTS'] !== '1', 'SEMBLANCE_SCREENSHOTS=1 writes the pictures of the README')
test.describe.configure({ mode: 'serial' })

/** The README's pictures, on the rendered samples alone. */
test.describe('the pictures of the README', () => {
  let app: TestApp
  test.beforeAll(async () => {
    app = await openApp()
  })
  test.afterAll(() => app.close())

  async function shoot(page: Page, name: string) {
    const notices = page.getByRole('region', { name: 'Notices' }).getByRole('button', { name: 'Dismiss this notice' })
    while ((await notices.count()) > 0) await notices.first().click()
    await page.mouse.move(1270, 890)
    await expect.poll(() => page.evaluate(() => [...document.images].every((image) => image.complete))).toBe(true)
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
    const folder = join(root, 'docs', 'screenshots')
    mkdirSync(folder, { recursive: true })
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
  }

  test('enrol', async () => {
    const { page } = app
    await chooseProfile(page, 'Object')
    await page.getByRole('button', { name: 'Try it with the samples' }).click()
    const submit = page.getByRole('form', { name: 'Enrol' }).getByRole('button', { name: 'Enrol', exact: true })
    await expect(submit).toBeEnabled({ timeout: 60_000 })
    await page.keyboard.press('Escape')
    await shoot(page, 'enrol')
    for (;;) {
      await expect(submit).toBeEnabled({ timeout: 60_000 })
      await submit.click()
      const next = page.getByRole('region', { name: 'Enrolled' }).getByRole('button').first()
      await expect(next).toBeVisible()
      if ((await next.textContent())?.trim() !== 'Next picture') break
      await next.click()
    }
  })

  test('verify', async () => {
    const { page } = app
    await go(page, 'Verify')
    await page.getByRole('button', { name: 'Try it with the samples' }).click()
    await expect(page.getByRole('region', { name: 'Verdict' })).toBeVisible({ timeout: 60_000 })
    await shoot(page, 'verify')
  })

  test('identify', async () => {
    const { page } = app
    await go(page, 'Identify')
    await page.getByRole('button', { name: 'Try it with the samples' }).click()
    await expect(page.getByRole('button', { name: 'Save as CSV…' })).toBeEnabled({ timeout: 60_000 })
    const table = page.getByRole('table', { name: 'Answers' })
    await table.getByRole('row').filter({ hasText: 'known' }).first().getByRole('button').click()
    await expect(page.getByRole('list', { name: 'Objects' })).toBeVisible()
    const close = page.getByRole('region', { name: 'Work' }).getByRole('button', { name: /^Dismiss/ })
    while ((await close.count()) > 0) await close.first().click()
    await shoot(page, 'identify')
  })

  test('gallery', async () => {
    const { page } = app
    await go(page, 'Gallery')
    await expect(page.getByRole('gridcell').getByRole('button').first()).toBeVisible()
    await shoot(page, 'gallery')
  })

  test('learn, and what it made', async () => {
    test.setTimeout(600_000)
    const { page } = app
    await go(page, 'Learn')
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await (await chooser).setFiles(join(root, 'resources', 'samples', 'probe'))
    await expect(page.getByRole('button', { name: 'Train' })).toBeEnabled({ timeout: 240_000 })
    await page.getByText('Another recipe, and its settings').click()
    await page.getByRole('radio', { name: /^Trained linear head/ }).check()
    await page.getByRole('button', { name: 'Train' }).click()
    const challenger = page.getByRole('link', { name: 'Look at the challenger' })
    await expect(challenger).toBeVisible({ timeout: 400_000 })
    await expect(page.getByRole('img', { name: /^Map of/ })).toBeVisible({ timeout: 120_000 })
    await shoot(page, 'learn')
    await challenger.click()
    await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('than')
    await shoot(page, 'challenger')
  })

  test('lab', async () => {
    test.setTimeout(900_000)
    const { page } = app
    await glyphFolder(join(app.folder, 'Drawn signs'), 20, { ...GLYPHS, ...OTHERS })
    await go(page, 'Lab')
    await page.getByRole('link', { name: 'New comparison…' }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await (await chooser).setFiles(join(app.folder, 'Drawn signs'))
    await expect(page.getByText('5 classes, 100 pictures.')).toBeVisible()
    await page.getByRole('button', { name: 'Leave out Residual', exact: true }).click()
    for (const [what, find] of [
      ['Networks', 'koch-siamese'],
      ['Losses', 'large-margin-cosine'],
    ] as const) {
      const list = page.getByRole('region', { name: what })
      await list.getByRole('searchbox').fill(find)
      await list.getByRole('checkbox').first().check()
      await list.getByRole('searchbox').fill('')
    }
    await page.getByRole('radio', { name: /^Only some of each class/ }).check()
    await page.getByRole('spinbutton', { name: 'Labelled pictures of each class' }).fill('3')
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('40')
    await page.getByRole('spinbutton', { name: 'Labelled pictures a step' }).fill('15')
    await page.locator('#page').evaluate((main) => main.scrollTo(0, 0))
    await shoot(page, 'lab-new')
    await page.getByRole('button', { name: 'Compare' }).click()
    await expect(page.getByText('Least error:')).toBeVisible({ timeout: 800_000 })
    await shoot(page, 'lab')
  })
})
