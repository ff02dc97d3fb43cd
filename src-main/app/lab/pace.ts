import type { Cell, Comparison } from '../../contract/lab.ts'

/** The run under way. */
export interface UnderWay {
  readonly cell: number
  /** When (performance.now) this process took it up, and the seconds that others had spent on what it goes on from. */
  readonly since: number
  readonly before: number
  /** When (performance.now) its trainer began to learn, at which step, and when its newest step was told; absent until it does. */
  readonly began?: { readonly at: number; readonly step: number; readonly told: number }
}

/** Steps of a run before its own speed is believed. */
const ENOUGH = 5
/** Of a picture that is learned from, one that is asked takes this part: its gradients cost twice what its embedding does. */
const ASKED = 1 / 3

const secondsSince = (at: number) => (performance.now() - at) / 1000
/** Seconds that a run has taken so far, reading and measuring too. */
export const spentOn = ({ since, before }: UnderWay): number => before + secondsSince(since)

/** Seconds a step; undefined until some are measured. */
function paceOf(cells: readonly Cell[], at: UnderWay | undefined): number | undefined {
  if (!at?.began) return undefined
  const steps = cells[at.cell]!.step - at.began.step
  return steps < ENOUGH ? undefined : (at.began.told - at.began.at) / 1000 / steps
}

/** How many steps of training take as long as measuring a run at its end. */
function measuring({ plan, facts }: Pick<Comparison, 'plan' | 'facts'>): number {
  if (!facts) return 0
  return (ASKED * (facts.test + facts.labelled)) / (plan.batch * (facts.unlabelled > 0 ? 2 : 1))
}

/**
 * Seconds that are left, by the whole time that runs took: those of the same network where there are some, else all. Until one is over, by
 * the steps of the one under way. Undefined until there are any.
 */
export function secondsLeft(
  cells: readonly Cell[],
  comparison: Pick<Comparison, 'plan' | 'facts'>,
  at: UnderWay | undefined,
): number | undefined {
  const { steps } = comparison.plan
  const known = cells.flatMap((cell) =>
    cell.result ? [{ ...cell, whole: Math.max(cell.took ?? 0, cell.result.seconds) }] : [],
  )
  const under = at && cells[at.cell]!
  const pace = paceOf(cells, at)
  if (under && pace !== undefined && !known.some((one) => one.network === under.network && one.method === under.method))
    known.push({ ...under, whole: pace * (steps + measuring(comparison)) })
  if (known.length === 0) return undefined

  const wholeOf = (like: (one: Cell) => boolean) => {
    const alike = known.filter(like)
    return alike.length === 0 ? undefined : alike.reduce((sum, { whole }) => sum + whole, 0) / alike.length
  }
  let left = 0
  for (const cell of cells) {
    if (cell.state !== 'waiting' && cell.state !== 'running') continue
    const whole =
      wholeOf((one) => one.network === cell.network && one.method === cell.method && one.loss === cell.loss) ??
      wholeOf((one) => one.network === cell.network && one.method === cell.method) ??
      wholeOf((one) => one.network === cell.network) ??
      wholeOf(() => true)!
    // One that is slower than those before it still has its steps to do.
    left +=
      cell === under
        ? Math.max(0, whole - spentOn(at!), (pace ?? 0) * (steps - cell.step))
        : Math.max(0, whole - (cell.step > 0 ? (cell.took ?? 0) : 0))
  }
  return left
}
