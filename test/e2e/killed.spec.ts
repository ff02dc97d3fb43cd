import { expect, test } from '@playwright/test'
import { drop, executablePath, go, noBrowser, openApp, people, type TestApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
test.skip(process.platform !== 'linux', 'finds the processes to kill in /proc')
test.describe.configure({ mode: 'serial' })

test.describe('a process that is killed', () => {
  let app: TestApp
  const notices = () => app.page.getByRole('region', { name: 'Notices' })
  test.beforeAll(async () => {
    app = await openApp()
    await drop(app.page, [people(6)])
    await expect(app.page.getByRole('form', { name: 'Enrol' })).toBeVisible({ timeout: 60_000 })
  })
  test.afterAll(() => app.close())

  test('the core: the window says so, keeps its pictures, and goes on', async () => {
    const { page } = app
    const before = app.corePid()
    process.kill(before, 'SIGKILL')
    await expect(notices()).toContainText('The process that holds the gallery ended')
    await expect.poll(() => app.events.some((event) => event.type === 'core' && event.state === 'ready')).toBe(true)
    expect(app.corePid()).not.toBe(before)
    await expect(notices()).toContainText('was started again')
    // The picture was dropped before: its token is handed on to the new core.
    const form = page.getByRole('form', { name: 'Enrol' })
    await form.getByRole('combobox', { name: 'Name' }).fill('Grace')
    await page.keyboard.press('Escape')
    const override = form.getByRole('checkbox')
    if (await override.isVisible()) await override.check()
    await form.getByRole('button', { name: 'Enrol', exact: true }).click()
    await expect(page.getByRole('region', { name: 'Enrolled' })).toContainText('Grace', { timeout: 60_000 })
    await notices().getByRole('button', { name: 'Dismiss this notice' }).last().click()
  })

  test('the engine, while it looks at a picture: the window says so, and the next picture is looked at', async () => {
    const { page } = app
    await go(page, 'Identify')
    const before = app.enginePid()
    await drop(page, [people(4)])
    process.kill(before, 'SIGKILL')
    await expect(notices()).toContainText('The process that computes ended')
    await expect.poll(() => engineOf(app) !== before, { timeout: 30_000 }).toBe(true)
    const again = page.getByRole('button', { name: 'Try again' })
    const faces = page.getByRole('list', { name: 'Faces' }).locator('> li')
    await expect(again.or(faces.first()).first()).toBeVisible({ timeout: 60_000 })
    if (await again.isVisible()) await again.click()
    await expect(faces.first()).toBeVisible({ timeout: 60_000 })
  })

  test('loses nothing that was confirmed', async () => {
    const { page } = app
    await page.reload()
    await go(page, 'Gallery')
    await expect(page.getByText('Grace').first()).toBeVisible()
  })
})

function engineOf(app: TestApp): number | undefined {
  try {
    return app.enginePid()
  } catch {
    return undefined
  }
}
