import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { runTrial, type TrialSpec } from '../../../src-main/engine/lab/trial.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { weightHash } from '../../../src-main/engine/training/checkpoint.ts'
import { Cancelled, createControl, type Control } from '../../../src-main/engine/training/control.ts'
import { backends, resources } from '../fixture.ts'
import { cloudNetwork, clouds, cutAfter } from './clouds.ts'

const data = clouds(600, 6, 200, 4)
const config = {
  method: 'noisy-student',
  loss: 'softmax',
  seed: 4,
  steps: 400,
  batch: 16,
  points: 4,
  rate: 0.05,
  schedule: { kind: 'cosine' },
} as const satisfies Partial<TrialSpec>

/** Its error after each quarter, that is of the first teacher and of each student. */
async function run(changed: Partial<TrialSpec>, control: Control = createControl(), given = data) {
  const network = cloudNetwork(config.seed)
  const notices: string[] = []
  try {
    const trial = await runTrial(
      { ...config, ...changed, network, onNotice: ({ message }) => notices.push(message) },
      given,
      control,
    )
    return { ...trial, weights: weightHash(network.read()), notices }
  } finally {
    network.dispose()
  }
}

describe.each(backends)('Noisy Student on %s', (backend) => {
  let folder: string
  beforeAll(async () => {
    await chooseBackend(resources, backend)
    folder = mkdtempSync(join(tmpdir(), 'semblance-noisy-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('makes a student that errs less than its first teacher, and leaves no tensor', async () => {
    const tensors = tf.memory().numTensors
    const { curve, error, notices } = await run({})
    const [teacher, ...students] = curve.map((point) => point.error!)
    expect(students).toHaveLength(3)
    expect(students[0]).toBeLessThan(teacher!)
    expect(students.at(-1)).toBeLessThan(teacher! - 0.05)
    expect(error).toBe(students.at(-1))
    expect(notices).toEqual([])
    expect(tf.memory().numTensors).toBe(tensors)
  })

  it('ends with the same weights when it is killed within and between rounds', async () => {
    // Each backend with another kind of loss, for the sake of time.
    const loss = backend === 'wasm' ? 'softmax' : 'distance-ratio-plain'
    const short = { loss, steps: 24, average: 0.9, rate: 0.01 } as const
    const whole = await run(short)
    const own = { ...short, folder: join(folder, loss) }
    // In the teacher, in the first step of a round without a checkpoint of it, and in the last student.
    for (const control of [cutAfter(2), cutAfter(7, false), cutAfter(16), cutAfter(21)])
      await expect(run(own, control)).rejects.toThrow(Cancelled)
    expect(await run(own)).toEqual({ ...whole, seconds: expect.any(Number) as number })
    expect((await run(own)).weights).toBe(whole.weights)
  })
})

describe('Noisy Student', () => {
  beforeAll(async () => void (await chooseBackend(resources, 'tfjs-node')))

  it('refuses in words what gives no probabilities, and a set without unlabelled pictures', async () => {
    await expect(run({ loss: 'triplet-semi-hard' })).rejects.toMatchObject({
      code: 'wrong-use',
      message: expect.stringContaining('triplet-semi-hard learns from pairs') as string,
    })
    await expect(run({}, createControl(), { ...data, unlabelled: new Int32Array() })).rejects.toMatchObject({
      code: 'wrong-use',
      message: expect.stringContaining('unlabelled pictures') as string,
    })
  })
})
