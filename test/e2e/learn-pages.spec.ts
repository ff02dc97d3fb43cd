import { expect as expectWithin, test } from '@playwright/test'
import * as made from '../renderer/learning.ts'
import { executablePath, noBrowser } from './open-app.ts'
import { askedOf, inBothThemes, shown } from './shown.ts'
import type { Told } from './told-core.ts'

test.skip(!executablePath, noBrowser)
/** Other work may take the machine's cores meanwhile. */
const expect = expectWithin.configure({ timeout: 20_000 })

const RUN = `/learn/run/${made.run.id}`
const TRIAGE = `/learn/triage/${made.triage.id}`
const REVIEW = `/learn/review/${made.run.id}`
const MODEL = `/learn/model/${made.detail.id}`

const ended = (state: 'stopped' | 'interrupted') => ({
  ...made.run,
  state,
  problem: { code: 'training-stopped', message: 'All embeddings became alike, so that nobody could be told apart.' },
  notices: [
    { code: 'out-of-memory', message: 'The memory was not enough: a step now takes 128 photos instead of 256.' },
  ],
})

test.describe('the pages of Learn are accessible', () => {
  const pages: [string, string, Told, string][] = [
    ['home with runs', '/learn', { runs: [made.run, { ...ended('interrupted'), id: made.hex(3) }] }, 'Learn'],
    ['home without', '/learn', { runs: [] }, 'Learn'],
    ['from scratch', '/learn/scratch', {}, 'From scratch'],
    ['a folder', TRIAGE, {}, 'Pictures / 2026'],
    ['a run at work', RUN, {}, 'Run 7'],
    ['a run that a watch stopped', RUN, { runs: [ended('stopped')], map: null }, 'Run 7'],
    ['a review', REVIEW, {}, 'Review'],
    ['a challenger', MODEL, {}, 'object-4'],
  ]
  for (const [what, path, told, heading] of pages)
    test(what, () =>
      shown(path, told, async (page) => {
        await expect(page.getByRole('heading', { level: 2, name: heading })).toBeVisible()
        await expect(page.getByText(/^Reading/)).toHaveCount(0)
        await inBothThemes(page, what)
      }),
    )
})

test('a watch that ended a run is told in words, and nothing offers what cannot be done', () =>
  shown(RUN, { runs: [ended('stopped')] }, async (page) => {
    await expect(page.getByRole('alert')).toContainText('All embeddings became alike')
    await expect(page.getByRole('alert')).toContainText('The live model is not changed')
    await expect(page.getByRole('list', { name: 'What happened on the way' })).toContainText(
      '128 photos instead of 256',
    )
    await expect(page.getByRole('button', { name: 'Pause' })).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Delete the run' })).toBeVisible()
  }))

test('a group drawn around on the map gets a name', () =>
  shown(RUN, {}, async (page, core) => {
    const map = page.getByRole('img', { name: /^Map of 6 references and 345 unlabelled photos/ })
    const box = (await map.boundingBox())!
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
    // The reference of the first identity lies at the right.
    const at = x + 0.72 * (box.height / 2 - 18)
    await page.mouse.move(at - 50, y - 60)
    await page.mouse.down()
    for (const [dx, dy] of [
      [60, -60],
      [60, 60],
      [-50, 60],
      [-50, -55],
    ] as const)
      await page.mouse.move(at + dx, y + dy, { steps: 4 })
    await page.mouse.up()
    const chosen = page.getByRole('region', { name: 'Chosen photos' })
    await expect(chosen).toContainText(/\d+ photos drawn around/)
    await chosen.getByRole('textbox', { name: 'Name of this group' }).fill('Kiwi')
    await chosen.getByRole('button', { name: 'Name this group' }).click()
    await expect.poll(() => askedOf(core, 'moveItems').length).toBe(1)
    const [{ items, to }] = askedOf(core, 'moveItems') as [{ items: number[]; to: object }]
    expect(to).toEqual({ newGroup: true })
    expect(items.length).toBeGreaterThan(20)
  }))

