import { join } from 'node:path'
import type { TrainerApi, TrainerEvent } from '../../contract/trainer-api.ts'
import { asAppError, AppError } from '../../contract/errors.ts'
import type { BackendState } from '../../contract/types.ts'
import { chooseBackend } from '../backends/choose.ts'
import { unwatched } from '../heads/fit.ts'
import { forecastHead } from '../heads/forecast.ts'
import { newestCheckpoint } from '../training/checkpoint.ts'
import { createControl, type Controller } from '../training/control.ts'
import { isOutOfMemory } from '../training/memory.ts'
import { runAttribute } from './attribute-run.ts'
import { runFineTune } from './fine-tune-run.ts'
import { championOf, headData, runHead } from './head-run.ts'
import { createReporter } from './report.ts'
import { runScratch } from './scratch-run.ts'
import { createTables } from './tables.ts'
import { runTrialWork } from './trial-run.ts'
import { triageNumbers } from './triage.ts'

export interface TrainerOptions {
  /** The folder resources/ with the models. */
  readonly resources: string
  readonly backend?: string | undefined
  tell(event: TrainerEvent): void
}

/** One piece of learning: tables come in, then one of triage, forecast or training is asked for. */
export function createTrainer({ resources, backend, tell }: TrainerOptions): TrainerApi {
  const tables = createTables()
  let chosen: Promise<BackendState> | undefined
  let control: Controller | undefined
  const ready = () => (chosen ??= chooseBackend(resources, backend))

  return {
    async ready() {
      const { name, label, device } = await ready()
      return { backend: name, label, device }
    },
    fill: async (part) => tables.fill(part),
    clear: async () => tables.clear(),
    async triage(work) {
      await ready()
      return triageNumbers(tables, work)
    },
    async forecast(work) {
      await ready()
      const champion = await championOf(tables, work, resources)
      return forecastHead(headData(tables, work), work.config, champion, unwatched)
    },
    async train(work) {
      await ready()
      const reporter = createReporter(work.classes, tell)
      const own = createControl({ onStep: reporter.step })
      control = own
      try {
        const { recipe } = work.config
        reporter.began(newestCheckpoint(join(work.folder, 'checkpoints'))?.checkpoint.step ?? 0)
        const run = recipe === 'scratch' ? runScratch : recipe === 'fine-tune' ? runFineTune : runHead
        return await run(tables, work, { resources, control: saving(own, tell), reporter, tell })
      } catch (error) {
        throw wordsFor(error)
      } finally {
        control = undefined
      }
    },
    async trial(work) {
      await ready()
      const own = createControl()
      control = own
      try {
        return await runTrialWork(tables, work, { control: saving(own, tell), tell })
      } catch (error) {
        throw wordsFor(error)
      } finally {
        control = undefined
      }
    },
    async attribute(work) {
      await ready()
      const own = createControl({ onStep: ({ step, steps }) => tell({ type: 'progress', step, steps }) })
      try {
        return await runAttribute(tables, work, own)
      } catch (error) {
        throw wordsFor(error)
      }
    },
    async pause() {
      await control?.pause()
    },
    async resume() {
      control?.resume()
    },
  }
}

/** The core is told of each checkpoint: a resumed run goes on from there. */
const saving = (inner: Controller, tell: TrainerOptions['tell']): Controller => ({
  ...inner,
  tick: (report, save) =>
    inner.tick(
      report,
      save &&
        (() => {
          save()
          tell({ type: 'saved', step: report.step })
        }),
    ),
})

/** What a watch or the disk says, as something its user can act on. */
function wordsFor(error: unknown): AppError {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC')
    return new AppError('disk-full', 'The disk is full.', { cause: error })
  // The core goes on with the next backend, from the newest checkpoint.
  if (isOutOfMemory(error))
    return new AppError('out-of-memory', 'The memory does not suffice for this run on this backend.', { cause: error })
  return asAppError(error)
}
