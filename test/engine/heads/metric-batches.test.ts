import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { onPhotos } from '../../../src-main/engine/heads/data.ts'
import { beginning } from '../../../src-main/engine/heads/fit.ts'
import { row } from '../../../src-main/engine/heads/matrix.ts'
import { createBatches } from '../../../src-main/engine/heads/metric-batches.ts'
import { trainHead } from '../../../src-main/engine/heads/train-head.ts'
import { unwatched } from '../../../src-main/engine/heads/fit.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'
import { world } from './fixture.ts'

const { data } = world({ classes: 3, each: 8 })
/** A photo of the first thing that is said to be the third one. */
const confirmed = { ...data, mustLink: [{ photo: 1, label: 2 }] }

describe('a photo that is confirmed', () => {
  beforeAll(async () => void (await chooseBackend(resources, backends[0])))

  it('has its identity as its target, also where only some photos are learned from', () => {
    expect([...row(beginning(confirmed).overlap, 1)]).toEqual([0, 0, 1])
    const { data: part, overlap } = beginning(onPhotos(confirmed, Int32Array.from([5, 1, 9, 10, 17, 18])))
    expect(part.mustLink).toEqual([{ photo: 1, label: 2 }])
    expect([...row(overlap, 1)]).toEqual([0, 0, 1])
    expect(beginning(onPhotos(confirmed, Int32Array.from([5, 9, 17]))).data.mustLink).toEqual([])
  })

  it('is asked about in place of a reference of its identity, and of no other', () => {
    const { data: made, overlap } = beginning(confirmed)
    const views = made.photoViews.rows / made.photos.rows
    const own = [row(made.photos, 1), ...Array.from({ length: views }, (_, v) => row(made.photoViews, views + v))]
    const batches = createBatches(made, overlap, createRandom(1))
    const asked = [0, 0, 0]
    for (let step = 0; step < 60; step++)
      tf.tidy(() => {
        const queries = batches.next(8).queries.arraySync()
        queries.forEach((query, label) => {
          if (own.some((view) => view.every((value, i) => value === query[i]))) asked[label]!++
        })
      })
    expect(asked.slice(0, 2)).toEqual([0, 0])
    expect(asked[2]).toBeGreaterThan(15)
    expect(asked[2]).toBeLessThan(45)
  })

  it('is not asked about again in the review', async () => {
    const config = { recipe: 'propagate', seed: 1 } as const
    const { answers } = await trainHead(confirmed, config, unwatched)
    expect(answers.entropy[1]).toBe(0)
    expect((await trainHead(data, config, unwatched)).answers.entropy[1]).toBeGreaterThan(0)
  })
})
