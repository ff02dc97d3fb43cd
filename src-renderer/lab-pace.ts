import type { Comparison, ComparisonPlan } from '../src-main/contract/lab.ts'
import { duration } from './lab-words.ts'

/**
 * How long the training of a plan's runs takes, by what runs of the same networks and methods took on the same folder before: seconds a
 * labelled picture. Undefined where one of them was not measured there.
 */
export function secondsOf(plan: ComparisonPlan, before: readonly Comparison[]): number | undefined {
  let sum = 0
  for (const network of plan.networks)
    for (const method of plan.methods) {
      const each = before.flatMap(({ plan: { steps, batch }, runs }) =>
        runs.flatMap((cell) =>
          cell.result && cell.network === network && cell.method === method
            ? [cell.result.seconds / steps / batch]
            : [],
        ),
      )
      if (each.length === 0) return undefined
      const mean = each.reduce((a, b) => a + b, 0) / each.length
      sum += mean * plan.steps * plan.batch * plan.losses.length * plan.dimensions.length * plan.seeds
    }
  return sum
}

/** "About 12 min of training, going by Comparison 2." @param before comparisons on the same folder, the newest first */
export function paceWords(plan: ComparisonPlan, before: readonly Comparison[]): string {
  const seconds = secondsOf(plan, before)
  if (seconds === undefined || !(seconds > 0)) return ''
  const from = before.filter(({ runs }) =>
    runs.some(({ result, network }) => result && plan.networks.includes(network)),
  )
  return `About ${duration(seconds)} of training, going by ${from.map(({ title }) => title).join(', ')}.`
}
