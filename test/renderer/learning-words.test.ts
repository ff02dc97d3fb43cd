import { expect, test } from 'vitest'
import {
  ago,
  chanceWords,
  interval,
  oddsWords,
  points,
  runWords,
  signed,
  stripWords,
} from '../../src-renderer/learning-words.ts'
import { run } from './learning.ts'

test('the strip says step, rate, time left and when it was saved, as far as each is known', () => {
  const now = 1_800_000_000_000
  expect(stripWords({ ...run, savedAt: now - 20_000 }, now)).toBe(
    'step 24,800 · 790 pictures/s · 6 min left · saved 20 s ago',
  )
  const { id, title, profile, folder, config, why, steps, startedAt, identities, photos, notices } = run
  const fresh = { id, title, profile, folder, config, why, steps, startedAt, identities, photos, notices }
  expect(stripWords({ ...fresh, state: 'preparing', step: 0 }, now)).toBe('reading the pictures')
  // What was measured before a pause says nothing of the time after it.
  expect(stripWords({ ...run, state: 'paused', savedAt: now - 4_000 }, now)).toBe(
    'step 24,800 · paused · saved 4 s ago',
  )
})

test('an interrupted run says that it goes on, a stopped one that the live model is as it was', () => {
  expect(runWords({ ...run, state: 'interrupted' })).toContain('It goes on from what was saved last')
  expect(runWords({ ...run, state: 'stopped' })).toContain('The live model is not changed')
  expect(runWords({ ...run, state: 'done', model: 'x' })).toContain('challenger')
})

test('a probability is told as people count, and never as certain when it is not', () => {
  expect(oddsWords(0.58)).toBe('about 6 in 10')
  expect(oddsWords(0.02)).toBe('less than 1 in 20')
  expect(oddsWords(0.97)).toBe('more than 19 in 20')
  expect(oddsWords(0.999)).toBe('nearly certain')
})

test('the p of a test is told as how often chance would do the same', () => {
  expect(chanceWords(0.00003)).toContain('less than once in 1,000')
  expect(chanceWords(0.012)).toContain('about 12 times in 1,000')
  expect(chanceWords(1)).toContain('the two answer alike')
  expect(chanceWords(0.4)).toContain('about 40 times in 100')
})

test('differences carry their sign, and a minus is a minus', () => {
  expect([signed(-0.6), signed(3.1), signed(0)]).toEqual(['−0.6', '+3.1', '±0'])
  expect([points(-0.088), points(0.05), points(0.0001)]).toEqual(['−8.8', '+5.0', '±0.0'])
  expect(interval(0.021, 0.037)).toBe('2.1–3.7\u00a0%')
})

test('times past are told in the unit that fits', () => {
  expect([1, 20, 300, 7300, 200_000].map(ago)).toEqual(['just now', '20 s ago', '5 min ago', '2 h ago', '2 days ago'])
})
