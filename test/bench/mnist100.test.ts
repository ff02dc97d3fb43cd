import { beforeAll, describe, expect, it } from 'vitest'
import { largestCell, ask } from '../../bench/mnist100-ask.ts'
import { contrast } from '../../bench/mnist100-contrast.ts'
import { classesOf, judge, nearestMean, wrong } from '../../bench/mnist100-recognise.ts'
import { balanced, likeliest, sharpened, sureness, taught, together } from '../../bench/mnist100-teacher.ts'
import { drawLabelledBatch } from '../../bench/mnist100-tune.ts'
import { drawViews, restroke } from '../../bench/mnist100-views.ts'
import { chooseBackend } from '../../src-main/engine/backends/choose.ts'
import { neighbourGraph } from '../../src-main/engine/heads/graph.ts'
import { matrix, row, unitRows } from '../../src-main/engine/heads/matrix.ts'
import { tf } from '../../src-main/engine/tf.ts'
import { createRandom } from '../../src-main/engine/training/random.ts'
import { backends, resources } from '../engine/fixture.ts'

beforeAll(async () => {
  await chooseBackend(resources, backends[0])
})

const random = createRandom(5)
const normal = (rows: number, columns: number) =>
  matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  )

/** `each` unit rows about each of ten orthogonal directions, class by class; neighbouring styles of one class overlap. */
function clusters(each: number) {
  const rows = normal(10 * each, 16)
  for (let i = 0; i < rows.rows; i++) {
    const own = row(rows, i)
    for (let j = 0; j < own.length; j++) own[j]! *= 0.1
    own[Math.floor(i / each)]! += 1
  }
  return unitRows(rows)
}

describe('contrast', () => {
  it('agrees with its equation in nested loops', () => {
    const [a, b] = [normal(4, 5), normal(4, 5)]
    const views = [...Array(4).keys()].map((i) => row(a, i)).concat([...Array(4).keys()].map((i) => row(b, i)))
    const cosine = (x: Float32Array, y: Float32Array) => {
      const inner = (u: Float32Array, v: Float32Array) => u.reduce((sum, value, k) => sum + value * v[k]!, 0)
      return inner(x, y) / Math.sqrt(inner(x, x) * inner(y, y))
    }
    let expected = 0
    for (let i = 0; i < 8; i++) {
      let sum = 0
      for (let k = 0; k < 8; k++) if (k !== i) sum += Math.exp(cosine(views[i]!, views[k]!) / 0.3)
      expected -= Math.log(Math.exp(cosine(views[i]!, views[(i + 4) % 8]!) / 0.3) / sum) / 8
    }
    const found = tf.tidy(
      () => contrast(tf.tensor2d(a.values, [4, 5]), tf.tensor2d(b.values, [4, 5]), 0.3).dataSync()[0]!,
    )
    expect(found).toBeCloseTo(expected, 5)
  })
})

