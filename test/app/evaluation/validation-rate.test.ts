import { expect, it } from 'vitest'
import { validationRate } from '../../../src-main/app/evaluation/validation-rate.ts'

const scores = (genuine: number[], impostor: number[]) => ({
  genuine: Float64Array.from(genuine).sort(),
  impostor: Float64Array.from(impostor).sort(),
})

it('asks each fold at the threshold that the other folds give, and tells the FAR that this has', () => {
  const impostors = Array.from({ length: 10 }, (_, i) => 1 + i / 10)
  const result = validationRate(
    [
      // One of ten may pass: the threshold lies just under 1.1.
      { fitted: scores([0], impostors), tested: scores([0.2, 0.9, 1.3], [1.02, 1.5]) },
      { fitted: scores([0], impostors), tested: scores([0.2, 0.9, 1.0999], [1.1, 1.5]) },
    ],
    0.1,
  )
  expect(result.folds.map(({ threshold }) => threshold)).toEqual([1.1, 1.1])
  expect(result.val).toBeCloseTo((2 / 3 + 1) / 2, 12)
  // Sample deviation of 2/3 and 1 is (1/3)/√2; of the mean of two, divided by √2 again.
  expect(result.standardError).toBeCloseTo(1 / 6, 12)
  expect(result.far).toBeCloseTo(1 / 4, 12)
})

it('lets no impostor pass where the rate allows none, with negative distances too', () => {
  const { folds } = validationRate([{ fitted: scores([-2], [-1, 0.5]), tested: scores([-2.5, -1], [-1, -0.9]) }], 0.001)
  expect(folds[0]).toMatchObject({ far: 0, val: 0.5 })
})
