import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect as expectWithin, test } from '@playwright/test'
import { drawThings } from '../../bench/drawn-things.ts'
import {
  chooseProfile,
  drop,
  executablePath,
  expectAccessible,
  go,
  noBrowser,
  openApp,
  url,
  type TestApp,
} from './open-app.ts'

test.skip(!executablePath, noBrowser)
const expect = expectWithin.configure({ timeout: 60_000 })

test.describe.configure({ mode: 'serial' })
test.describe('similarity by what', () => {
  let app: TestApp
  let folder: string
  const shot = (name: string) =>
    app.page.screenshot({ path: test.info().outputPath(`${name}.png`), animations: 'disabled', fullPage: true })
  async function inBothThemes(where: string) {
    for (const colorScheme of ['light', 'dark'] as const) {
      await app.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const isDark = () => app.page.evaluate(() => document.documentElement.classList.contains('dark'))
      await expect.poll(isDark).toBe(colorScheme === 'dark')
      await expectAccessible(app.page, `${where}, ${colorScheme}`)
      await shot(`${where}-${colorScheme}`)
    }
    await app.page.setViewportSize({ width: 900, height: 900 })
    const tooWide = () => app.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    expect(await tooWide(), `${where} at 900 pixels`).toBeLessThanOrEqual(0)
    await shot(`${where}-900`)
    await app.page.setViewportSize({ width: 1280, height: 900 })
    await app.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  }
  test.beforeAll(async () => {
    test.setTimeout(120_000)
    app = await openApp()
    folder = join(app.folder, 'things')
    await drawThings(folder, 72, 7)
    mkdirSync(join(app.folder, 'bare'))
    copyFileSync(join(folder, '0000.png'), join(app.folder, 'bare', '0000.png'))
  })
  test.afterAll(() => app.close())

  test('a folder without a table says what is missing, and nothing is learned', async () => {
    const { page } = app
    await go(page, 'Learn')
    await chooseProfile(page, 'Object')
    await page.getByRole('link', { name: 'Attributes…' }).click()
    await expect(page.getByRole('heading', { level: 2, name: /Attributes$/ })).toBeVisible()
    await expect(page.getByText('Let a table say what to compare by')).toBeVisible()
    await expect(page.getByText('A value needs 4 pictures at least; 12 of each are enough.')).toBeVisible()
    await inBothThemes('attributes-empty')
    await drop(page, [join(app.folder, 'bare')])
    await expect(page.getByText('The folder has no attributes.csv. Put one there, or choose the table.')).toBeVisible()
    await inBothThemes('attributes-no-table')
  })

  test('a core that ends while attributes are learned is told of, and the table is read again', async () => {
    test.setTimeout(300_000)
    const { page } = app
    copyFileSync(join(folder, '0000.png'), join(folder, 'more.png'))
    await drop(page, [folder])
    const form = page.getByRole('form', { name: 'What to learn' })
    await expect(form).toContainText('A value needs 4 pictures at least; 12 of each are enough.')
    await expect(form).toContainText('1 picture is not in the table and not learned from: more.png.')
    await form.getByRole('button', { name: 'Learn 4 attributes' }).click()
    await expect(page.getByText('things is at work.')).toBeVisible()
    await inBothThemes('attributes-running')
    process.kill(app.corePid(), 'SIGKILL')
    const alert = page.getByRole('alert').filter({ hasText: 'ended before the attributes of "things" were done' })
    await expect(alert).toBeVisible()
    await expect(page.getByText('things is at work.')).toBeHidden()
    await expect(form.getByRole('button', { name: 'Learn 4 attributes' })).toBeEnabled()
    await inBothThemes('attributes-lost')
  })

  test('what a table holds is shown, and two of its columns are learned', async () => {
    test.setTimeout(600_000)
    const { page } = app
    const form = page.getByRole('form', { name: 'What to learn' })
    await expect(form.getByRole('checkbox', { name: /^colour/ })).toBeChecked()
    await expect(form).toContainText('Numbers in 4 classes of about equally many pictures')
    await inBothThemes('attributes-plan')
    for (const name of ['fill', 'size']) await form.getByRole('checkbox', { name: new RegExp(`^${name}`) }).uncheck()
    await form.getByRole('button', { name: 'Learn 2 attributes' }).click()
    const colour = page.getByRole('region', { name: 'colour' })
    await expect(colour).toBeVisible({ timeout: 500_000 })
    await expect(colour).toContainText('worth it')
    await expect(colour).toContainText('were kept from learning')
    await expect(page.getByRole('region', { name: 'shape' })).toBeVisible()
    await inBothThemes('attributes-learned')
  })

  test('Verify compares by colour, and says nothing of who it is', async () => {
    const { page } = app
    await go(page, 'Verify')
    const [, ...lines] = readFileSync(join(folder, 'attributes.csv'), 'utf8').trim().split('\n')
    const things = lines.map((line) => line.split(','))
    const red = things.filter(([, , colour]) => colour === 'red')
    const blue = things.find(([, , colour]) => colour === 'blue')!
    await drop(page, [join(folder, red[0]![0]!), join(folder, blue[0]!)])
    const verdict = page.getByRole('region', { name: 'Verdict' })
    await expect(verdict).toBeVisible()
    await page.getByRole('combobox', { name: 'Compare by' }).selectOption('colour')
    await expect(verdict).toContainText('Different colour')
    await expect(verdict).toContainText('pairs with different colour')
    await expect(page.getByRole('button', { name: 'Enrol as one identity…' })).toBeHidden()
    await inBothThemes('verify-by-colour')
    await page.getByRole('button', { name: 'Clear' }).click()
    await drop(page, [join(folder, red[0]![0]!), join(folder, red[1]![0]!)])
    await expect(verdict).toContainText('Same colour')
    await page.getByRole('combobox', { name: 'Compare by' }).selectOption('the whole')
    await expect(verdict).not.toContainText('colour')
  })

  test('the page of an identity lists who is most alike, by the whole and by colour', async () => {
    const { page } = app
    const [, ...lines] = readFileSync(join(folder, 'attributes.csv'), 'utf8').trim().split('\n')
    const token = async (file: string) => {
      const reply = await app.core.adopt([{ path: join(folder, file) }])
      if (!reply.ok) throw new Error(reply.message)
      return reply.value[0]!.token
    }
    for (const [file, shape, colour] of lines.slice(0, 9).map((line) => line.split(','))) {
      const request = {
        picture: await token(file!),
        profile: 'object',
        override: true,
        to: { name: `${colour} ${shape} ${file}` },
      }
      expect((await app.core.invoke('enrol', [request])).ok).toBe(true)
    }
    await page.goto(url('/gallery'))
    const first = lines[0]!.split(',')
    await page.getByText(`${first[2]} ${first[1]} ${first[0]}`).first().click()
    const alike = page.getByRole('region', { name: 'Most alike in the gallery' })
    await expect(alike.getByRole('listitem')).toHaveCount(8)
    await alike.getByRole('combobox', { name: 'Similar by' }).selectOption('colour')
    await expect(alike.getByRole('listitem').first()).toContainText(`${first[2]} `)
    await expect(alike.getByRole('listitem').first()).toContainText(/Same colour|Uncertain|Different colour/)
    await inBothThemes('identity-by-colour')
  })

  test('an attribute is deleted, and Verify no longer offers it', async () => {
    const { page } = app
    await page.goto(url('/learn/attributes'))
    await page.getByRole('button', { name: 'Delete colour' }).click()
    await expect(page.getByRole('region', { name: 'colour' })).toBeHidden()
    await go(page, 'Verify')
    await expect(page.getByRole('combobox', { name: 'Compare by' }).getByRole('option')).toHaveText([
      'the whole',
      'shape',
    ])
    expect(app.problems).toEqual([])
  })
})
