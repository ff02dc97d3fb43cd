import { AppError } from '../../contract/errors.ts'
import type { Control } from '../training/control.ts'
import { lossOf } from '../training/predictions.ts'
import type { TrainData, TrainEnd, TrainSpec } from '../training/train-network.ts'

/** Of the whole method; with a folder it goes on from what it left there. */
export interface MethodSpec extends Omit<TrainSpec, 'heldOut' | 'from'> {
  /** Students of Noisy Student, each of which has its share of the steps; 3. */
  readonly rounds?: number
}

/** The network ends as what the method made: the student, where there is a teacher. */
export type Method = (spec: MethodSpec, data: TrainData, control: Control) => Promise<TrainEnd>

/** The data of a method with a teacher. @throws AppError wrong-use where a teacher has nothing to say */
export function taughtWith({ loss, ...spec }: MethodSpec, data: TrainData, method: string) {
  if (!lossOf({ ...spec, ...(loss && { loss }) }).soft)
    throw new AppError(
      'wrong-use',
      `${method} needs a loss that learns from probabilities: softmax, another classifier or the distance ratio. The loss ${loss} learns from pairs and knows no probability of a class.`,
    )
  if (!data.unlabelled)
    throw new AppError('wrong-use', `${method} needs unlabelled pictures, and there are none. Fewer labels leave some.`)
  return { ...data, unlabelled: data.unlabelled }
}

/** The control of a part of a run whose steps come after others. */
export function partOf(control: Control, before: number, steps: number): Control {
  return {
    checkpointDue: () => control.checkpointDue(),
    tick: (report, save) => control.tick({ ...report, step: before + report.step, steps }, save),
  }
}

/** Seeds of the parts of a run, far from those of other runs; the first part has the run's own. */
export const seedOf = (seed: number, part: number): number => seed + part * 2 ** 42