test('the map as a list gives the keyboard what the pointer has', () =>
  shown(RUN, {}, async (page) => {
    await page.getByText('The map as a list').focus()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Choose the photos nearest to Banana' }).press('Enter')
    await expect(page.getByRole('region', { name: 'Chosen photos' })).toContainText(/\d+ photos drawn around/)
    const map = page.getByRole('img', { name: /^Map of/ })
    const before = await map.screenshot()
    await map.focus()
    await page.keyboard.press('+')
    await page.keyboard.press('ArrowLeft')
    await expect.poll(async () => before.equals(await map.screenshot())).toBe(false)
  }))

test('photos are chosen and moved by keyboard alone', () =>
  shown(TRIAGE, {}, async (page, core) => {
    await page.getByRole('button', { name: 'None of your identities' }).press('Enter')
    const grid = page.getByRole('grid', { name: 'None of your identities' })
    await grid.getByRole('gridcell').first().focus()
    await page.keyboard.press('Space')
    await page.keyboard.press('Shift+ArrowRight')
    await page.keyboard.press('Shift+ArrowRight')
    await expect(page.getByText('3 chosen', { exact: true })).toBeVisible()
    await page.getByRole('combobox', { name: 'Move the chosen photos to' }).selectOption('Usable')
    await expect
      .poll(() => askedOf(core, 'moveItems'))
      .toEqual([{ triage: made.triage.id, items: [361, 362, 363], to: { kind: 'usable' } }])
  }))

test('the advised recipe is trained, or the one that is chosen with its settings', () =>
  shown(TRIAGE, {}, async (page, core) => {
    await page.getByText('Another recipe, and its settings').click()
    await page.getByRole('radio', { name: /^Trained linear head/ }).check()
    await page.getByRole('spinbutton', { name: 'Steps' }).fill('500')
    await page.getByRole('button', { name: 'Train' }).click()
    await expect
      .poll(() => askedOf(core, 'startRun'))
      .toMatchObject([
        {
          triage: made.triage.id,
          profile: 'object',
          config: { recipe: 'distance-ratio', seed: 0, steps: 500 },
          why: 'Chosen by hand: Trained linear head.',
        },
      ])
  }))

test('a review is answered by keyboard, a picture of both sides in sight', () =>
  shown(REVIEW, {}, async (page, core) => {
    const sides = page.getByRole('region', { name: 'Card' }).getByRole('img', { name: /photo|picture/ })
    await expect(sides).toHaveCount(2)
    for (const side of await sides.all()) expect((await side.boundingBox())!.width).toBeGreaterThanOrEqual(160)
    await expect(page.getByText('12 cards left')).toBeVisible()
    await page.keyboard.press('y')
    await expect(page.getByText('11 cards left')).toBeVisible()
    await page.getByRole('checkbox', { name: 'Yes also enrols the photo as a sample' }).check()
    await page.keyboard.press('n')
    await expect(page.getByText('10 cards left')).toBeVisible()
    await page.keyboard.press('s')
    await expect(page.getByText('9 cards left')).toBeVisible()
    expect(askedOf(core, 'answerCard').map((one) => (one as { answer: string }).answer)).toEqual(['yes', 'no', 'skip'])
  }))

test('50,000 points are drawn again while the map is moved and zoomed', () =>
  shown(RUN, { map: made.map(50_000, 214) }, async (page) => {
    const map = page.getByRole('img', { name: /50,000 unlabelled photos/ })
    await expect(map).toBeVisible()
    const box = (await map.boundingBox())!
    await page.mouse.move(box.x + 200, box.y + 150)
    const frames = page.evaluate(
      () =>
        new Promise<number>((done) => {
          const canvas = document.querySelector('canvas')!
          let drawn = 0
          const context = canvas.getContext('2d')!
          const put = context.putImageData.bind(context) as (image: ImageData, x: number, y: number) => void
          context.putImageData = (image: ImageData, x: number, y: number) => {
            drawn++
            put(image, x, y)
          }
          const began = performance.now()
          const next = () => {
            canvas.dispatchEvent(new WheelEvent('wheel', { deltaY: drawn % 40 < 20 ? -40 : 40, cancelable: true }))
            if (performance.now() - began < 2000) requestAnimationFrame(next)
            else done(drawn / 2)
          }
          next()
        }),
    )
    const rate = await frames
    test.info().annotations.push({ type: 'pictures a second', description: rate.toFixed(0) })
    expect(rate).toBeGreaterThan(0)
  }))
