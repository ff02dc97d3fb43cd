import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join, parse } from 'node:path'
import { expect as expectWithin, test, type Page } from '@playwright/test'
import { chooseProfile, drop, executablePath, go, noBrowser, openApp, root, type TestApp } from './open-app.ts'

/** Photos of groceries in shops, one folder a product, where SEMBLANCE_DATA names them; the rendered samples otherwise. */
const grocery = join(process.env['SEMBLANCE_DATA'] ?? '/nowhere', 'grocery-dev', 'photos')
const samples = join(root, 'resources', 'samples')
const PRODUCTS = ['Banana', 'Lemon', 'Avocado', 'Carrots', 'Garlic', 'Zucchini']
const EACH = 7

/** One picture of each product under its name in `products`, the others without names in `shop`. @returns how many of each */
function layOut(folder: string): { products: number; photos: number } {
  const put = (from: string, ...to: string[]) => {
    mkdirSync(join(folder, ...to.slice(0, -1)), { recursive: true })
    copyFileSync(from, join(folder, ...to))
  }
  if (!existsSync(grocery)) {
    const enrol = readdirSync(join(samples, 'enrol'))
    const probe = readdirSync(join(samples, 'probe'))
    for (const name of enrol) put(join(samples, 'enrol', name), 'products', parse(name).name, name)
    for (const name of probe) put(join(samples, 'probe', name), 'shop', name)
    return { products: enrol.length, photos: probe.length }
  }
  for (const product of PRODUCTS) {
    const [reference = '', ...rest] = readdirSync(join(grocery, product)).sort()
    put(join(grocery, product, reference), 'products', product, reference)
    for (const name of rest.slice(0, EACH)) put(join(grocery, product, name), 'shop', name)
  }
  return { products: PRODUCTS.length, photos: PRODUCTS.length * EACH }
}

test.skip(!executablePath, noBrowser)
test.describe.configure({ mode: 'serial', timeout: 600_000 })
const expect = expectWithin.configure({ timeout: 60_000 })

