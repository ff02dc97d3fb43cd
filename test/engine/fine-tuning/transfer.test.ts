import { beforeAll, describe, expect, it } from 'vitest'
import { resourcesFolder } from '../../../src-main/core/places.ts'
import type { RunConfig } from '../../../src-main/contract/types.ts'
import type { Backbone } from '../../../src-main/engine/backbone.ts'
import { openBackbone } from '../../../src-main/engine/backbones.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { tuneBackbone } from '../../../src-main/engine/fine-tuning/tune-backbone.ts'
import type { HeadData } from '../../../src-main/engine/heads/data.ts'
import { fitHead, unwatched } from '../../../src-main/engine/heads/fit.ts'
import { weightHash } from '../../../src-main/engine/training/checkpoint.ts'
import { crops, headData } from './fixture.ts'

const THINGS = 3
const EACH = 4
const TUNED: RunConfig = { recipe: 'fine-tune', seed: 4, steps: 2, batch: 8, rate: 1e-4 }

/** Transfer as the texts have it: the network frozen under a head, its last blocks learned, or all of it. */
describe('a shipped network that is transferred', () => {
  let backbone: Backbone
  let data: HeadData
  const all = crops(112, THINGS, EACH)
  beforeAll(async () => {
    await chooseBackend(resourcesFolder, 'tfjs-node')
    backbone = await openBackbone(resourcesFolder, 'face')
    data = headData(backbone, all, THINGS, EACH)
  }, 60_000)

  const changed = (weights: ReadonlyMap<string, { readonly values: Float32Array }>) =>
    [...weights].filter(([path, { values }]) => {
      const shipped = backbone.weights.get(path)!.values
      return values.some((value, i) => value !== shipped[i])
    }).length

  it('learns a head alone when it is frozen', async () => {
    const before = weightHash(backbone.weights)
    const config: RunConfig = { recipe: 'distance-ratio', seed: 4, steps: 5, batch: 8 }
    const { head } = await fitHead(data, config, unwatched)
    const fewer = await fitHead(data, { ...config, steps: 1 }, unwatched)
    expect(head.weights).not.toEqual(fewer.head.weights)
    expect(weightHash(backbone.weights)).toBe(before)
  })

  it('learns its last blocks, or every weight that it has, and what is shipped stays', async () => {
    const before = weightHash(backbone.weights)
    const last = await tuneBackbone(data, backbone, all, { ...TUNED, blocks: 2 }, unwatched)
    const whole = await tuneBackbone(data, backbone, all, { ...TUNED, blocks: 'all' }, unwatched)
    const count = backbone.weights.size
    expect(changed(last.weights)).toBe(last.weights.size)
    expect(last.weights.size).toBeLessThan(count / 4)
    expect([changed(whole.weights), whole.weights.size]).toEqual([count, count])
    expect(weightHash(backbone.weights)).toBe(before)
  }, 60_000)
})
