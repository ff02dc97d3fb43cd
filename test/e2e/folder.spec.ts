import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from '@playwright/test'
import sharp from 'sharp'
import { writeHostile, type HostileFiles } from '../fixtures/hostile.ts'
import { drop, executablePath, go, noBrowser, openApp, people, type TestApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
test.describe.configure({ mode: 'serial' })

test.describe('a folder', () => {
  let app: TestApp
  let folder: string
  let many: string
  let hostile: HostileFiles
  test.beforeAll(async () => {
    app = await openApp()
    folder = join(app.folder, 'hostile & mixed')
    mkdirSync(join(folder, 'sub'), { recursive: true })
    copyFileSync(people(1), join(folder, 'good.jpg'))
    copyFileSync(people(6), join(folder, 'sub', '=good too.jpg'))
    hostile = await writeHostile(folder)
    many = join(app.folder, 'many')
    mkdirSync(many)
    const small = await sharp(people(1)).resize(960).jpeg().toBuffer()
    for (let n = 0; n < 200; n++) writeFileSync(join(many, `${n}.jpg`), small)
  })
  test.afterAll(() => app.close())

  test('is identified file by file: each hostile one names its fault, and disturbs no other', async () => {
    const { page } = app
    await go(page, 'Identify')
    await drop(page, [folder])
    const table = page.getByRole('table', { name: 'Answers' })
    await expect(page.getByRole('button', { name: 'Save as CSV…' })).toBeEnabled({ timeout: 90_000 })
    const row = (name: string) => table.getByRole('row').filter({ hasText: name })
    await expect(row('=good too.jpg')).toContainText('4 faces')
    await expect(row('good.jpg').first()).toContainText(/\d faces?/)
    // What each hostile file is refused for, in the words that a user reads.
    const faults: [string | null, RegExp][] = [
      [hostile.text, /text\.jpg.*failed/],
      [hostile.bomb, /bomb\.png.*(pixel|large).*failed/i],
      [hostile.vector, /vector\.svg.*failed/],
      [hostile.empty, /empty\.jpg.*failed/],
      [hostile.fifo, /pipe\.jpg.*failed/],
    ]
    for (const [path, words] of faults) {
      if (path !== null && (await row(basename(path)).count()) > 0)
        await expect(row(basename(path))).toContainText(words)
    }
    await expect(row('text.jpg')).toBeVisible()
    await expect(row('bomb.png')).toBeVisible()
    await row('text.jpg').getByRole('button').click()
    await expect(page.getByRole('alert')).toContainText('text.jpg')
    await page.getByRole('button', { name: 'Back to the list' }).click()
    expect(app.events.some((event) => event.type === 'core')).toBe(false)
  })

  test('is saved as CSV that a spreadsheet reads as text, and as JSON', async () => {
    const { page } = app
    await page.getByRole('button', { name: 'Save as CSV…' }).click()
    await page.getByRole('button', { name: 'Save as JSON…' }).click()
    const saved = (end: string) => readdirSync(app.downloads).find((name) => name.endsWith(end))
    await expect.poll(() => [saved('.csv'), saved('.json')].filter(Boolean).length).toBe(2)
    const text = (end: string) => readFileSync(join(app.downloads, saved(end)!), 'utf8')
    await expect.poll(() => text('.csv')).toContain('=good too.jpg')
    const csv = text('.csv')
    expect(csv).not.toMatch(/(^|[,\n"])=good/)
    await expect.poll(() => text('.json')).toContain('=good too.jpg')
    expect(() => JSON.parse(text('.json')) as unknown).not.toThrow()
  })

  test('is left when asked, with the answers that are there; the page finds the work again after a reload', async () => {
    const { page } = app
    await go(page, 'Identify')
    await page
      .getByRole('button', { name: 'Clear' })
      .or(page.getByRole('heading', { level: 2 }))
      .first()
      .click()
    await drop(page, [many])
    const strip = page.getByRole('region', { name: 'Work' })
    await expect(strip.getByRole('progressbar')).toBeVisible()
    await page.reload()
    await expect(strip.getByRole('progressbar')).toBeVisible()
    await strip.getByRole('button', { name: 'Cancel' }).click()
    await expect(strip.getByRole('progressbar')).toBeHidden({ timeout: 30_000 })
    await expect(page.getByRole('button', { name: 'Save as CSV…' })).toBeVisible()
  })

  test('leaves no error on the page’s console but for the pictures that nobody can show', () => {
    expect(app.problems.filter((text) => !text.includes('status of 422'))).toEqual([])
  })
})
