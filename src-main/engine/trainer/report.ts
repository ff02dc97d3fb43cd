import type { TrainerEvent } from '../../contract/trainer-api.ts'
import type { RunPoint } from '../../contract/types.ts'
import { shareOf } from './share.ts'
import type { StepReport } from '../training/control.ts'

/** At most so often (milliseconds) is a point of the charts made, and the progress told. */
const POINT = 500
const PROGRESS = 200
export const BINS = 20

/** Entropies counted in equal bins from 0 to the logarithm of the number of classes. */
export function histogramOf(entropies: Iterable<number>, classes: number): number[] {
  const counts = new Array<number>(BINS).fill(0)
  const most = Math.log(Math.max(2, classes))
  for (const entropy of entropies) {
    const bin = Math.floor((entropy / most) * BINS)
    counts[Math.min(BINS - 1, Math.max(0, bin))]!++
  }
  return counts
}

const measured = ({ error, trials }: { error: number; trials: number }) => ({
  ...shareOf(Math.round(error * trials), trials),
  trials,
})

/** Makes points of the charts from what a recipe says after each step: means over the steps since the last point. */
export function createReporter(classes: number, tell: (event: TrainerEvent) => void, now = () => performance.now()) {
  const began = now()
  let since: StepReport[] = []
  let pointAt = began
  let progressAt = -Infinity
  let steps = 1
  let step = 0

  function mean(of: (report: StepReport) => number | undefined): number | undefined {
    const values = since.map(of).filter((value) => value !== undefined)
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length
  }

  return {
    /** Before the first step: so many are done already. */
    began(at: number): void {
      step = at
      steps = Math.max(steps, at)
      tell({ type: 'from', step })
    },
    step(report: StepReport): void {
      if (report.step <= step) {
        // It went back to a checkpoint.
        since = []
        tell({ type: 'from', step: report.step - 1 })
      }
      since.push(report)
      steps = report.steps
      step = report.step
      const at = now()
      const last = report.step >= report.steps
      if (last || at - progressAt >= PROGRESS) {
        progressAt = at
        tell({ type: 'progress', step: report.step, steps: report.steps })
      }
      const { heldOut } = report
      if (!last && !heldOut && at - pointAt < POINT) return
      const labelled = mean((one) => one.labelled)
      const entropy = mean((one) => one.entropy)
      const balance = mean((one) => one.balance)
      const entropies = since.flatMap((one) => [...(one.entropies ?? [])])
      const pictures = since.reduce((sum, one) => sum + one.pictures, 0)
      tell({
        type: 'point',
        point: {
          step: report.step,
          seconds: (at - began) / 1000,
          ...(labelled !== undefined && { labelled }),
          ...(entropy !== undefined && { entropy }),
          ...(balance !== undefined && { balance }),
          ...(heldOut && { heldOut: measured(heldOut) }),
          ...(entropies.length > 0 && { histogram: histogramOf(entropies, classes) }),
          picturesPerSecond: pictures / Math.max(1e-3, (at - pointAt) / 1000),
        },
      })
      since = []
      pointAt = at
    },
    /** Steps of the recipe; one for a closed form, which has none. */
    steps: () => steps,
    now: () => step,
    /** A point that no step made: what was measured when all steps were done. */
    point(point: Omit<RunPoint, 'seconds' | 'picturesPerSecond'>, pictures: number): void {
      const seconds = (now() - began) / 1000
      tell({
        type: 'point',
        point: { ...point, seconds, picturesPerSecond: pictures / Math.max(1e-3, seconds) },
      })
    },
  }
}

export type Reporter = ReturnType<typeof createReporter>
