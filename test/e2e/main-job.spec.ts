import { expect, test } from '@playwright/test'
import { executablePath, go, noBrowser, openApp, type TestApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
test.describe.configure({ mode: 'serial' })

/** Enrol, verify, identify and tidy up, by clicking, on the objects that come with the app. */
test.describe('the main job on the bundled samples', () => {
  let app: TestApp
  let names: string[]
  test.beforeAll(async () => {
    app = await openApp()
  })
  test.afterAll(() => app.close())

  test('enrols each sample under its name', async () => {
    const { page } = app
    await expect(page.getByRole('heading', { name: 'Start with one picture' })).toBeVisible()
    await page.getByRole('button', { name: 'Try it with the samples' }).click()
    names = []
    for (;;) {
      const submit = page.getByRole('form', { name: 'Enrol' }).getByRole('button', { name: 'Enrol', exact: true })
      await expect(submit).toBeEnabled({ timeout: 60_000 })
      const name = await page.getByRole('combobox', { name: 'Name' }).inputValue()
      expect(name).not.toBe('')
      await expect(page.getByRole('region', { name: 'Duplicate check' })).toBeVisible()
      await submit.click()
      const done = page.getByRole('region', { name: 'Enrolled' })
      await expect(done).toContainText(name)
      names.push(name)
      const next = done.getByRole('button', { name: 'Next picture' })
      if (!(await next.isVisible())) break
      await next.click()
    }
    expect(names.length).toBeGreaterThan(1)
    await expect(page.getByRole('link', { name: `Gallery ${names.length} identities` })).toBeVisible()
  })

  test('verifies two pictures of the same object and two of different ones', async () => {
    const { page } = app
    await go(page, 'Verify')
    await page.getByRole('button', { name: 'Try it with the samples' }).click()
    const verdict = page.getByRole('region', { name: 'Verdict' })
    const seen: string[] = []
    for (;;) {
      await expect(verdict).toBeVisible({ timeout: 60_000 })
      await expect(verdict.getByRole('img').first()).toHaveAccessibleName(/distance/i)
      seen.push((await verdict.getByRole('status').textContent()) ?? '')
      const next = page.getByRole('button', { name: 'Next pair' })
      if (!(await next.isVisible()) || (await next.isDisabled())) break
      await next.click()
    }
    expect(seen).toContain('Same object')
    expect(seen.filter((words) => words !== 'Same object')).not.toEqual([])
  })

  test('identifies new pictures', async () => {
    const { page } = app
    await go(page, 'Identify')
    await page.getByRole('button', { name: 'Try it with the samples' }).click()
    const table = page.getByRole('table', { name: 'Answers' })
    await expect(table.getByText('known', { exact: true }).first()).toBeVisible({ timeout: 60_000 })
    await expect(page.getByRole('button', { name: 'Save as CSV…' })).toBeEnabled({ timeout: 60_000 })
    const row = table.getByRole('row').filter({ hasText: 'known' }).first()
    const text = (await row.textContent()) ?? ''
    expect(names.filter((name) => text.includes(name))).not.toEqual([])
    await row.getByRole('button').click()
    await expect(page.getByRole('radio', { name: /^1: .*distance/ })).toBeChecked()
    await page.getByRole('button', { name: 'Back to the list' }).click()
    await expect(table).toBeVisible()
  })

  test('renames, merges and deletes in the gallery, and takes each back', async () => {
    const { page } = app
    const [first = '', second = ''] = names
    await go(page, 'Gallery')
    const card = (name: string) => page.getByRole('gridcell').getByRole('button', { name })
    const heading = (name: string) => page.getByRole('heading', { level: 2, name })
    await card(first).click()
    await expect(heading(first)).toBeVisible()
    await page.getByRole('button', { name: 'Rename' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Zoë’s own')
    await page.getByRole('button', { name: 'Rename' }).click()
    await expect(heading('Zoë’s own')).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(heading(first)).toBeVisible()

    await page.getByRole('button', { name: 'Merge with…' }).click()
    const dialog = page.getByRole('dialog', { name: `Merge ${first} with…` })
    await dialog.locator('label').filter({ hasText: second }).click()
    await dialog.getByRole('button', { name: `Merge into ${second}` }).click()
    await expect(page.getByRole('link', { name: `Gallery ${names.length - 1} identit` })).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByRole('link', { name: `Gallery ${names.length} identities` })).toBeVisible()

    await go(page, 'Gallery')
    await card(second).click()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await expect(page.getByRole('link', { name: `Gallery ${names.length - 1} identit` })).toBeVisible()
    await page.keyboard.press('Control+z')
    await expect(page.getByRole('link', { name: `Gallery ${names.length} identities` })).toBeVisible()
  })

  test('keeps the theme that is chosen', async () => {
    const { page } = app
    await go(page, 'Settings')
    await page
      .locator('label')
      .filter({ hasText: /^Dark$/ })
      .click()
    await expect(page.locator('html')).toHaveClass(/dark/)
    await page.reload()
    await expect(page.locator('html')).toHaveClass(/dark/)
    await page
      .locator('label')
      .filter({ hasText: /^As the system$/ })
      .click()
    await expect(page.locator('html')).not.toHaveClass(/dark/)
    await expect(page.getByText('shown by a test')).toBeVisible()
  })

  test('leaves no error on the page’s console', () => {
    expect(app.problems).toEqual([])
  })
})
