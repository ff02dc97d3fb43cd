import { expect as expectWithin, test, type Page } from '@playwright/test'
import type { Comparison } from '../../src-main/contract/lab.ts'
import { FAMILIES } from '../../src-main/contract/networks.ts'
import * as lab from '../renderer/lab.ts'
import { executablePath, noBrowser } from './open-app.ts'
import { askedOf, inBothThemes, shown } from './shown.ts'
import type { Told } from './told-core.ts'

test.skip(!executablePath, noBrowser)
/** Other work may take the machine's cores meanwhile. */
const expect = expectWithin.configure({ timeout: 20_000 })

/** A family of several networks. */
const first = FAMILIES[1]

const at = ({ id }: Comparison) => `/lab/${id}`
const failed: Comparison = {
  ...lab.interrupted,
  state: 'failed',
  problem: { code: 'not-trainable', message: 'Of one class no picture to learn from can be read.' },
}
const waiting: Comparison = { ...lab.comparison, state: 'waiting', done: 0, runs: lab.cells(lab.plan, -1) }

async function chooseFolder(page: Page): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a folder…' }).click()
  await (await chooser).setFiles(import.meta.dirname)
  await expect(page.getByText('10 classes, 60,000 pictures to learn from')).toBeVisible()
}

test.describe('the pages of the lab are accessible', () => {
  const pages: [string, string, Told, string][] = [
    ['home with comparisons in every state', '/lab', { comparisons: [lab.comparison, lab.done, failed] }, 'Lab'],
    ['home without', '/lab', { comparisons: [] }, 'Lab'],
    ['one at work', at(lab.comparison), {}, 'Comparison 3'],
    ['one that is done', at(lab.done), {}, 'Comparison 2'],
    ['one that was interrupted', at(lab.interrupted), {}, 'Comparison 1'],
    ['one that failed', at(failed), { comparisons: [failed] }, 'Comparison 1'],
    ['one that waits', at(waiting), { comparisons: [waiting] }, 'Comparison 3'],
  ]
  for (const [what, path, told, heading] of pages)
    test(what, () =>
      shown(path, told, async (page) => {
        await expect(page.getByRole('heading', { level: 2, name: heading })).toBeVisible()
        await expect(page.getByText(/^Reading/)).toHaveCount(0)
        await inBothThemes(page, what)
      }),
    )

  test('a new one, with all that can be chosen, and with what cannot be', () =>
    shown('/lab/new', {}, async (page) => {
      await chooseFolder(page)
      for (const group of await page.locator('details').all()) await group.locator('summary').click()
      await inBothThemes(page, 'everything unfolded')
      await page.getByRole('spinbutton', { name: 'Seeds' }).fill('0')
      await page.getByRole('checkbox', { name: /^Noisy Student/ }).check()
      await expect(page.getByText('Noisy Student learns from pictures without names:')).toBeVisible()
      await expect(page.getByRole('button', { name: 'Compare' })).toBeDisabled()
      await inBothThemes(page, 'a plan that cannot be')
    }))
})

test('what is begun is what was chosen', () =>
  shown('/lab/new', {}, async (page, core) => {
    await chooseFolder(page)
    const networks = page.getByRole('region', { name: 'Networks' })
    await networks.locator('summary', { hasText: first.title }).click()
    await networks.getByRole('button', { name: `Choose all ${first.networks.length}` }).click()
    await page.getByRole('checkbox', { name: '128' }).check()
    await page.getByRole('radio', { name: /^Only some of each class/ }).check()
    await page.getByRole('checkbox', { name: /^Meta Pseudo Labels/ }).check()
    const makes = page.getByRole('region', { name: 'What it makes' })
    const chosen = ['neighbor-mnist', ...first.networks.map(({ name }) => name), 'residual']
    await expect(makes).toContainText(`2 losses × ${chosen.length} networks × 2 methods × 2 embedding sizes × 3 seeds`)
    await expect(makes).toContainText(`${24 * chosen.length} runs`)
    await page.getByRole('button', { name: 'Compare' }).click()
    await expect(page.getByRole('heading', { level: 2, name: 'Comparison 3' })).toBeVisible()
    const [{ folder, plan }] = askedOf(core, 'startComparison') as [{ folder: string; plan: object }]
    expect(folder).toMatch(/^[0-9a-f]{32}$/)
    expect(plan).toEqual({
      ...lab.plan,
      losses: ['distance-ratio', 'softmax'],
      networks: chosen,
      methods: ['direct', 'meta-pseudo-labels'],
      dimensions: [null, 128],
    })
  }))

test('what a run comes to is told while the page is open, and its row moves to its place', () =>
  shown(at(lab.comparison), {}, async (page, core) => {
    const rows = page.getByRole('table', { name: 'Results' }).getByRole('row')
    await expect(rows.filter({ hasText: 'VGG' }).filter({ hasText: 'triplet' })).toContainText('1 of 3')
    await expect(page.getByText('run 18 of 27')).toBeVisible()
    const cell = lab.comparison.runs.find(({ state }) => state === 'running')!
    const result = { ...lab.done.runs[0]!.result!, error: 0.0001 }
    core.tell({ type: 'comparison-cell', comparison: lab.comparison.id, cell: { ...cell, state: 'done', result } })
    core.tell({ type: 'comparison', comparison: { ...lab.comparison, done: 18 } })
    await expect(page.getByText('run 19 of 27')).toBeVisible()
    await expect(rows.filter({ hasText: 'VGG' }).filter({ hasText: 'triplet' })).toContainText('2 of 3')
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  }))

test('eight curves are drawn at once; another one takes the place of one that is left out', () =>
  shown(at(lab.done), {}, async (page) => {
    const boxes = page.getByRole('table', { name: 'Results' }).getByRole('checkbox')
    await expect(page.getByText('8 of 9 lines are drawn')).toBeVisible()
    await expect(boxes.last()).toBeDisabled()
    await boxes.first().uncheck()
    await boxes.last().check()
    await expect(boxes.first()).toBeDisabled()
    await expect(page.getByRole('img', { name: /8 lines\./ })).toBeVisible()
  }))
