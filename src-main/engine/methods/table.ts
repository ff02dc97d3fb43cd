import type { MethodName } from '../../contract/lab.ts'
import { newestCheckpoint } from '../training/checkpoint.ts'
import type { Control } from '../training/control.ts'
import { trainNetwork, type TrainData, type TrainEnd, type TrainSpec } from '../training/train-network.ts'

/** Of the whole method; with a folder it goes on from what it left there. */
export type MethodSpec = Omit<TrainSpec, 'heldOut' | 'from'>
export type Method = (spec: MethodSpec, data: TrainData, control: Control) => Promise<TrainEnd>

/** The loss on what it can use, and no more. */
const direct: Method = (spec, data, control) => {
  const from = spec.folder === undefined ? undefined : newestCheckpoint(spec.folder)?.checkpoint
  return trainNetwork({ ...spec, ...(from && { from }) }, data, control)
}

export const METHODS_BY_NAME: Readonly<Partial<Record<MethodName, Method>>> = {
  direct,
}
