import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import sharp from 'sharp'
import { drop, executablePath, go, noBrowser, openApp, people, type TestApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
test.describe.configure({ mode: 'serial' })

/** Pictures of people, dropped on the window as from the desktop. */
test.describe('the main job on people', () => {
  let app: TestApp
  let darker: string
  test.beforeAll(async () => {
    app = await openApp()
    darker = join(app.folder, 'the same, darker.jpg')
    await sharp(people(6))
      .modulate({ brightness: 0.8, saturation: 0.7 })
      .resize(1400)
      .jpeg({ quality: 80 })
      .toFile(darker)
  })
  test.afterAll(() => app.close())

  test('enrols a face out of several from a dropped picture', async () => {
    const { page } = app
    await drop(page, [people(6)])
    const faces = page.getByRole('radiogroup', { name: 'Faces found in the picture' }).getByRole('radio')
    await expect(faces).toHaveCount(4, { timeout: 60_000 })
    const form = page.getByRole('form', { name: 'Enrol' })
    await faces.nth(3).click()
    await expect(form).toContainText('Face 4 of 4')
    await form.getByRole('combobox', { name: 'Name' }).fill('Ada <b>Lovelace</b> 測試')
    await page.keyboard.press('Escape')
    const override = form.getByRole('checkbox')
    if (await override.isVisible()) await override.check()
    await form.getByRole('button', { name: 'Enrol', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Enrolled' })).toContainText('Ada <b>Lovelace</b> 測試')
  })

  test('says that the same face is enrolled already', async () => {
    const { page } = app
    await drop(page, [people(6)])
    const check = page.getByRole('region', { name: 'Duplicate check' })
    await expect(check).toBeVisible({ timeout: 60_000 })
    await page.getByRole('radiogroup', { name: 'Faces found in the picture' }).getByRole('radio').nth(3).click()
    await expect(page.getByRole('form', { name: 'Enrol' })).toContainText('Face 4 of 4')
    await expect(check).toContainText(/already|same picture/i)
    await expect(check).toContainText('Ada')
    await page.getByRole('button', { name: 'Clear' }).click()
  })

  test('verifies two pictures that are dropped', async () => {
    const { page } = app
    await go(page, 'Verify')
    await drop(page, [people(6), darker])
    const verdict = page.getByRole('region', { name: 'Verdict' })
    await expect(verdict.getByRole('status')).toHaveText('Same person', { timeout: 60_000 })
    await page.getByRole('region', { name: 'Right picture' }).getByRole('button', { name: 'Face 4 of 4' }).click()
    await expect(verdict.getByRole('status')).not.toHaveText('Same person', { timeout: 60_000 })
  })

  test('names the one it knows among several, and leaves the others unknown', async () => {
    const { page } = app
    await go(page, 'Identify')
    await drop(page, [darker])
    const faces = page.getByRole('list', { name: 'Faces' }).locator('> li')
    await expect(faces).toHaveCount(4, { timeout: 60_000 })
    await expect(faces.getByRole('button', { name: /^Face \d Ada <b>Lovelace<\/b> 測試/ })).toHaveCount(1)
    await expect(faces.getByRole('button', { name: /^Face \d Unknown/ })).toHaveCount(3)
  })

  test('takes a picture that has no file, as the clipboard holds it', async () => {
    const { page } = app
    await go(page, 'Enrol')
    const bytes = await sharp(people(3)).resize(960).png().toBuffer()
    await page.evaluate((base64) => {
      const text = atob(base64)
      const file = new File([Uint8Array.from(text, (c) => c.charCodeAt(0))], 'pasted.png', { type: 'image/png' })
      const transfer = new DataTransfer()
      transfer.items.add(file)
      window.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, cancelable: true }))
    }, bytes.toString('base64'))
    await expect(page.getByRole('form', { name: 'Enrol' })).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('pasted.png · 960 × 675')).toBeVisible()
  })

  test('never runs a name as markup, and leaves no error on the console', async () => {
    expect(await app.page.locator('b', { hasText: 'Lovelace' }).count()).toBe(0)
    expect(app.problems).toEqual([])
  })
})
