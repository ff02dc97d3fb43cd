import { join } from 'node:path'
import { expect as expectWithin, test } from '@playwright/test'
import { drawGlyph, glyphFolder, GLYPHS } from '../fixtures/glyphs.ts'
import { drop, executablePath, expectAccessible, go, noBrowser, openApp, type TestApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
const expect = expectWithin.configure({ timeout: 60_000 })

test.describe.configure({ mode: 'serial' })
test.describe('a network from scratch', () => {
  let app: TestApp
  const shot = (name: string) =>
    app.page.screenshot({ path: test.info().outputPath(`${name}.png`), animations: 'disabled' })
  test.beforeAll(async () => {
    app = await openApp()
    await glyphFolder(join(app.folder, 'glyphs'), 10)
    for (const [name, path] of Object.entries(GLYPHS)) await drawGlyph(join(app.folder, `${name}.png`), path, 31)
  })
  test.afterAll(() => app.close())

  test('learns from a labelled folder and becomes a profile, by clicking', async () => {
    test.setTimeout(400_000)
    const { page } = app
    await go(page, 'Learn')
    await page.getByRole('link', { name: 'From scratch…' }).click()
    // Learn has a button of that name too.
    await expect(page.getByRole('heading', { level: 2, name: /From scratch$/ })).toBeVisible()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await (await chooser).setFiles(join(app.folder, 'glyphs'))
    await page.getByRole('radio', { name: /^Five convolutions neighbor-mnist/ }).check()
    await page.getByRole('textbox', { name: 'Name' }).fill('My glyphs')
    await page.getByText('Settings', { exact: true }).last().click()
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('40')
    await expectAccessible(page, 'from scratch')
    await shot('scratch-form')
    await page.getByRole('button', { name: 'Train' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Run 1' })).toBeVisible()
    await expect(page.getByText('It is done. Its network is among the models of “My glyphs”.')).toBeVisible({
      timeout: 300_000,
    })
    await expect(page.getByText(/The thresholds of My glyphs rest on 144 comparisons/)).toBeVisible()
    await expect(page.getByText('3 classes from')).toBeVisible()
    await expect(page.getByRole('img', { name: /^Losses over/ })).toBeVisible()
    await expect(page.getByRole('img', { name: /^Held-out error/ })).toBeVisible()
    await shot('scratch')
  })

  test('is opened, enrols from one picture, and identifies another one', async () => {
    const { page } = app
    await page.getByRole('button', { name: 'Open My glyphs' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Enrol' })).toBeVisible()
    await expect(page.getByRole('radio', { name: 'My glyphs' })).toBeChecked()
    for (const name of ['ring', 'cross']) {
      await drop(page, [join(app.folder, 'glyphs', name, '3.png')])
      await page.getByRole('combobox', { name: 'Name' }).fill(name)
      await shot(`scratch-enrol-${name}`)
      await page.getByRole('form', { name: 'Enrol' }).getByRole('button', { name: 'Enrol' }).click()
      await expect(page.getByRole('region', { name: 'Enrolled' })).toContainText(name)
      await page.getByRole('button', { name: 'Clear' }).click()
    }
    await go(page, 'Identify')
    await drop(page, [join(app.folder, 'ring.png')])
    await expect(page.getByRole('radio', { name: /^1: ring, distance/ })).toBeVisible()
    await expectAccessible(page, 'identify with an own profile')
    await shot('scratch-identify')
    await go(page, 'Verify')
    await drop(page, [join(app.folder, 'ring.png'), join(app.folder, 'bar.png')])
    await expect(page.getByRole('region', { name: 'Verdict' })).toContainText('Different kinds')
    await shot('scratch-verify')
    await go(page, 'Gallery')
    await page
      .locator('label')
      .filter({ hasText: /^My glyphs$/ })
      .click()
    await expect(page.getByText('2 found')).toBeVisible()
  })

  test('is deleted for good after a question, with all that is in it', async () => {
    const { page } = app
    await go(page, 'Learn')
    const own = page.getByRole('region', { name: 'Profiles of your own' })
    await expect(own).toContainText('2 identities with 2 samples')
    await expectAccessible(page, 'learn with an own profile')
    await shot('scratch-learn')
    await own.getByRole('button', { name: 'Delete My glyphs' }).click()
    await page.getByRole('button', { name: 'Keep it' }).click()
    await expect(own).toBeVisible()
    await own.getByRole('button', { name: 'Delete My glyphs' }).click()
    await page.getByRole('button', { name: 'Delete for good' }).click()
    await expect(own).toBeHidden()
    await expect(page.getByRole('radio', { name: 'Face' })).toBeChecked()
    await go(page, 'Gallery')
    await expect(page.getByText('The gallery is empty')).toBeVisible()
    expect(app.problems).toEqual([])
  })
})
