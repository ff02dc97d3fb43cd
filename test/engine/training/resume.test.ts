import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { decode, encode, weightHash, type Checkpoint } from '../../../src-main/engine/training/checkpoint.ts'
import { Cancelled, type Control } from '../../../src-main/engine/training/control.ts'
import { trainNetwork } from '../../../src-main/engine/training/train-network.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { newestCheckpoint } from '../../../src-main/engine/training/checkpoint.ts'
import { backends, resources } from '../fixture.ts'
import { barsData, tinyNetwork, tinySpec } from './blobs.ts'

const CUTS = [1, 11, 23]
const SEEDS = [1, 2]
const data = barsData()

/** Ends the run after a step, its checkpoint written. */
function cutAfter(step: number): Control {
  return {
    checkpointDue: () => false,
    tick(report, save) {
      if (report.step !== step) return Promise.resolve()
      save?.()
      return Promise.reject(new Cancelled())
    },
  }
}
const never = cutAfter(Infinity)

/** The hash of the weights, and of their moving mean, at the end. */
async function run(seed: number, from?: Checkpoint, control = never, folder?: string): Promise<string> {
  // Other first weights: all that counts must come from the checkpoint.
  const network = tinyNetwork(from ? seed + 100 : seed)
  try {
    const end = await trainNetwork(
      { ...tinySpec(network, seed), ...(from && { from }), ...(folder && { folder }) },
      data,
      control,
    )
    return `${weightHash(end.weights)} ${weightHash(end.average!)}`
  } finally {
    network.dispose()
  }
}

describe.each(backends)('a resumed run on %s', (backend) => {
  let folder: string
  beforeAll(async () => {
    await chooseBackend(resources, backend)
    folder = mkdtempSync(join(tmpdir(), 'semblance-resume-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(SEEDS)('ends with the weights of the uninterrupted one, seed %i, cut at three places', async (seed) => {
    const whole = await run(seed)
    expect(await run(seed)).toBe(whole)
    for (const cut of CUTS) {
      const own = join(folder, `${seed}-${cut}`)
      await expect(run(seed, undefined, cutAfter(cut), own)).rejects.toThrow(Cancelled)
      const { checkpoint } = newestCheckpoint(own)!
      expect(checkpoint.step).toBe(cut)
      expect(await run(seed, checkpoint)).toBe(whole)
    }
    expect(await run(seed + 2)).not.toBe(whole)
  })

  it('needs every tensor and number of the checkpoint', async () => {
    const own = join(folder, 'all')
    await expect(run(1, undefined, cutAfter(11), own)).rejects.toThrow(Cancelled)
    const { checkpoint } = newestCheckpoint(own)!
    const whole = await run(1)
    type Saved = { random: number[]; optimizer: { accBeta1: number }; recipe: { queries: { place: number } } }
    const numbers = () => structuredClone(checkpoint.numbers) as Saved
    const other = { random: numbers(), beta: numbers(), place: numbers() }
    other.random.random[0]! ^= 1
    other.beta.optimizer.accBeta1 *= 0.999
    other.place.recipe.queries.place -= 1
    for (const changed of Object.values(other))
      expect(await run(1, { ...checkpoint, numbers: changed })).not.toBe(whole)
    for (const name of ['optimizer/m/a/kernel', 'optimizer/v/b/gamma', 'weights/a/mean', 'average/b/kernel']) {
      const tensors = new Map(checkpoint.tensors)
      const { shape, values } = tensors.get(name)!
      tensors.set(name, { shape, values: values.map((value) => value * 1.01 + 0.001) })
      expect(await run(1, decode(encode({ ...checkpoint, tensors }))), name).not.toBe(whole)
    }
  })

  it('refuses a checkpoint of another configuration', async () => {
    const own = join(folder, 'other')
    await expect(run(1, undefined, cutAfter(2), own)).rejects.toThrow(Cancelled)
    const { checkpoint } = newestCheckpoint(own)!
    await expect(run(2, checkpoint)).rejects.toThrow('another configuration')
  })
})
