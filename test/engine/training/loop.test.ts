import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Problem } from '../../../src-main/contract/jobs.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { newestCheckpoint } from '../../../src-main/engine/training/checkpoint.ts'
import { createControl, type Control, type StepReport } from '../../../src-main/engine/training/control.ts'
import { runLoop, type LoopOptions } from '../../../src-main/engine/training/loop.ts'
import { nesterov } from '../../../src-main/engine/training/optimizers.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import type { Recipe } from '../../../src-main/engine/training/recipe.ts'
import { trainNetwork } from '../../../src-main/engine/training/train-network.ts'
import { backends, resources } from '../fixture.ts'
import { barsData, tinyNetwork, tinySpec } from './blobs.ts'

let folder: string
beforeAll(async () => {
  await chooseBackend(resources, backends[0])
})
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'semblance-loop-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a checkpoint after every step. */
function saving(reports: StepReport[] = []): Control {
  return {
    checkpointDue: () => true,
    tick(report, save) {
      reports.push(report)
      save?.()
      return Promise.resolve()
    },
  }
}

interface Fault {
  /** Multiplies the loss of a step by this. */
  readonly factor?: (step: number) => number
  /** Thrown in a step, with this batch. */
  readonly error?: (step: number, batch: number) => Error | undefined
}

/** θ ← least of ½(θ − 3)², with faults; every step draws one number. */
function quadratic({ factor = () => 1, error = () => undefined }: Fault = {}) {
  const theta = tf.variable(tf.scalar(0))
  const random = createRandom(1)
  const variables = new Map([['theta', theta]])
  const batches: number[] = []
  const recipe: Recipe = {
    variables,
    read: () => new Map([['theta', { shape: [], values: Float32Array.from(theta.dataSync()) }]]),
    write: (stored) => theta.assign(tf.scalar(stored.get('theta')!.values[0]!)),
    state: () => null,
    restore: () => {},
    forward: ({ half }) => ({ loss: tf.mul(tf.square(tf.sub(theta, 3)), half!) as never, seen: {} }),
    draw(step, batch) {
      random.next()
      const thrown = error(step, batch)
      if (thrown) throw thrown
      batches.push(batch)
      return {
        pictures: batch,
        inputs: () => ({ half: tf.scalar(0.5 * factor(step)) }),
        look: () => ({ report: {} }),
      }
    },
  }
  const notices: Problem[] = []
  const optimizer = nesterov(variables, { momentum: 0 })
  const options: LoopOptions = {
    ...{ recipe, optimizer, random, folder, steps: 12, rate: 0.2, schedule: { kind: 'constant' }, batch: 32 },
    ...{ watches: false, control: saving(), onNotice: (notice) => notices.push(notice) },
  }
  return { options, notices, batches, theta }
}

describe('a step that is no number', () => {
  it('is not taken: the run goes back to its checkpoint, halves the rate and ends well', async () => {
    let faults = 0
    const { options, notices, theta } = quadratic({ factor: (step) => (step === 5 && faults++ === 0 ? NaN : 1) })
    const rates: number[] = []
    const control: Control = {
      ...saving(),
      tick(report, save) {
        rates.push(report.rate!)
        save?.()
        return Promise.resolve()
      },
    }
    expect(await runLoop({ ...options, control })).toMatchObject({ outcome: 'done', step: 12 })
    expect(notices.map(({ code }) => code)).toEqual(['not-a-number'])
    expect(rates.map((rate) => rate.toFixed(2))).toEqual([...Array(5).fill('0.20'), ...Array(7).fill('0.10')])
    expect(theta.dataSync()[0]).toBeCloseTo(3 * (1 - 0.8 ** 5 * 0.9 ** 7), 4)
  })

  it('never reaches the disk, whether loss, gradient or weight', async () => {
    const wrongs = [
      { rate: 0.2, factor: (step: number) => (step >= 4 ? NaN : 1) },
      { rate: 0.2, factor: (step: number) => (step >= 4 ? Infinity : 1) },
      // Loss and gradient are finite, and the step leaves float32.
      { rate: 2e20, factor: (step: number) => (step >= 4 ? 5e18 : 1e-21) },
    ]
    for (const { rate, factor } of wrongs) {
      const { options } = quadratic({ factor })
      const end = await runLoop({ ...options, rate })
      expect(end).toMatchObject({
        outcome: 'stopped',
        problem: { message: expect.stringContaining('gone back 3 times') },
      })
      for (const name of readdirSync(folder)) {
        const { checkpoint } = newestCheckpoint(folder)!
        expect(name).toMatch(/^checkpoint-\d+$/)
        for (const { values } of checkpoint.tensors.values()) expect(values.every(Number.isFinite)).toBe(true)
      }
      rmSync(folder, { recursive: true, force: true })
    }
  })

  it('stops the run after three chances, and says why', async () => {
    const { options, notices } = quadratic({ factor: (step) => (step === 5 ? NaN : 1) })
    const end = await runLoop(options)
    expect(end).toMatchObject({ outcome: 'stopped', step: 5, problem: { code: 'not-a-number' } })
    expect(end.problem!.message).toContain('no finite number')
    expect(notices).toHaveLength(3)
  })
})