describe('propagated targets', () => {
  it('name every picture after the one labelled picture of its cluster', () => {
    const each = 30
    const graph = neighbourGraph(clusters(each), 0, 6)
    const targets = taught(
      graph,
      Array.from({ length: 10 }, (_, k) => [k * each]),
    )
    expect([...likeliest(targets)]).toEqual(Array.from({ length: 10 * each }, (_, i) => Math.floor(i / each)))
    expect(Math.min(...sureness(targets))).toBeGreaterThan(0.5)
  })

  it('are rows that sum to 1, and each class has its tenth of all', () => {
    const found = balanced(Float64Array.from({ length: 5000 }, () => random.next()))
    const columns = new Array<number>(10).fill(0)
    for (let i = 0; i < found.rows; i++) {
      expect(row(found, i).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
      row(found, i).forEach((p, k) => (columns[k]! += p / found.rows))
    }
    for (const share of columns) expect(share).toBeCloseTo(0.1, 4)
  })

  it('are surer when they are sharpened, of the same class, and sum to 1', () => {
    const soft = balanced(Float64Array.from({ length: 500 }, () => random.next()))
    const sharp = sharpened(soft, 4)
    expect(likeliest(sharp)).toEqual(likeliest(soft))
    sureness(sharp).forEach((sure, i) => expect(sure).toBeGreaterThan(sureness(soft)[i]!))
    expect(row(sharp, 7).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5)
  })

  it('come from the mean of graphs: an edge that one of two has weighs half', () => {
    const graph = (column: number) => ({
      size: 2,
      start: Int32Array.from([0, 1, 1]),
      column: Int32Array.from([column]),
      value: Float64Array.from([0.8]),
    })
    const mean = together([graph(0), graph(1)])
    expect([...mean.start]).toEqual([0, 2, 2])
    expect([...mean.column]).toEqual([0, 1])
    expect([...mean.value]).toEqual([0.4, 0.4])
    expect(together([graph(1), graph(1)]).value).toEqual(Float64Array.from([0.8]))
  })
})

describe('a question', () => {
  it('is asked in the largest cell in which two runs disagree, whichever says what, and not of what is known', () => {
    const one = Uint8Array.from([0, 1, 1, 2, 7, 3, 7])
    const other = Uint8Array.from([0, 1, 2, 1, 3, 7, 3])
    expect(largestCell(one, other, new Set())).toEqual([4, 5, 6])
    expect(largestCell(one, other, new Set([4, 6]))).toEqual([2, 3])
    expect(largestCell(one, one, new Set())).toEqual([])
  })

  it('names a style that no labelled picture shows, and is the last one when its answer settles the matter', () => {
    const each = 30
    const rows = clusters(each)
    // The second half of class 9 lies apart from its first half; one run puts it beside class 3, the other beside 4.
    const beside = (label: number) => {
      const moved = matrix(rows.rows, rows.columns, rows.values.slice())
      for (let i = 9 * each + 15; i < 10 * each; i++) {
        const own = row(moved, i)
        own[9]! -= 1
        own[12]! += 1
        own[label]! += 0.6
      }
      return neighbourGraph(unitRows(moved), 0, 16)
    }
    const truth = (place: number) => Math.floor(place / each)
    const labelled = Array.from({ length: 10 }, (_, k) => [k * each])
    const { questions, labelled: known } = ask([beside(3), beside(4)], labelled, 5, truth)
    expect(questions.length).toBeGreaterThan(0)
    expect(questions[0]).toMatchObject({ said: [3, 4], answer: 9 })
    expect(known[9]).toContain(questions[0]!.place)
    expect(labelled[9]).toHaveLength(1)
  })
})

describe('a view', () => {
  const pictures = {
    values: Uint8Array.from({ length: 28 * 28 }, (_, i) => (i % 28 === 14 ? 255 : 0)),
    height: 28,
    width: 28,
    channels: 1,
  }
  const ink = (view: ArrayLike<number>) => Array.from(view).reduce((sum, value) => sum + value + 1, 0)

  it('has thicker or thinner strokes, never beyond the range of a pixel', () => {
    const plain = drawViews(pictures, [0], { movement: {}, stroke: 0, erase: 0 }, createRandom(1))
    const [thick, thin] = [true, false].map((thicker) => {
      const to = new Float32Array(plain.length)
      restroke(plain, to, 28, thicker, 0.5)
      return to
    }) as [Float32Array, Float32Array]
    expect(ink(thick)).toBeGreaterThan(1.5 * ink(plain))
    expect(ink(thin)).toBeLessThan(0.7 * ink(plain))
    for (const view of [thick, thin]) for (const value of view) expect(Math.abs(value)).toBeLessThanOrEqual(1)
  })

  it('has more ink, within the range, when a stroke is added', () => {
    const plain = ink(drawViews(pictures, [0], { movement: {}, stroke: 0, erase: 0 }, createRandom(1)))
    const more = drawViews(
      pictures,
      Array<number>(20).fill(0),
      { movement: {}, stroke: 0, erase: 0, added: 1 },
      createRandom(1),
    )
    const inks = Array.from({ length: 20 }, (_, i) => ink(more.subarray(i * 784, (i + 1) * 784)))
    expect(Math.max(...inks)).toBeGreaterThan(1.2 * plain)
    expect(Math.min(...inks)).toBeGreaterThan(plain)
    expect(Math.max(...more)).toBeLessThanOrEqual(1)
  })

  it('lacks a square when one is erased', () => {
    const erased = drawViews(
      pictures,
      Array<number>(20).fill(0),
      { movement: {}, stroke: 0, erase: 1 },
      createRandom(1),
    )
    const plain = ink(drawViews(pictures, [0], { movement: {}, stroke: 0, erase: 0 }, createRandom(1)))
    const left = Array.from({ length: 20 }, (_, i) => ink(erased.subarray(i * 784, (i + 1) * 784)))
    expect(Math.min(...left)).toBeLessThan(0.8 * plain)
    expect(Math.max(...left)).toBeLessThanOrEqual(plain)
  })
})

describe('a batch of labelled pictures', () => {
  it('holds references and queries class by class, none twice while there are enough', () => {
    const labelled = Array.from({ length: 10 }, (_, k) =>
      Array.from({ length: k === 0 ? 4 : 10 }, (_, i) => 100 * k + i),
    )
    const drawn = drawLabelledBatch(labelled, 3, createRandom(1))
    expect(drawn.map((place) => Math.floor(place / 100))).toEqual(
      [0, 1].flatMap(() => Array.from({ length: 30 }, (_, i) => Math.floor(i / 3))),
    )
    const enough = drawn.filter((place) => place >= 100)
    expect(new Set(enough).size).toBe(enough.length)
  })
})

describe('a probe', () => {
  it('goes to its nearest reference, or to most of the nearest, the nearer of two that tie', () => {
    const references = matrix(4, 1, Float32Array.from([0, 1, 1.2, 5]))
    const classes = Uint8Array.from([0, 1, 1, 2])
    const probes = matrix(3, 1, Float32Array.from([0.4, 4, 0.9]))
    expect([...judge(probes, references, classes, 1)]).toEqual([0, 2, 1])
    expect([...judge(probes, references, classes, 2)]).toEqual([0, 2, 1])
    expect([...judge(probes, references, classes, 3)]).toEqual([1, 1, 1])
  })

  it('goes to the class whose mean is nearest', () => {
    const classes = classesOf(Array.from({ length: 10 }, () => [0, 0]))
    // Class k lies about 10·k on a line, its mean at 10·k + 1.
    const references = matrix(
      20,
      1,
      Float32Array.from({ length: 20 }, (_, i) => 10 * Math.floor(i / 2) + 2 * (i % 2)),
    )
    const probes = matrix(3, 1, Float32Array.from([33, 90, 35.9]))
    expect([...nearestMean({ probes, references }, classes)]).toEqual([3, 9, 3])
    expect(wrong(Uint8Array.from([3, 9, 1, 1]), Uint8Array.from([3, 8, 1, 1]))).toBe(25)
  })
})
