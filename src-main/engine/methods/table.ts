import type { MethodName } from '../../contract/lab.ts'
import { newestCheckpoint } from '../training/checkpoint.ts'
import { trainNetwork } from '../training/train-network.ts'
import { metaPseudoLabels } from './meta-pseudo-labels.ts'
import type { Method } from './method.ts'
import { noisyStudent } from './noisy-student.ts'

/** The loss on what it can use, and no more. */
const direct: Method = (spec, data, control) => {
  const from = spec.folder === undefined ? undefined : newestCheckpoint(spec.folder)?.checkpoint
  return trainNetwork({ ...spec, ...(from && { from }) }, data, control)
}

export const METHODS_BY_NAME: Readonly<Record<MethodName, Method>> = {
  direct,
  'noisy-student': noisyStudent,
  'meta-pseudo-labels': metaPseudoLabels,
}
