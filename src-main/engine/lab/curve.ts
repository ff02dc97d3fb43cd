import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeDurably } from '../../../db/durable-file.ts'
import type { CellPoint } from '../../contract/lab.ts'
import type { Control } from '../training/control.ts'

const FILE = 'curve.json'
/** More than checkpoints are kept. */
const KEPT = 40

/** Where a run may go on from. */
interface Mark {
  readonly step: number
  /** Of training until then. */
  readonly seconds: number
  /** Of the loss since the last point. */
  readonly sum: number
  readonly count: number
}

interface Kept {
  readonly points: readonly CellPoint[]
  readonly marks: readonly Mark[]
}

export interface CurveOptions {
  readonly control: Control
  readonly steps: number
  /** So many, evenly. */
  readonly points: number
  /** Where the curve is kept beside the checkpoints. */
  readonly folder?: string | undefined
  /** Share of some pictures that is named wrongly, of the network as it is. */
  measure(): number
  readonly onPoint?: ((point: CellPoint) => void) | undefined
  /** Told before the first step, with what stands of an earlier process, and whenever it goes back. */
  readonly onFrom?: ((step: number, points: readonly CellPoint[]) => void) | undefined
}

export interface Curve {
  /** To be trained with. */
  readonly control: Control
  points(): readonly CellPoint[]
  /** Of training alone: without measuring, saving and waiting. */
  seconds(): number
  /** Training is over. */
  end(): void
}

/**
 * Draws the learning curve of a run that it stands between and its control. It is kept beside the checkpoints, written before each
 * of them; a run that goes on at an earlier step loses what came after.
 */
export function createCurve({ control, steps, points: many, folder, measure, ...told }: CurveOptions): Curve {
  const every = Math.max(1, Math.ceil(steps / many))
  const path = folder === undefined ? undefined : join(folder, FILE)
  const kept = path !== undefined && existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Kept) : undefined
  let points = [...(kept?.points ?? [])]
  let marks = [...(kept?.marks ?? [])]
  let now: Mark = marks.at(-1) ?? { step: 0, seconds: 0, sum: 0, count: 0 }
  let began = performance.now()
  let first = true

  function from(step: number): void {
    first = false
    points = points.filter((one) => one.step <= step)
    marks = marks.filter((one) => one.step <= step)
    now = marks.at(-1) ?? { step: 0, seconds: 0, sum: 0, count: 0 }
    told.onFrom?.(step, points)
  }

  function keep(): void {
    marks = [...marks.filter(({ step }) => step < now.step), now].slice(-KEPT)
    if (path === undefined || folder === undefined) return
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeDurably(path, Buffer.from(JSON.stringify({ points, marks } satisfies Kept)))
  }

  return {
    points: () => points,
    seconds: () => now.seconds,
    end() {
      if (first) from(now.step)
    },
    control: {
      checkpointDue: () => control.checkpointDue(),
      async tick(report, save) {
        const seconds = (performance.now() - began) / 1000
        // It goes on from a checkpoint, or went back to one.
        if (first || report.step !== now.step + 1) from(report.step - 1)
        const { labelled } = report
        now = {
          step: report.step,
          seconds: now.seconds + seconds,
          sum: now.sum + (labelled ?? 0),
          count: now.count + (labelled === undefined ? 0 : 1),
        }
        if (report.step % every === 0 || report.step === steps) {
          const point: CellPoint = {
            step: report.step,
            ...(now.count > 0 && { loss: now.sum / now.count }),
            error: measure(),
          }
          points.push(point)
          now = { ...now, sum: 0, count: 0 }
          keep()
          told.onPoint?.(point)
        }
        const saving = save && (() => (keep(), save()))
        await control.tick(report, saving)
        began = performance.now()
      },
    },
  }
}