describe('steps that cannot be one graph', () => {
  it.runIf(backends[0] === 'tfjs-node')('are taken one operation after the other, and that is said once', async () => {
    const good = quadratic()
    await runLoop(good.options)
    expect(good.notices).toEqual([])
    const { options, notices, theta } = quadratic()
    let calls = 0
    const forward = () => ({ loss: tf.mul(tf.square(tf.sub(theta, 3)), 0.5 + calls++) as never, seen: {} })
    await runLoop({ ...options, steps: 2, recipe: { ...options.recipe, forward } })
    expect(notices).toMatchObject([{ code: 'not-compiled', message: expect.stringContaining('not among its inputs') }])
    expect(theta.dataSync()[0]).toBeCloseTo(3 * (1 - 0.8 * 0.4), 4)
  })
})

describe('memory that ends', () => {
  const oom = () => new Error('OOM when allocating tensor with shape[32]')

  it('halves the batch down to 8, each time told, and the result is that of a run', async () => {
    const { options, notices, batches } = quadratic({ error: (_, batch) => (batch > 8 ? oom() : undefined) })
    expect(await runLoop(options)).toMatchObject({ outcome: 'done', step: 12 })
    expect(notices.map(({ code }) => code)).toEqual(['batch-halved', 'batch-halved'])
    expect(batches).toEqual(Array(12).fill(8))
  })

  it('in the middle of a run goes on from the checkpoint, with the batch that sufficed', async () => {
    const { options, batches } = quadratic({ error: (step, batch) => (step === 6 && batch > 16 ? oom() : undefined) })
    const reports: StepReport[] = []
    expect(await runLoop({ ...options, control: saving(reports) })).toMatchObject({ outcome: 'done' })
    expect(batches).toEqual([...Array(6).fill(32), ...Array(6).fill(16)])
    expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1))
  })

  it('at the smallest batch ends the run in words, its checkpoint kept', async () => {
    const { options } = quadratic({ error: (step) => (step === 6 ? oom() : undefined) })
    await expect(runLoop(options)).rejects.toMatchObject({ code: 'out-of-memory' })
    expect(newestCheckpoint(folder)?.checkpoint.step).toBe(6)
  })

  it('is no cover for another error', async () => {
    const { options } = quadratic({ error: () => new Error('Argument x is wrong') })
    await expect(runLoop(options)).rejects.toThrow('Argument x is wrong')
  })
})

describe.each(backends)('a training run on %s', (backend) => {
  it('keeps no tensor: as many after 200 steps as after 20', { timeout: 60_000 }, async () => {
    await chooseBackend(resources, backend)
    const network = tinyNetwork(1)
    const counts: number[] = []
    const control: Control = {
      checkpointDue: () => false,
      tick({ step }, save) {
        if (step % 20 === 0) {
          save?.()
          counts.push(tf.memory().numTensors)
        }
        return Promise.resolve()
      },
    }
    const before = tf.memory().numTensors
    await trainNetwork({ ...tinySpec(network, 1), steps: 200, folder }, barsData(), control)
    expect(counts).toEqual(Array(10).fill(counts[0]))
    expect(tf.memory().numTensors).toBe(before)
    network.dispose()
  })

  it('learns: the labelled loss falls and held-out bars are told apart', async () => {
    await chooseBackend(resources, backend)
    const network = tinyNetwork(1)
    const reports: StepReport[] = []
    const end = await trainNetwork({ ...tinySpec(network, 1), steps: 60, average: 0.9 }, barsData(), {
      checkpointDue: () => false,
      tick: (report) => Promise.resolve(void reports.push(report)),
    })
    expect(end.outcome).toBe('done')
    expect(reports.at(-1)!.labelled!).toBeLessThan(0.5 * reports[0]!.labelled!)
    expect(reports.at(-1)!.balance!).toBeGreaterThan(0.7)
    expect(reports.filter(({ entropies }) => entropies?.length === 8)).toHaveLength(12)
    network.dispose()
  })

  it('is cancelled within 500 ms, leaving no tensor of its own', async () => {
    await chooseBackend(resources, backend)
    const network = tinyNetwork(1)
    const before = tf.memory().numTensors
    const control = createControl()
    const ended = trainNetwork({ ...tinySpec(network, 1), steps: 100_000 }, barsData(), control).catch(
      (e: Error) => e.name,
    )
    await new Promise((wake) => setTimeout(wake, 300))
    const began = performance.now()
    control.cancel()
    expect(await ended).toBe('Cancelled')
    expect(performance.now() - began).toBeLessThan(500)
    expect(tf.memory().numTensors).toBe(before)
    network.dispose()
  })
})

describe('the weights of the smallest held-out error', () => {
  it('are kept, also through a checkpoint', async () => {
    const { options } = quadratic()
    const errors = [0.5, 0.2, 0.4, 0.3]
    let at = 0
    const measure = () => ({ error: errors[at++ % 4]!, trials: 10 })
    const end = await runLoop({ ...options, heldOut: { every: 3, measure } })
    expect(end.best).toMatchObject({ step: 6, error: 0.2 })
    const kept = newestCheckpoint(folder)!.checkpoint.tensors.get('best/theta')!
    expect(kept.values[0]).toBeCloseTo(3 * (1 - 0.8 ** 6), 4)
    expect((end.best!.tensors.get('theta')! as { values: Float32Array }).values).toEqual(kept.values)
  })
})
