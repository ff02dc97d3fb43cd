import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { applyHeadTo, onPhotos, standardise } from '../../../src-main/engine/heads/data.ts'
import { fitHead, HEAD_RECIPES, unwatched, type HeadRecipe } from '../../../src-main/engine/heads/fit.ts'
import { forecastHead } from '../../../src-main/engine/heads/forecast.ts'
import { gate, kappa, occupancy, plainChampion } from '../../../src-main/engine/heads/gate.ts'
import { matrix, pick, row, unitRows } from '../../../src-main/engine/heads/matrix.ts'
import { ranked } from '../../../src-main/engine/heads/strangers.ts'
import { trainHead } from '../../../src-main/engine/heads/train-head.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { createControl, Cancelled, type StepReport } from '../../../src-main/engine/training/control.ts'
import { backends, resources } from '../fixture.ts'
import { rightly, world } from './fixture.ts'

const { data, others, otherTruth } = world()
const how = () => standardise(data).how
const config = (recipe: HeadRecipe, steps = 40) => ({ recipe, seed: 1, steps, batch: 32 })

function rank1(rows: ReturnType<typeof matrix>, stands: ReturnType<typeof matrix>): number {
  const { classes } = ranked(rows, stands, data.labels)
  return rightly(
    otherTruth.map((_, i) => classes[2 * i]!),
    otherTruth,
  )
}

describe.each(backends)('heads on %s', (backend) => {
  beforeAll(async () => void (await chooseBackend(resources, backend)))

  it.each(HEAD_RECIPES)('by %s recognise photos that they never saw better than the features do', async (recipe) => {
    const champion = plainChampion(data, how())
    const before = rank1(champion.embed(others), champion.references)
    const tensors = tf.memory().numTensors
    const { head, answers, gate: verdict } = await trainHead(data, config(recipe), unwatched)
    expect(tf.memory().numTensors).toBe(tensors)
    const stands = head.prototypes
      ? matrix(6, head.dimensions, head.prototypes.vectors)
      : applyHeadTo(head, data.references)
    expect(rank1(applyHeadTo(head, others), stands)).toBeGreaterThan(before + 0.1)
    expect(verdict.passes).toBe(true)
    expect(answers.classes).toHaveLength(2 * data.photos.rows)
    for (const value of answers.probabilities) expect(value >= 0 && value <= 1).toBe(true)
    for (const value of answers.entropy) expect(value >= 0 && value <= 1.0001).toBe(true)
    expect(answers.hangs.reduce((sum, value) => sum + value, 0)).toBe(5 * data.photos.rows)
  })
})

describe(`a run of a head on ${backends[0]}`, () => {
  beforeAll(async () => void (await chooseBackend(resources, backends[0])))

  it('ends with the same numbers for the same seed and others for another', async () => {
    const weights = async (seed: number) =>
      (await fitHead(data, { ...config('distance-ratio', 10), seed }, unwatched)).head.weights
    const first = await weights(1)
    expect(await weights(1)).toEqual(first)
    expect(await weights(2)).not.toEqual(first)
  })

  it('reports every step with a falling entropy, and stops when it is cancelled', async () => {
    const steps: StepReport[] = []
    await fitHead(data, config('distance-ratio'), createControl({ onStep: (step) => steps.push(step) }))
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
    const mean = (some: StepReport[]) => some.reduce((sum, { entropy }) => sum + entropy!, 0) / some.length
    expect(mean(steps.slice(-10))).toBeLessThan(mean(steps.slice(0, 10)))
    const control = createControl({ onStep: ({ step }) => step === 3 && control.cancel() })
    await expect(fitHead(data, config('distance-ratio'), control)).rejects.toBeInstanceOf(Cancelled)
  })

  it('is refused by the gate when it puts all photos at one reference', async () => {
    const champion = plainChampion(data, how())
    const collapsed = await gate(
      data,
      champion,
      async (part) => {
        const fitted = await fitHead(part, config('whiten'), unwatched)
        const away = matrix(fitted.stands.rows, fitted.stands.columns)
        const centre = unitRows(matrix(1, away.columns, fitted.photos.values.slice(0, away.columns)))
        for (let r = 0; r < away.rows; r++) row(away, r).set(row(centre, 0).map((value) => (r === 0 ? value : -value)))
        return { ...fitted, stands: away }
      },
      1,
    )
    expect(collapsed.passes).toBe(false)
    expect(collapsed.occupancy.after).toBeLessThan(collapsed.occupancy.before)
  })

  it('uses a second reference of each identity as labelled evidence once there are enough', async () => {
    const many = world({ classes: 24, each: 8 })
    const twice = {
      ...many.data,
      references: matrix(
        48,
        28,
        Float32Array.from([...many.data.references.values, ...pick(many.others, [...Array(24).keys()]).values]),
      ),
      referenceViews: matrix(
        144,
        28,
        Float32Array.from([...many.data.referenceViews.values, ...many.data.referenceViews.values]),
      ),
      labels: Int32Array.from({ length: 48 }, (_, i) => i % 24),
    }
    const { heldOut } = await gate(
      twice,
      plainChampion(twice, standardise(twice).how),
      (part) => fitHead(part, config('whiten'), unwatched),
      1,
    )
    expect(heldOut.kind).toBe('labelled')
    expect(heldOut.truth).toHaveLength(24)
    expect(heldOut.answered).toHaveLength(48)
    expect(heldOut.genuine.after).toHaveLength(24)
  })

  it('forecasts gain where heads gain, with an interval', async () => {
    const forecast = await forecastHead(data, config('propagate'), plainChampion(data, how()), unwatched)
    expect(forecast.verdict).toBe('gain')
    expect(forecast.low).toBeLessThanOrEqual(forecast.change)
    expect(forecast.high).toBeGreaterThanOrEqual(forecast.change)
  })

  it.each([
    ['one identity', { ...data, labels: new Int32Array(6) }, 'two identities'],
    ['two photos', onPhotos(data, Int32Array.from([0, 1])), 'too few'],
    ['copies of one picture', onPhotos(data, new Int32Array(40)), 'same picture'],
  ])('is refused in words for %s', async (_, poor, why) => {
    await expect(trainHead(poor, config('whiten'), unwatched)).rejects.toMatchObject({
      code: 'not-trainable',
      message: expect.stringContaining(why) as string,
    })
  })
})

describe('the figures of the gate', () => {
  it('are 1 for perfect agreement, 0 for chance, and the share of classes in use', () => {
    const answered = Int32Array.from([0, 0, 1, 1])
    expect(kappa(answered, Int32Array.from([1, 0, 3, 2]), 2)).toBe(1)
    expect(kappa(answered, Int32Array.from([1, 2, 3, 0]), 2)).toBeCloseTo(0, 10)
    expect(kappa(new Int32Array(4), Int32Array.from([1, 0, 3, 2]), 2)).toBe(0)
    expect(occupancy(answered, 2)).toBeCloseTo(1, 10)
    expect(occupancy(new Int32Array(4), 4)).toBeCloseTo(0.25, 10)
  })
})
