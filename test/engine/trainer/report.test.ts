import { expect, it } from 'vitest'
import type { TrainerEvent } from '../../../src-main/contract/trainer-api.ts'
import { createReporter } from '../../../src-main/engine/trainer/report.ts'

function reporting() {
  const told: TrainerEvent[] = []
  let now = 0
  const reporter = createReporter(
    4,
    (event) => told.push(event),
    () => now,
  )
  const step = (step: number) => {
    now += 600
    reporter.step({ step, steps: 9, pictures: 1, entropy: step })
  }
  const of = <T extends TrainerEvent['type']>(type: T) =>
    told.filter((event): event is Extract<TrainerEvent, { type: T }> => event.type === type)
  return { reporter, step, of }
}

it('tells from which step it goes on, at the beginning and when it goes back', () => {
  const { reporter, step, of } = reporting()
  reporter.began(3)
  for (const one of [4, 5, 6, 5, 6, 7]) step(one)
  expect(of('from').map((event) => event.step)).toEqual([3, 4])
  expect(of('point').map(({ point }) => point.entropy)).toEqual([4, 5, 6, 5, 6, 7])
})

it('counts the steps of a run that had none left to do', () => {
  const { reporter } = reporting()
  reporter.began(300)
  expect(reporter.steps()).toBe(300)
})
