import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { runTrial, type TrialSpec } from '../../../src-main/engine/lab/trial.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { newestCheckpoint, weightHash } from '../../../src-main/engine/training/checkpoint.ts'
import { Cancelled, createControl, type Control } from '../../../src-main/engine/training/control.ts'
import { backends, resources } from '../fixture.ts'
import { cloudNetwork, clouds, cutAfter } from './clouds.ts'

const data = clouds(400, 12, 200, 4)
const config = {
  method: 'meta-pseudo-labels',
  seed: 4,
  steps: 150,
  batch: 16,
  points: 3,
  rate: 0.05,
  schedule: { kind: 'cosine' },
  watches: false,
} as const satisfies Partial<TrialSpec>

async function run(changed: Partial<TrialSpec>, control: Control = createControl()) {
  const network = cloudNetwork(config.seed)
  const notices: string[] = []
  try {
    const trial = await runTrial(
      { ...config, ...changed, network, onNotice: ({ message }) => notices.push(message) },
      data,
      control,
    )
    return { ...trial, weights: weightHash(network.read()), notices }
  } finally {
    network.dispose()
  }
}

describe.each(backends)('Meta Pseudo Labels on %s', (backend) => {
  let folder: string
  beforeAll(async () => {
    await chooseBackend(resources, backend)
    folder = mkdtempSync(join(tmpdir(), 'semblance-meta-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('makes a student that recognises what it was only taught, as graphs, and leaves no tensor', async () => {
    const tensors = tf.memory().numTensors
    const { error, curve, notices } = await run({ loss: 'softmax' })
    // Two of three would be wrong by chance; at step 100 the student has seen no label yet.
    expect(curve[1]!.step).toBe(100)
    expect(curve[1]!.error).toBeLessThan(0.45)
    expect(error).toBeLessThan(0.4)
    expect(notices).toEqual([])
    expect(tf.memory().numTensors).toBe(tensors)
  })

  it('ends with the same weights when it is killed on the way and at the end', async () => {
    // Each backend with another kind of loss, for the sake of time.
    const loss = backend === 'wasm' ? 'softmax' : 'distance-ratio-plain'
    const short = { loss, steps: 20, optimizer: { kind: 'adam' }, rate: 0.01 } as const
    const whole = await run({ ...short, folder: join(folder, 'whole') })
    const own = { ...short, folder: join(folder, loss) }
    for (const control of [cutAfter(5), cutAfter(12), cutAfter(19)])
      await expect(run(own, control)).rejects.toThrow(Cancelled)
    expect(await run(own)).toEqual({ ...whole, seconds: expect.any(Number) as number })
    expect((await run(own)).weights).toBe(whole.weights)
    // The teacher, too, and all that it goes on with.
    const [one, other] = ['whole', loss].map((name) => newestCheckpoint(join(folder, name, 'part-0'))!.checkpoint)
    expect(weightHash(other!.tensors)).toBe(weightHash(one!.tensors))
    expect(other!.numbers).toEqual(one!.numbers)
  })
})
