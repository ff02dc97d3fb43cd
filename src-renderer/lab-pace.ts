import type { Comparison, ComparisonPlan } from '../src-main/contract/lab.ts'
import { duration } from './lab-words.ts'

/**
 * How long a plan's runs take, by what runs of the same networks and methods took on the same folder before: seconds of training a labelled picture,
 * and what measuring took beside it. Undefined where one of them was not measured there.
 */
export function secondsOf(plan: ComparisonPlan, before: readonly Comparison[]): number | undefined {
  let sum = 0
  for (const network of plan.networks)
    for (const method of plan.methods) {
      const each = before.flatMap(({ plan: { steps, batch }, runs }) =>
        runs.flatMap((cell) =>
          cell.result && cell.network === network && cell.method === method
            ? [wholeOf(cell.result.seconds, cell.took, (plan.steps * plan.batch) / steps / batch)]
            : [],
        ),
      )
      if (each.length === 0) return undefined
      const mean = each.reduce((a, b) => a + b, 0) / each.length
      sum += mean * plan.losses.length * plan.dimensions.length * plan.seeds
    }
  return sum
}

/** Training of `times` as many pictures, and measuring as long as it was. */
const wholeOf = (training: number, took = training, times: number) => training * times + Math.max(0, took - training)

/** "About 12 min, going by Comparison 2." @param before comparisons on the same folder, the newest first */
export function paceWords(plan: ComparisonPlan, before: readonly Comparison[]): string {
  const seconds = secondsOf(plan, before)
  if (seconds === undefined || !(seconds > 0)) return ''
  const from = before.filter(({ runs }) =>
    runs.some(({ result, network }) => result && plan.networks.includes(network)),
  )
  return `About ${duration(seconds)}, going by ${from.map(({ title }) => title).join(', ')}.`
}
