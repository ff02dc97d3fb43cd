import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../../../src-main/contract/jobs.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { LOSSES, type LossName } from '../../../src-main/engine/losses/table.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import type { StepReport } from '../../../src-main/engine/training/control.ts'
import { trainNetwork } from '../../../src-main/engine/training/train-network.ts'
import { backends, resources } from '../fixture.ts'
import { barsData, tinyNetwork, tinySpec } from './blobs.ts'
import { draws, farthest } from './fixture.ts'

const STEPS = 6
const data = { ...barsData(), weights: draws(60, 9).map((x) => Math.min(1, Math.abs(x))) }

/** Losses, rates and terms of each step, and the weights at the end. */
async function run(loss: LossName) {
  const network = tinyNetwork(1)
  const reports: StepReport[] = []
  const notices: Problem[] = []
  const end = await trainNetwork(
    {
      ...tinySpec(network, 1),
      ...{ loss, steps: STEPS, normalised: true, ramp: STEPS, weights: { labelled: 1, unlabelled: 0.7, balance: 0.3 } },
      onNotice: (notice) => notices.push(notice),
    },
    data,
    { checkpointDue: () => false, tick: (report) => Promise.resolve(void reports.push(report)) },
  )
  network.dispose()
  const numbers = reports.flatMap(({ rate, labelled, entropy = 0, balance = 0 }) => [rate, labelled, entropy, balance])
  const weights = [...end.weights.values(), ...end.average!.values()].flatMap(({ values }) => [...values])
  return { notices, numbers: [...(numbers as number[]), ...weights] }
}

describe.runIf(backends.includes('tfjs-node'))('the step of a training run', () => {
  beforeAll(() => chooseBackend(resources, 'tfjs-node'))
  const operationByOperation = (on: boolean) => {
    // Graphs are for the CPU.
    ;(tf.backend() as unknown as { isUsingGpuDevice: boolean }).isUsingGpuDevice = on
  }
  afterEach(() => operationByOperation(false))

  it.each(Object.keys(LOSSES) as LossName[])(
    'runs as a graph under the loss %s and gives the same, while λ and the rate change',
    async (loss) => {
      const graph = await run(loss)
      expect(graph.notices).toEqual([])
      operationByOperation(true)
      const plain = await run(loss)
      expect(farthest(graph.numbers, plain.numbers)).toBeLessThan(1e-4)
    },
  )
})
