import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect as expectWithin, test, type Page } from '@playwright/test'
import type { Comparison } from '../../src-main/contract/lab.ts'
import { glyphFolder } from '../fixtures/glyphs.ts'
import { executablePath, expectAccessible, go, noBrowser, openApp, type TestApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
test.skip(process.platform !== 'linux', 'finds the process to kill in /proc')
const expect = expectWithin.configure({ timeout: 60_000 })

test.describe.configure({ mode: 'serial' })
test.describe('the lab', () => {
  let app: TestApp
  const shot = (name: string) =>
    app.page.screenshot({ path: test.info().outputPath(`${name}.png`), animations: 'disabled' })
  test.beforeAll(async () => {
    app = await openApp()
    await glyphFolder(join(app.folder, 'glyphs'), 12)
  })
  test.afterAll(() => app.close())

  async function whole(): Promise<Comparison> {
    const reply = await app.core.invoke('comparison', [app.page.url().split('/').at(-1)])
    if (!reply.ok) throw new Error(reply.message)
    return reply.value as Comparison
  }
  const over = ({ runs }: Comparison) => runs.filter(({ state }) => state === 'done')
  async function choose(page: Page, what: 'Losses' | 'Networks', find: string, name: RegExp) {
    const list = page.getByRole('region', { name: what })
    await list.getByRole('searchbox').fill(find)
    await list.getByRole('checkbox', { name }).check()
    await list.getByRole('searchbox').fill('')
  }

  test('compares two losses on two networks with two seeds, by clicking, and goes on after a kill', async () => {
    test.setTimeout(500_000)
    const { page } = app
    await go(page, 'Lab')
    await page.getByRole('link', { name: 'New comparison…' }).click()
    await expect(page.getByRole('heading', { level: 2, name: /New comparison$/ })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Compare' })).toHaveCount(0)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await (await chooser).setFiles(join(app.folder, 'glyphs'))
    await expect(page.getByText('3 classes, 36 pictures.')).toBeVisible()
    for (const left of ['distance ratio and minimum entropy over d²', 'Residual'])
      await page.getByRole('button', { name: `Leave out ${left}`, exact: true }).click()
    await choose(page, 'Losses', 'cosface', /^large-margin cosine/)
    await choose(page, 'Networks', 'koch', /^Koch’s siamese network/)
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('24')
    await page.getByRole('spinbutton', { name: 'Labelled pictures a step' }).fill('7')
    await expect(page.getByText('A whole number from 8 to 1,024.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Compare' })).toBeDisabled()
    await page.getByRole('spinbutton', { name: 'Labelled pictures a step' }).fill('8')
    await page.getByRole('spinbutton', { name: 'Seeds' }).fill('2')
    await page.getByRole('radio', { name: /^Only some of each class/ }).check()
    const labelled = page.getByRole('spinbutton', { name: 'Labelled pictures of each class' })
    await labelled.fill('9')
    await expect(page.getByText(/^Class “.+” has 8 pictures to learn from\. Choose 8 or fewer\.$/)).toBeVisible()
    await labelled.fill('4')
    const makes = page.getByRole('region', { name: 'What it makes' })
    await expect(makes).toContainText('8 runs')
    await expect(makes).toContainText('2 losses × 2 networks × 2 seeds')
    await expect(makes).toContainText('30 % of each class')
    await expectAccessible(page, 'a new comparison')
    await shot('lab-form')
    await page.getByRole('button', { name: 'Compare' }).click()

    await expect(page.getByRole('heading', { level: 2, name: /Comparison 1/ })).toBeVisible()
    await expect(page.getByRole('link', { name: /^Lab \d+ %/ })).toBeVisible()
    await expect(page.getByText(/run [456] of 8/)).toBeVisible({ timeout: 300_000 })
    await shot('lab-running')
    const before = over(await whole())
    process.kill(app.corePid(), 'SIGKILL')
    await expect(page.getByText('The program ended during this comparison.')).toBeVisible()
    await expectAccessible(page, 'an interrupted comparison')
    await shot('lab-interrupted')
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(page.getByText('Least error:')).toBeVisible({ timeout: 300_000 })
    const after = await whole()
    expect(before.length).toBeGreaterThanOrEqual(3)
    expect(over(after)).toHaveLength(8)
    // Not measured again: the seconds would differ.
    for (const cell of before) expect(after.runs[cell.index]).toEqual(cell)
    await expect(page.getByText(/on 12 pictures that no training saw/)).toBeVisible()
    await expect(page.getByText(/from 12 labelled pictures of 3 classes and 12 without names/)).toBeVisible()
    await expect(page.getByRole('img', { name: /^Error over the steps of training, 4 lines\./ })).toBeVisible()
    await shot('lab-done')
  })

  test('its table is sorted by keyboard, and its boxes choose the curves', async () => {
    const { page } = app
    const table = page.getByRole('table', { name: 'Results' })
    const heads = table.getByRole('columnheader')
    await expect(heads.filter({ hasText: 'Error' })).toHaveAttribute('aria-sort', 'ascending')
    await table.getByRole('button', { name: 'Network' }).press('Enter')
    await expect(heads.filter({ hasText: 'Network' })).toHaveAttribute('aria-sort', 'ascending')
    await expect(heads.filter({ hasText: 'Error' })).toHaveAttribute('aria-sort', 'none')
    await expect(table.getByRole('row').nth(1)).toContainText('Five convolutions')
    await table.getByRole('button', { name: 'Network' }).press('Space')
    await expect(table.getByRole('row').nth(1)).toContainText('Koch’s siamese network')
    await expect(table.getByRole('row').nth(1)).toContainText('2 of 2')
    await table.getByRole('checkbox').first().press('Space')
    await expect(page.getByRole('img', { name: /^Error over .* 3 lines\./ })).toBeVisible()
    await page.getByRole('radio', { name: 'Loss' }).check()
    await expect(page.getByRole('img', { name: /^Loss over .* 3 lines\./ })).toBeVisible()
  })

  test('is saved as a table and as a page, with the figures that it shows', async () => {
    const { page } = app
    const saved = (end: string) => readdirSync(app.downloads).find((name) => name.endsWith(end)) ?? ''
    // Chromium makes the file's name before it writes the file.
    const read = (name: string) => readFileSync(join(app.downloads, name), 'utf8').trim()
    await page.getByRole('button', { name: 'Save as CSV…' }).click()
    await expect.poll(() => saved('.csv')).toMatch(/^comparison-1-/)
    await expect.poll(() => read(saved('.csv'))).not.toBe('')
    const text = read(saved('.csv'))
    const csv = text.split(/\r?\n/).map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')))
    expect(csv).toHaveLength(9)
    expect(csv[0]!.slice(0, 7)).toEqual(['loss', 'network', 'method', 'dimensions', 'seed', 'state', 'error'])
    const { runs } = await whole()
    for (const [at, { loss, network, seed, result }] of runs.entries()) {
      const line = csv[at + 1]!
      expect(line.slice(0, 6)).toEqual([loss, network, 'direct', '', String(seed), 'done'])
      expect(Number(line[6])).toBe(result!.error)
      expect(Number(line[11])).toBe(result!.parameters)
    }
    await page.getByRole('button', { name: 'Save as HTML…' }).click()
    await expect.poll(() => saved('.html')).toMatch(/^comparison-1-/)
    await expect.poll(() => read(saved('.html'))).toMatch(/<\/html>$/)
    const html = read(saved('.html'))
    expect(html).toContain('<title>Comparison 1: glyphs</title>')
    for (const text of ['softmax', 'large-margin-cosine', 'neighbor-mnist', 'koch-siamese', '2 of 2'])
      expect(html).toContain(text)
    const first = runs.filter(({ loss, network }) => loss === runs[0]!.loss && network === runs[0]!.network)
    const mean = first.reduce((sum, { result }) => sum + result!.error, 0) / first.length
    expect(html).toContain((100 * mean).toFixed(2))
    // Nothing beside it is needed, and nothing in it runs.
    expect(html).not.toMatch(/<script|src=|href=/)
  })

  /** Moves on by Tab until what has the focus is called so. */
  async function tabTo(page: Page, name: string, most = 160): Promise<void> {
    const nameOf = () =>
      page.evaluate(() => {
        const on = document.activeElement as HTMLElement | null
        const label = on instanceof HTMLInputElement ? (on.labels?.[0]?.textContent ?? '') : (on?.textContent ?? '')
        return (on?.ariaLabel ?? label).trim().replaceAll(/\s+/g, ' ')
      })
    for (let i = 0; i < most; i++) {
      await page.keyboard.press('Tab')
      if ((await nameOf()).startsWith(name)) return
    }
    throw new Error(`Tab does not reach “${name}”.`)
  }

  test('is begun, paused, cancelled and deleted by keyboard alone', async () => {
    test.setTimeout(300_000)
    const { page } = app
    await page.keyboard.press('Control+6')
    await expect(page.getByRole('heading', { level: 2, name: 'Lab', exact: true })).toBeVisible()
    await tabTo(page, 'New comparison…')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 2, name: /New comparison$/ })).toBeVisible()
    const chooser = page.waitForEvent('filechooser')
    await page.keyboard.press('Control+Shift+O')
    await (await chooser).setFiles(join(app.folder, 'glyphs'))
    await expect(page.getByText('3 classes, 36 pictures.')).toBeVisible()
    await tabTo(page, 'Find a network')
    await page.keyboard.type('highway')
    await tabTo(page, 'Highway')
    await page.keyboard.press('Space')
    await expect(page.getByRole('region', { name: 'What it makes' })).toContainText('12 runs')
    await tabTo(page, 'Steps')
    await page.keyboard.press('Control+A')
    await page.keyboard.type('900')
    await tabTo(page, 'Compare')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 2, name: /Comparison 2/ })).toBeVisible()
    await expect(page.getByText(/step \d+ of 900/)).toBeVisible()
    await tabTo(page, 'Pause')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible()
    await tabTo(page, 'Cancel')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Delete…' })).toBeVisible()
    await tabTo(page, 'Delete…')
    await page.keyboard.press('Enter')
    const question = page.getByRole('dialog', { name: 'Delete Comparison 2 for good?' })
    await expect(question).toBeVisible()
    await expectAccessible(page, 'the question before a comparison is deleted')
    await tabTo(page, 'Delete for good')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 2, name: 'Lab', exact: true })).toBeVisible()
    const list = page.getByRole('list', { name: 'Comparisons' })
    await expect(list).toContainText('Comparison 1')
    await expect(list).not.toContainText('Comparison 2')
    expect(app.problems).toEqual([])
  })
})
