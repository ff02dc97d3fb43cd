import { expect, test } from 'vitest'
import {
  comparisonShare,
  dataWords,
  duration,
  factsWords,
  large,
  measuredWords,
  progressWords,
  spreadText,
  timesWords,
} from '../../src-renderer/lab-words.ts'
import { FIRST_PLAN } from '../../src-renderer/lab-plan.ts'
import { comparison, data, done, interrupted, ownFolder } from './lab.ts'

test('an error is told in points with its spread in the same digits', () => {
  expect(spreadText({ mean: 0.1234, sd: 0.004 })).toEqual({ mean: '12.3\u00a0%', sd: '± 0.4' })
  expect(spreadText({ mean: 0.0062, sd: 0.0008 })).toEqual({ mean: '0.62\u00a0%', sd: '± 0.08' })
  expect(spreadText({ mean: 0, sd: 0 })).toEqual({ mean: '0.0\u00a0%', sd: '± 0.0' })
  expect(spreadText({ mean: 1 })).toEqual({ mean: '100.0\u00a0%', sd: '' })
})

test('sizes and times are told short', () => {
  expect([12, 1000, 84_210, 999_499, 999_500, 2_270_000].map(large)).toEqual(
    ['12', '1\u00a0k', '84\u00a0k', '999\u00a0k', '1\u00a0M', '2.27\u00a0M'], // prettier-ignore
  )
  expect([0.04, 9.94, 9.96, 89, 91, 5400].map(duration)).toEqual(
    ['0.0\u00a0s', '9.9\u00a0s', '10\u00a0s', '89\u00a0s', '2\u00a0min', '1.5\u00a0h'], // prettier-ignore
  )
})

test('what is there once is left out of the factors', () => {
  expect(timesWords({ ...FIRST_PLAN, losses: ['softmax'], seeds: 1 })).toBe('1 loss × 2 networks')
  expect(timesWords({ ...FIRST_PLAN, dimensions: [64, 128], methods: ['direct', 'noisy-student'] })).toBe(
    '2 losses × 2 networks × 2 methods × 2 embedding sizes × 3 seeds',
  )
})

test('a folder says what it holds, and what the error is measured on', () => {
  expect(dataWords(data)).toBe('10 classes, 60,000 pictures to learn from, and 10,000 that the set keeps for the test.')
  expect(dataWords(ownFolder)).toBe('3 classes, 36 pictures.')
  expect(measuredWords(data, 0.3)).toContain('the 10,000 pictures that the set keeps')
  expect(measuredWords(ownFolder, 0.3)).toContain('30 % of each class')
  expect(factsWords({ ...comparison.facts!, lost: 2 })).toBe(
    'It learns from 100 labelled pictures of 10 classes and 59,900 without names, 28 × 28 pixels, grey. 2 pictures cannot be read.',
  )
})

test('a comparison says how far it is', () => {
  expect(progressWords(comparison)).toBe('run 18 of 27 · 4 min left')
  expect(progressWords(interrupted)).toBe('run 18 of 27 · interrupted')
  expect(progressWords({ ...comparison, state: 'preparing', read: 1200 })).toBe('1,200 pictures read')
  expect(comparisonShare(done)).toBe(1)
  expect(comparisonShare(comparison)).toBeCloseTo(17 / 27)
  expect(comparisonShare(comparison, comparison.runs, 300)).toBeCloseTo(17.55 / 27)
  expect(comparisonShare({ ...comparison, state: 'preparing', done: 0 })).toBeUndefined()
})
