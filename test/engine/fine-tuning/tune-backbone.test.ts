import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { resourcesFolder } from '../../../src-main/core/places.ts'
import type { RunConfig } from '../../../src-main/contract/types.ts'
import type { Backbone } from '../../../src-main/engine/backbone.ts'
import { openBackbone } from '../../../src-main/engine/backbones.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { cutBackbone, parametersOf } from '../../../src-main/engine/fine-tuning/cut.ts'
import { tuneBackbone } from '../../../src-main/engine/fine-tuning/tune-backbone.ts'
import type { HeadData } from '../../../src-main/engine/heads/data.ts'
import { unwatched } from '../../../src-main/engine/heads/fit.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { newestCheckpoint, weightHash } from '../../../src-main/engine/training/checkpoint.ts'
import { createControl } from '../../../src-main/engine/training/control.ts'
import { temporaryFolder } from '../../core/fixture.ts'
import { crops, headData } from './fixture.ts'

const THINGS = 3
const EACH = 4
const CONFIG: RunConfig = { recipe: 'fine-tune', seed: 4, steps: 4, batch: 8, blocks: 1, rate: 1e-4 }

describe.each(['tfjs-node', 'wasm'])('fine-tuning on %s', (name) => {
  let backbone: Backbone
  let data: HeadData
  const all = crops(112, THINGS, EACH)
  beforeAll(async () => {
    await chooseBackend(resourcesFolder, name)
    backbone = await openBackbone(resourcesFolder, 'face')
    data = headData(backbone, all, THINGS, EACH)
  }, 60_000)

  it('changes every weight of the chosen blocks and no other', async () => {
    const before = tf.memory().numTensors
    const { weights, data: tuned } = await tuneBackbone(
      data,
      backbone,
      all,
      { ...CONFIG, blocks: 2, steps: 2 },
      unwatched,
    )
    const cut = cutBackbone(backbone, 2)
    expect([...weights.keys()].sort()).toEqual([...cut.start.keys()].sort())
    cut.dispose()
    expect([...weights.keys()].every((path) => /^(stage3\/1|head|global-|embedding)/.test(path))).toBe(true)
    for (const [path, { values }] of weights) {
      const shipped = backbone.weights.get(path)!.values
      expect(
        values.some((value, i) => value !== shipped[i]),
        path,
      ).toBe(true)
      expect(
        values.every((value, i) => Math.abs(value - shipped[i]!) < 2e-3),
        path,
      ).toBe(true)
    }
    expect(tuned.photos.rows).toBe(THINGS * EACH)
    expect(tuned.photos.values.some((value, i) => value !== data.photos.values[i])).toBe(true)
    expect(tf.memory().numTensors).toBe(before)
  }, 60_000)

  it('is the shipped network before the first step, features and all', async () => {
    const { weights, data: same } = await tuneBackbone(data, backbone, all, { ...CONFIG, steps: 0 }, unwatched)
    for (const [path, { values }] of weights) expect(values).toEqual(backbone.weights.get(path)!.values)
    const off = same.photos.values.map((value, i) => Math.abs(value - data.photos.values[i]!))
    expect(Math.max(...off)).toBeLessThan(1e-4)
  })

  it('ends with the same weights when it is stopped in the middle and gone on with', async () => {
    const notices: string[] = []
    const onNotice = ({ code }: { code: string }) => notices.push(code)
    const whole = await tuneBackbone(data, backbone, all, CONFIG, unwatched, { onNotice })
    const folder = temporaryFolder(onTestFinished)
    const control = createControl({
      checkpointSeconds: 0,
      onStep: ({ step }) => {
        if (step === 3) control.cancel()
      },
    })
    await expect(tuneBackbone(data, backbone, all, CONFIG, control, { folder })).rejects.toThrow('cancelled')
    expect(readdirSync(folder)).toHaveLength(2)
    const from = newestCheckpoint(folder)!.checkpoint
    expect(from.step).toBe(2)
    const parted = await tuneBackbone(data, backbone, all, CONFIG, unwatched, { folder, from })
    expect(weightHash(parted.weights)).toBe(weightHash(whole.weights))
    // On TensorFlow a step is one graph; one that could not be would say so.
    expect(notices).toEqual([])
  }, 60_000)

  it('gives, before the first step, features as the whole network gives them', () => {
    for (const blocks of [1, 3, 'all'] as const) {
      const cut = cutBackbone(backbone, blocks)
      const shipped = cutBackbone(backbone, 1)
      const crop = all.photos.subarray(0, 112 * 112 * 3)
      const [a, b] = [cut, shipped].map((one) => one.after(parametersOf(one.start), one.before(crop)).dataSync())
      expect(Math.max(...a!.map((value, i) => Math.abs(value - b![i]!)))).toBeLessThan(1e-4)
      cut.dispose()
      shipped.dispose()
    }
    expect(() => cutBackbone(backbone, 99)).toThrow('blocks')
  })
})
