import { AppError } from '../../contract/errors.ts'
import type { CellResult } from '../../contract/lab.ts'
import type { TrainerEvent, TrialWork } from '../../contract/trainer-api.ts'
import { runTrial } from '../lab/trial.ts'
import { lossNamed, type LossName } from '../losses/table.ts'
import { makeNetwork } from '../networks/table.ts'
import type { Control } from '../training/control.ts'
import { AUGMENT, RATE } from './scratch-run.ts'
import type { Tables } from './tables.ts'

/** At most so often the progress is told, in milliseconds. */
const PROGRESS = 200

interface Surroundings {
  readonly control: Control
  tell(event: TrainerEvent): void
}

/** One run of a comparison, with what a run from scratch of a user's own profile has for its settings. */
export async function runTrialWork(tables: Tables, work: TrialWork, around: Surroundings): Promise<CellResult> {
  const { control, tell } = around
  const { picture, labels, classes, labelled, unlabelled, asked, seed, steps, batch, folder, method } = work
  const { rate = 1 } = lossNamed(work.loss)
  const input = [picture.height, picture.width, picture.channels] as const
  const network = makeNetwork(work.network, seed, input, work.dimensions ?? undefined)
  let [told, began] = [-Infinity, false]
  try {
    const trial = await runTrial(
      {
        ...{ network, seed, steps, batch, folder, method },
        loss: work.loss as LossName,
        rate: RATE * rate,
        schedule: { kind: 'cosine' },
        augment: { labelled: AUGMENT, unlabelled: AUGMENT },
        onNotice: (problem) => tell({ type: 'notice', problem }),
        onPoint: (point) => tell({ type: 'cell', point }),
        onFrom(step, points) {
          // What a process before this one told may not have arrived.
          tell({ type: 'from', step: began ? step : 0 })
          if (!began) for (const point of points) tell({ type: 'cell', point })
          began = true
          tell({ type: 'progress', step, steps })
        },
      },
      { pictures: { values: tables.bytes('pixels').values, ...picture }, labels, classes, labelled, unlabelled, asked },
      {
        checkpointDue: () => control.checkpointDue(),
        async tick(report, save) {
          const at = performance.now()
          if (at - told >= PROGRESS || report.step >= steps) {
            told = at
            tell({ type: 'progress', step: report.step, steps })
          }
          await control.tick(report, save)
        },
      },
    )
    if (trial.outcome === 'stopped')
      throw new AppError('training-stopped', trial.problem?.message ?? 'A watch ended the run.')
    const { error, nearest, training, trials, seconds, parameters, macs } = trial
    return { error, nearest, training, trials, seconds, parameters, macs }
  } finally {
    network.dispose()
  }
}
