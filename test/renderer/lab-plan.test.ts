import { expect, test } from 'vitest'
import { FAMILIES } from '../../src-main/contract/networks.ts'
import { comparisonPlanSchema } from '../../src-main/contract/lab.ts'
import { lossFacts } from '../../src-main/engine/losses/table.ts'
import { faultsOf, FIRST_PLAN, leastToLearn, runsOfPlan } from '../../src-renderer/lab-plan.ts'
import { data, ownFolder } from './lab.ts'

test('what the form begins with can be run, and names what there is', () => {
  expect(comparisonPlanSchema.parse(FIRST_PLAN)).toEqual(FIRST_PLAN)
  expect(faultsOf(FIRST_PLAN, data)).toEqual({})
  expect(faultsOf(FIRST_PLAN, ownFolder)).toEqual({})
  const networks = FAMILIES.flatMap((family) => family.networks.map(({ name }) => name as string))
  for (const name of FIRST_PLAN.networks) expect(networks).toContain(name)
  for (const name of FIRST_PLAN.losses) expect(lossFacts().map((loss) => loss.name)).toContain(name)
  expect(runsOfPlan(FIRST_PLAN)).toBe(12)
})

test('what is missing or out of bounds is said by its field', () => {
  const faults = faultsOf(
    {
      ...{ losses: [], networks: [], methods: [], dimensions: [], seeds: 0, steps: 2.5, batch: Number.NaN },
      ...{ labelled: 0, heldOut: 0.95 },
    },
    ownFolder,
  )
  expect(Object.keys(faults).sort()).toEqual(
    ['batch', 'dimensions', 'heldOut', 'labelled', 'losses', 'methods', 'networks', 'seeds', 'steps'].sort(),
  )
  expect(faults.batch).toBe('A whole number from 8 to 1,024.')
})

test('the share held out does not matter where the set keeps its own test', () => {
  expect(faultsOf({ ...FIRST_PLAN, heldOut: 7 }, data).heldOut).toBeUndefined()
})

test('a method that needs pictures without names says so until some are to lose theirs', () => {
  const methods = ['noisy-student'] as const
  expect(faultsOf({ ...FIRST_PLAN, methods }, data).methods).toMatch(
    /^Noisy Student learns from pictures without names/,
  )
  expect(faultsOf({ ...FIRST_PLAN, methods, labelled: 10 }, data)).toEqual({})
})

test('no more labelled pictures are asked for than the smallest class has beside the test', () => {
  expect(leastToLearn(ownFolder, 0.3)).toEqual({ name: 'bar', pictures: 8 })
  expect(faultsOf({ ...FIRST_PLAN, labelled: 8 }, ownFolder)).toEqual({})
  expect(faultsOf({ ...FIRST_PLAN, labelled: 9 }, ownFolder).labelled).toBe(
    'Class “bar” has 8 pictures to learn from. Choose 8 or fewer.',
  )
  expect(faultsOf({ ...FIRST_PLAN, labelled: 5421 }, data)).toEqual({})
  expect(faultsOf({ ...FIRST_PLAN, labelled: 5422 }, data).labelled).toContain('Class “0” has 5,421 pictures')
})

test('more runs than a comparison has are refused beforehand', () => {
  const losses = Array.from({ length: 22 }, (_, at) => `loss ${at}`)
  const networks = Array.from({ length: 33 }, (_, at) => `network ${at}`)
  expect(faultsOf({ ...FIRST_PLAN, losses, networks }, data).seeds).toBe(
    'These are 2,178 runs. A comparison has 2,000 at most.',
  )
})
