import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect as expectWithin, test, type Page } from '@playwright/test'
import { drawAnalogies } from '../../bench/analogy-drawings.ts'
import type { ImportPlan, Job } from '../../src-main/contract/types.ts'
import type { Reply } from '../../src-main/contract/call.ts'
import { chooseProfile, drop, executablePath, go, noBrowser, openApp, people, url, type TestApp } from './open-app.ts'
import { inBothThemes } from './shown.ts'

test.skip(!executablePath, noBrowser)
test.describe.configure({ mode: 'serial', timeout: 600_000 })
/** Other work may take the machine's cores meanwhile. */
const expect = expectWithin.configure({ timeout: 90_000 })

const SHAPES = ['heart', 'house', 'mushroom']
const COLOURS = ['red', 'yellow', 'green', 'blue']

test.describe('analogies', () => {
  let app: TestApp
  /** By name, such as "red heart". */
  const drawings = new Map<string, string>()
  test.beforeAll(async () => {
    app = await openApp()
    await expect(app.page.getByRole('button', { name: /^Backend: WebAssembly/ })).toBeVisible()
    const folder = join(app.folder, 'drawings')
    mkdirSync(folder)
    for (const { path, shape, value } of await drawAnalogies(join(app.folder, 'all'), 'colour', 1)) {
      if (!SHAPES.includes(shape) || !COLOURS.includes(value)) continue
      const file = join(folder, `${value} ${shape}.png`)
      copyFileSync(path, file)
      drawings.set(`${value} ${shape}`, file)
    }
    await importFolder(folder)
  })
  test.afterAll(() => app.close())

  async function asked<T>(method: string, ...args: unknown[]): Promise<T> {
    const reply = (await app.core.invoke(method, args)) as Reply<T>
    if (!reply.ok) throw new Error(reply.message)
    return reply.value
  }
  async function importFolder(path: string): Promise<void> {
    const adopted = await app.core.adopt([{ path }])
    if (!adopted.ok) throw new Error(adopted.message)
    const folder = adopted.value[0]!.token
    const { id } = await asked<ImportPlan>('planImport', { folder, by: 'file', profile: 'object' })
    const choices = { lowQuality: 'enrol', severalFaces: 'skip' }
    await asked<Job>('startImport', { plan: id, ...choices })
    await expect.poll(async () => (await asked<Job[]>('jobs')).every(({ state }) => state === 'done')).toBe(true)
  }
  const place = (page: Page, letter: string) => page.getByRole('region', { name: letter, exact: true })
  const answers = (page: Page) => page.getByRole('region', { name: 'Answers' })

  async function takeFromGallery(page: Page, name: string): Promise<void> {
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('searchbox').fill(name)
    await dialog.getByRole('radio', { name: new RegExp(`^${name}`) }).check({ force: true })
    await dialog.getByRole('button', { name: `Take ${name}` }).click()
    await expect(dialog).toBeHidden()
  }

  test('the page is reached from the gallery by key, and is accessible while nothing is asked', async () => {
    const { page } = app
    await chooseProfile(page, 'Object')
    await go(page, 'Gallery')
    await expect(page.getByRole('gridcell').getByRole('button').first()).toBeVisible()
    await expect(page.getByRole('link', { name: /^Analogies/ })).toBeVisible()
    await page.keyboard.press('a')
    await expect(page.getByRole('heading', { level: 2, name: 'Analogies' })).toBeVisible()
    await expect(page.getByRole('link', { name: 'Gallery' }).first()).toHaveAttribute('aria-current', 'page')
    await inBothThemes(page, 'Analogies, empty')
    await page.goto(url('/analogies'))
    await expect(page.getByText('Ask for the fourth')).toBeVisible()
  })

  test('red heart : blue heart = red house : blue house, beside what the red house gives alone', async () => {
    const { page } = app
    await page.getByRole('button', { name: 'Pick A from the gallery…' }).click()
    await inBothThemes(page, 'Analogies, picking')
    await takeFromGallery(page, 'red heart')
    for (const [at, name] of [
      [0, 'blue heart'],
      [0, 'red house'],
    ] as const) {
      await page.getByRole('button', { name: 'From the gallery…' }).nth(at).click()
      await takeFromGallery(page, name)
    }
    const cards = answers(page).getByRole('radio')
    await expect(cards).toHaveCount(5)
    await expect(cards.first()).toHaveAccessibleName(/^1: blue house, 0\.\d\d from C \+ B − A, \d\.\d\d from C/)
    await expect(answers(page)).toContainText('Of 9 candidates; A, B and C are left out.')
    await expect(answers(page)).toContainText('C alone gives')
    await expect(answers(page)).toContainText('nearest to C alone')
    await expect(page.getByRole('region', { name: 'The fourth' })).toContainText('blue house')
    await inBothThemes(page, 'Analogies, answered')
    await shoot(page, 'analogies')
  })

  test('answers are looked at by number and by arrow, and the one that is shown opens', async () => {
    const { page } = app
    const fourth = page.getByRole('region', { name: 'The fourth' })
    const names = await answers(page)
      .getByRole('radio')
      .evaluateAll((all) => all.map((one) => one.ariaLabel ?? ''))
    const nameOf = (rank: number) => /^\d: ([^,]+)/.exec(names[rank] ?? '')?.[1] ?? '?'
    await page.keyboard.press('3')
    await expect(fourth).toContainText(nameOf(2))
    await answers(page).getByRole('radio').nth(2).focus()
    await page.keyboard.press('ArrowRight')
    await expect(fourth).toContainText(nameOf(3))
    await fourth.getByRole('link', { name: 'Open in the gallery' }).click()
    await expect(page.getByRole('heading', { level: 2, name: nameOf(3) })).toBeVisible()
    await page.goBack()
    await expect(answers(page).getByRole('radio')).toHaveCount(5)
  })

  test('a picture that is dropped on a place goes there, and swapping turns the question round', async () => {
    const { page } = app
    await drop(page, [drawings.get('red mushroom')!], '[data-side=c]')
    await expect(place(page, 'C')).toContainText('red mushroom.png')
    await expect(answers(page).getByRole('radio').first()).toHaveAccessibleName(/^1: blue mushroom/)
    await page.keyboard.press('x')
    await expect(place(page, 'A')).toContainText('blue heart')
    await expect(place(page, 'B')).toContainText('red heart')
    await expect(answers(page).getByRole('radio')).toHaveCount(5)
    await page.keyboard.press('s')
    await expect(page.getByRole('dialog', { name: 'Source pictures' })).toBeVisible()
    await page.keyboard.press('Escape')
  })

  test('another profile empties what was picked, and says what it lacks', async () => {
    const { page } = app
    await chooseProfile(page, 'Face')
    await expect(place(page, 'A').getByText('Choose a picture…')).toBeVisible()
    await page.getByRole('button', { name: 'Clear' }).click()
    await drop(page, [people(6), people(3), people(4)])
    await expect(page.getByRole('alert')).toContainText('holds nothing besides A, B and C')
    await expect(page.getByRole('region', { name: 'The fourth' })).toContainText('No answer')
    await inBothThemes(page, 'Analogies, nothing left')
    await shoot(page, 'analogies-nothing-left')
  })

  test('the console stays clean', () => {
    expect(app.problems).toEqual([])
  })

  /** With SEMBLANCE_SHOTS, a folder: both themes, to be looked at. */
  async function shoot(page: Page, name: string): Promise<void> {
    const folder = process.env['SEMBLANCE_SHOTS']
    if (!folder) return
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await expect.poll(() => page.evaluate(() => [...document.images].every((image) => image.complete))).toBe(true)
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' })
    }
    await page.setViewportSize({ width: 900, height: 900 })
    await page.screenshot({ path: join(folder, `${name}-900.png`), animations: 'disabled' })
    await page.setViewportSize({ width: 1280, height: 900 })
  }
})