/** Learning from a real folder, by clicking alone, on the built core, engine and trainer. */
test.describe('a folder of photos', () => {
  let app: TestApp
  let laid: ReturnType<typeof layOut>
  test.beforeAll(async () => {
    app = await openApp()
    laid = layOut(app.folder)
  })
  test.afterAll(() => app.close())

  /** The page's own button opens the browser's dialog; a test answers it with a folder. */
  async function chooseFolder(page: Page, folder: string) {
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await (await chooser).setFiles(folder)
  }
  /** A picture to look at afterwards. */
  async function keep(name: string) {
    const path = test.info().outputPath(`${name}.png`)
    const drawn = () =>
      [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight)
    await expect.poll(() => app.page.evaluate(drawn)).toBe(true)
    await app.page.screenshot({ path, animations: 'disabled' })
    await test.info().attach(name, { path, contentType: 'image/png' })
  }
  const strip = () => app.page.getByRole('region', { name: 'Progress' })

  test('one photo of each product is enrolled', async () => {
    const { page } = app
    await chooseProfile(page, 'Object')
    await drop(page, [join(app.folder, 'products')])
    await page.getByRole('button', { name: new RegExp(`^Import ${laid.products} pictures`) }).click()
    await expect(page.getByRole('link', { name: `Gallery ${laid.products} identities` })).toBeVisible({
      timeout: 120_000,
    })
  })

  test('the folder is looked through before anything is trained', async () => {
    const { page } = app
    await go(page, 'Learn')
    await expect(page.getByRole('heading', { name: 'Let a folder teach the recogniser' })).toBeVisible()
    await chooseFolder(page, join(app.folder, 'shop'))
    await expect(page.getByRole('heading', { level: 3, name: 'What is in the folder' })).toBeVisible({
      timeout: 240_000,
    })
    await expect(page.getByText(`${laid.photos} photos, looked at beside ${laid.products} objects`)).toBeVisible()
    await expect(page.getByRole('gridcell').first()).toBeVisible()
    await expect(page.getByRole('button', { name: 'Train' })).toBeEnabled()
    await page.getByRole('button', { name: 'Make a forecast' }).click()
    const forecast = page.getByRole('region', { name: 'What training would do' })
    await expect(forecast.getByRole('status')).toHaveText(/likely|Undecided/, { timeout: 400_000 })
    await expect(forecast).toContainText(/points, 95 %: .* … /)
    await keep('triage')
  })

  test('a run is started with the settings that were chosen, and watched', async () => {
    const { page } = app
    await page.getByText('Another recipe, and its settings').click()
    await page.getByRole('radio', { name: /^Trained linear head/ }).check()
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('1500')
    await page.getByRole('button', { name: 'Train' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Run 1' })).toBeVisible()
    await expect(strip()).toContainText(/step [1-9]/, { timeout: 240_000 })
    await expect(page.getByRole('img', { name: /^Losses over/ })).toBeVisible({ timeout: 120_000 })
    await expect(
      page.getByRole('img', { name: new RegExp(`^Map of ${laid.products} references and \\d+ unlabelled photos`) }),
    ).toBeVisible({
      timeout: 120_000,
    })
    await keep('run')
  })

  test('it is paused, the app is quit, and the run goes on after the next start', async () => {
    await app.page.getByRole('button', { name: 'Pause' }).click()
    await expect(app.page.getByText(/^It waits at step/)).toBeVisible()
    await app.quit()
    app = await openApp({ folder: app.folder })
    const { page } = app
    await go(page, 'Learn')
    await expect(page.getByText('paused', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Resume Run 1' }).click()
    await page.getByRole('link', { name: 'Run 1', exact: true }).click()
    await expect(page.getByRole('link', { name: 'Look at the challenger' })).toBeVisible({ timeout: 400_000 })
    await expect(page.getByRole('img', { name: /^Losses over/ })).toBeVisible()
    await keep('done')
  })

  test('its doubts are asked as cards', async () => {
    const { page } = app
    await page.getByRole('link', { name: 'Review' }).click()
    const card = page.getByRole('region', { name: 'Card' })
    const none = page.getByRole('heading', { name: 'This run has no question' })
    await expect(card.or(none)).toBeVisible()
    if (await card.isVisible()) {
      await page.keyboard.press('s')
      await page.keyboard.press('u')
      await expect(card).toBeVisible()
    }
    await page.getByRole('link', { name: 'Run 1' }).first().click()
  })

  test('its model is a challenger until it is promoted, and one click goes back', async () => {
    const { page } = app
    const foot = page.getByRole('navigation', { name: 'Pages' })
    await page.getByRole('link', { name: 'Look at the challenger' }).click()
    const verdict = page.getByRole('region', { name: 'Verdict' })
    await expect(verdict).toContainText(/(Better|Not better|Worse|worse) than|than/)
    await keep('challenger')
    await page.getByRole('button', { name: 'Export…' }).click()
    const saved = () => readdirSync(app.downloads).filter((name) => statSync(join(app.downloads, name)).size > 1000)
    await expect.poll(saved).toEqual([expect.stringMatching(/\.zip$/)])
    const title = ((await page.getByRole('heading', { level: 2 }).textContent()) ?? '')
      .replace(/^Learn|challenger/g, '')
      .trim()
    await page
      .getByRole('button', { name: 'Promote', exact: true })
      .or(page.getByRole('button', { name: 'Promote anyway' }))
      .click()
    const back = page.getByRole('button', { name: /^Roll back to/ })
    await expect(back).toBeVisible({ timeout: 120_000 })
    await expect(foot).toContainText(title)
    await back.click()
    await expect(foot).not.toContainText(title)
    await expect(back).toHaveCount(0)
  })

  test('leaves no error on the page’s console', () => {
    expect(app.problems).toEqual([])
  })
})
