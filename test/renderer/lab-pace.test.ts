import { expect, test } from 'vitest'
import { paceWords, secondsOf } from '../../src-renderer/lab-pace.ts'
import { comparison, done, plan } from './lab.ts'

const one = { ...plan, losses: ['softmax'], networks: ['residual'], seeds: 1 }

test('training takes as long as runs of the same network took, by their pictures', () => {
  // 16, 17 and 18 seconds, by loss.
  expect(secondsOf(one, [done])).toBeCloseTo(17)
  expect(secondsOf({ ...one, steps: 600, batch: 32, seeds: 4 }, [done])).toBeCloseTo(68)
  expect(secondsOf({ ...one, networks: ['residual', 'vgg'] }, [done])).toBeCloseTo(17 + 24)
})

test('measuring takes as long as it did, however long is trained', () => {
  const slow = { ...done, runs: done.runs.map((cell) => ({ ...cell, took: cell.result!.seconds + 40 })) }
  expect(secondsOf(one, [slow])).toBeCloseTo(17 + 40)
  expect(secondsOf({ ...one, steps: 600, seeds: 2 }, [slow])).toBeCloseTo(2 * (34 + 40))
})

test('nothing is claimed of a network or method that was not measured', () => {
  expect(secondsOf({ ...one, networks: ['residual', 'highway'] }, [done])).toBeUndefined()
  expect(paceWords({ ...one, methods: ['noisy-student'] }, [done])).toBe('')
  expect(paceWords(one, [])).toBe('')
})

test('what it goes by is named', () => {
  expect(paceWords({ ...one, seeds: 60 }, [comparison, done])).toMatch(
    /^About 1\d\smin, going by Comparison 3, Comparison 2\.$/,
  )
})
