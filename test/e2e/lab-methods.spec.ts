import { join } from 'node:path'
import { expect as expectWithin, test } from '@playwright/test'
import type { Comparison } from '../../src-main/contract/lab.ts'
import { glyphFolder } from '../fixtures/glyphs.ts'
import { executablePath, go, noBrowser, openApp } from './open-app.ts'

test.skip(!executablePath, noBrowser)
test.skip(process.platform !== 'linux', 'finds the process to kill in /proc')
const expect = expectWithin.configure({ timeout: 120_000 })

test('methods with a teacher stand beside direct training, and go on after a kill', async () => {
  test.setTimeout(300_000)
  const app = await openApp()
  try {
    const { page } = app
    await glyphFolder(join(app.folder, 'glyphs'), 12)
    await go(page, 'Lab')
    await page.getByRole('link', { name: 'New comparison…' }).click()
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose a folder…' }).click()
    await (await chooser).setFiles(join(app.folder, 'glyphs'))
    await expect(page.getByText('3 classes, 36 pictures.')).toBeVisible()
    for (const left of ['distance ratio and minimum entropy over d²', 'Residual'])
      await page.getByRole('button', { name: `Leave out ${left}`, exact: true }).click()
    for (const [field, value] of [
      ['Seeds', '1'],
      ['Steps', '9'],
      ['Labelled pictures a step', '8'],
    ] as const)
      await page.getByRole('spinbutton', { name: field, exact: true }).fill(value)
    await page.getByRole('checkbox', { name: /^Noisy Student/ }).check()
    await page.getByRole('checkbox', { name: /^Meta Pseudo Labels/ }).check()
    await expect(page.getByRole('button', { name: 'Compare' })).toBeDisabled()
    await page.getByRole('radio', { name: /^Only some of each class/ }).check()
    await page.getByRole('spinbutton', { name: 'Labelled pictures of each class' }).fill('4')
    await expect(page.getByRole('region', { name: 'What it makes' })).toContainText('1 loss × 1 network × 3 methods')
    await page.getByRole('button', { name: 'Compare' }).click()

    await expect(page.getByText(/run 2 of 3/)).toBeVisible()
    await expect(page.getByText(/by Noisy Student, seed 0: step/)).toBeVisible()
    process.kill(app.corePid(), 'SIGKILL')
    await expect(page.getByText('The program ended during this comparison.')).toBeVisible()
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(page.getByText('Least error:')).toBeVisible()

    const reply = await app.core.invoke('comparison', [page.url().split('/').at(-1)])
    if (!reply.ok) throw new Error(reply.message)
    const { runs, facts, state } = reply.value as Comparison
    expect(state).toBe('done')
    expect(facts).toMatchObject({ classes: 3, labelled: 12, unlabelled: 12, test: 12 })
    expect(runs.map(({ method, state }) => `${method} ${state}`)).toEqual([
      ...['direct done', 'noisy-student done', 'meta-pseudo-labels done'],
    ])
    for (const { result, curve } of runs) {
      expect(result!.error).toBeLessThanOrEqual(1)
      expect(result!.trials).toBe(12)
      expect(curve.at(-1)!.step).toBe(9)
    }
    const table = page.getByRole('table', { name: 'Results' })
    for (const [at, name] of ['Directly', 'Noisy Student', 'Meta Pseudo Labels'].entries()) {
      const row = table.getByRole('row').filter({ hasText: name })
      await expect(row).toContainText(`${(100 * runs[at]!.result!.error).toFixed(1)} %`)
      await expect(row).toContainText('1 of 1')
    }
    await expect(page.getByRole('img', { name: /^Error over the steps of training, 3 lines\./ })).toBeVisible()
    expect(app.problems).toEqual([])
  } finally {
    await app.close()
  }
})
