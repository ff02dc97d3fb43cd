import { expect, test } from '@playwright/test'
import {
  drop,
  executablePath,
  expectAccessible,
  go,
  noBrowser,
  openApp,
  people,
  url,
  type TestApp,
} from './open-app.ts'

test.skip(!executablePath, noBrowser)
test.describe.configure({ mode: 'serial' })

/** WCAG 2.2 AA by axe, every page, both themes: first empty, then with something on it. */
test.describe('every page', () => {
  let app: TestApp
  test.beforeAll(async () => {
    app = await openApp()
    await expect(app.page.getByRole('button', { name: /^Backend: WebAssembly/ })).toBeVisible({ timeout: 60_000 })
  })
  test.afterAll(() => app.close())

  async function inBothThemes(where: string) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const isDark = () => app.page.evaluate(() => document.documentElement.classList.contains('dark'))
      await expect.poll(isDark).toBe(colorScheme === 'dark')
      await expectAccessible(app.page, `${where}, ${colorScheme}`)
    }
  }

  for (const path of [
    '/enrol',
    '/enrol/folder',
    '/verify',
    '/identify',
    '/gallery',
    '/learn',
    '/learn/scratch',
    '/learn/attributes',
    '/lab',
    '/lab/new',
    '/settings',
  ]) {
    test(`${path} is accessible while there is nothing`, async () => {
      await app.page.goto(url(path))
      await expect(app.page.getByRole('heading', { level: 2 })).toBeVisible()
      await inBothThemes(path)
    })
  }

  test('Enrol is accessible with several faces, and once one is enrolled', async () => {
    const { page } = app
    await go(page, 'Enrol')
    await drop(page, [people(6)])
    const form = page.getByRole('form', { name: 'Enrol' })
    await expect(form).toBeVisible({ timeout: 60_000 })
    await inBothThemes('Enrol with faces')
    await form.getByRole('combobox', { name: 'Name' }).fill('Ada')
    await inBothThemes('Enrol with a name')
    await page.keyboard.press('Escape')
    const override = form.getByRole('checkbox')
    if (await override.isVisible()) await override.check()
    await form.getByRole('button', { name: 'Enrol', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Enrolled' })).toBeVisible()
    await inBothThemes('Enrolled')
  })

  test('Verify is accessible with an answer', async () => {
    await go(app.page, 'Verify')
    await drop(app.page, [people(6), people(3)])
    await expect(app.page.getByRole('region', { name: 'Verdict' })).toBeVisible({ timeout: 60_000 })
    await inBothThemes('Verify')
  })

  test('Identify is accessible with answers and with a list', async () => {
    const { page } = app
    await go(page, 'Identify')
    await drop(page, [people(6)])
    await expect(page.getByRole('list', { name: 'Faces' })).toBeVisible({ timeout: 60_000 })
    await inBothThemes('Identify')
    await drop(page, [people(6), people(1)])
    await expect(page.getByRole('button', { name: 'Save as CSV…' })).toBeEnabled({ timeout: 60_000 })
    await inBothThemes('Identify, list')
  })

  test('Gallery and an identity are accessible', async () => {
    const { page } = app
    await go(page, 'Gallery')
    await expect(page.getByText('Ada').first()).toBeVisible()
    await inBothThemes('Gallery')
    await page.getByText('Ada').first().click()
    await expect(page.getByRole('heading', { level: 2, name: 'Ada' })).toBeVisible()
    await inBothThemes('Identity')
  })

  test('the list of shortcuts opens with "?", is accessible, and gives the focus back', async () => {
    const { page } = app
    await go(page, 'Verify')
    await page.keyboard.press('?')
    const list = page.getByRole('dialog')
    await expect(list).toBeVisible()
    await inBothThemes('Shortcuts')
    await page.keyboard.press('Escape')
    await expect(list).toBeHidden()
  })

  test('every page is reached by keyboard alone', async () => {
    const { page } = app
    for (const [key, title] of [
      ['1', 'Enrol'],
      ['2', 'Verify'],
      ['3', 'Identify'],
      ['4', 'Gallery'],
      ['5', 'Learn'],
      ['6', 'Lab'],
      [',', 'Settings'],
    ] as const) {
      await page.keyboard.press(`Control+${key}`)
      await expect(page.getByRole('heading', { level: 2, name: title })).toBeVisible()
    }
  })

  test('the console stays clean', () => {
    expect(app.problems).toEqual([])
  })
})
