import { beforeAll, describe, expect, it } from 'vitest'
import { fitAttribute, scatterWithin, type AttributeData } from '../../../src-main/engine/heads/attribute.ts'
import { applyHeadTo } from '../../../src-main/engine/heads/data.ts'
import { unwatched } from '../../../src-main/engine/heads/fit.ts'
import { matrix, pick, unitRows, type Matrix } from '../../../src-main/engine/heads/matrix.ts'
import { measured } from '../../../src-main/engine/trainer/attribute-run.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { resources } from '../fixture.ts'

const F = 24
const N = 240

/** Rows that are the sum of a loud direction by `loud`, a quiet one by `quiet`, and noise. */
function world(seed: number): { rows: Matrix; loud: Int32Array; quiet: Int32Array } {
  const random = createRandom(seed)
  const normals = (scale: number) => Array.from({ length: F }, () => scale * random.normal())
  const louds = Array.from({ length: 3 }, () => normals(1.5))
  const quiets = Array.from({ length: 3 }, () => normals(0.5))
  const loud = Int32Array.from({ length: N }, () => random.integer(3))
  const quiet = Int32Array.from({ length: N }, () => random.integer(3))
  const values = [...loud].flatMap((one, i) =>
    normals(0.5).map((noise, j) => noise + louds[one]![j]! + quiets[quiet[i]!]![j]!),
  )
  return { rows: matrix(N, F, Float32Array.from(values)), loud, quiet }
}

const first = Array.from({ length: 160 }, (_, i) => i)
const last = Array.from({ length: 80 }, (_, i) => 160 + i)

describe('the head of an attribute', () => {
  beforeAll(() => chooseBackend(resources, 'wasm'))

  it('tells its own attribute apart where the plain features see another one, and no longer sees that', async () => {
    const { rows, loud, quiet } = world(1)
    const data: AttributeData = {
      ...{ profile: 'face', base: 'base', parts: [F], classes: 3 },
      photos: pick(rows, first),
      labels: quiet.slice(0, 160),
    }
    const head = await fitAttribute(data, { seed: 1 }, unwatched)
    const right = (embeddings: Matrix, labels: Int32Array) =>
      measured(pick(embeddings, first), pick(embeddings, last), labels.slice(0, 160), labels.slice(160), 1).right / 80
    const seen = applyHeadTo(head, rows)
    expect([right(seen, quiet), right(unitRows(rows), loud)]).toEqual([1, 1])
    expect(right(seen, loud)).toBeLessThan(0.8)
    const pairs = (embeddings: Matrix, labels: Int32Array) => {
      const { genuine, impostor } = measured(
        pick(embeddings, first),
        pick(embeddings, last),
        labels,
        labels.slice(160),
        1,
      )
      const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
      return mean(impostor) / mean(genuine)
    }
    expect([pairs(unitRows(rows), quiet), pairs(unitRows(rows), loud)].map((ratio) => ratio > 2)).toEqual([false, true])
    expect(pairs(seen, quiet)).toBeGreaterThan(1.3)
    expect(pairs(seen, loud)).toBeLessThan(1.1)
  })

  it('is the same for the same seed', async () => {
    const { rows, quiet } = world(2)
    const data: AttributeData = {
      ...{ profile: 'face', base: 'base', parts: [F], classes: 3 },
      ...{ photos: rows, labels: quiet },
    }
    const fit = () => fitAttribute(data, { seed: 4, steps: 20 }, unwatched)
    expect((await fit()).weights).toEqual((await fit()).weights)
  })

  it('begins at the scatter within values, as loops in double precision give it', () => {
    const { rows, quiet } = world(3)
    const labels = quiet.map((label) => (label === 2 ? 1 : label))
    const expected = new Float64Array(F * F)
    for (const value of [0, 1]) {
      const own = [...labels.keys()].filter((i) => labels[i] === value)
      const middle = Array.from(
        { length: F },
        (_, j) => own.reduce((sum, i) => sum + rows.values[i * F + j]!, 0) / own.length,
      )
      for (const i of own)
        for (let j = 0; j < F; j++)
          for (let k = 0; k < F; k++)
            expected[j * F + k]! +=
              ((rows.values[i * F + j]! - middle[j]!) * (rows.values[i * F + k]! - middle[k]!)) / own.length / 2
    }
    const { values } = scatterWithin({ photos: rows, labels }, 3)
    values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4))
  })

  it('is measured on the same pairs whatever the embedding, at most so many', () => {
    const { rows, quiet } = world(4)
    const unit = unitRows(rows)
    const { genuine, impostor } = measured(
      pick(unit, first),
      pick(unit, last),
      quiet.slice(0, 160),
      quiet.slice(160),
      1,
    )
    expect(genuine.length + impostor.length).toBe((80 * 79) / 2)
  })
})
