import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { neighbourGraph } from '../../../src-main/engine/heads/graph.ts'
import { matrix, row, stack, unitRows } from '../../../src-main/engine/heads/matrix.ts'
import { nearestOthers } from '../../../src-main/engine/heads/neighbours.ts'
import { classCentres, propagate, prototypes, solved } from '../../../src-main/engine/heads/propagate.ts'
import { softKmeans } from '../../../src-main/engine/heads/soft-kmeans.ts'
import { knownness, weightsOf } from '../../../src-main/engine/heads/strangers.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'
import { normals, rightly } from './fixture.ts'

/** Unit rows about `classes` directions, `each` of every one, and one reference far out in each cloud. */
function clouds(classes: number, each: number, spread: number, strangers = 0) {
  const random = createRandom(5)
  const size = 12
  const centres = Array.from({ length: classes + strangers }, () => normals(random, size, 1))
  const near = (one: number, by: number) => normals(random, size, by).map((value, j) => value + centres[one]![j]!)
  const truth = Int32Array.from({ length: (classes + strangers) * each }, (_, i) => Math.floor(i / each))
  const rows = (many: number[][]) => unitRows(matrix(many.length, size, Float32Array.from(many.flat())))
  return {
    truth,
    photos: rows([...truth].map((one) => near(one, spread))),
    references: rows(Array.from({ length: classes }, (_, one) => near(one, spread * 1.6))),
    labels: Int32Array.from({ length: classes }, (_, i) => i),
  }
}

const best = (values: Float32Array) => values.indexOf(Math.max(...values))

describe(`labels over neighbours on ${backends[0]}`, () => {
  beforeAll(async () => void (await chooseBackend(resources, backends[0])))

  it('finds the neighbours that sorting all cosines finds', () => {
    const { photos } = clouds(3, 10, 0.5)
    const { index } = nearestOthers(photos, 4)
    for (let i = 0; i < photos.rows; i++) {
      const sorted = [...Array(photos.rows).keys()]
        .filter((j) => j !== i)
        .map((j) => ({ j, cosine: row(photos, i).reduce((sum, value, k) => sum + value * row(photos, j)[k]!, 0) }))
        .sort((a, b) => b.cosine - a.cosine)
      expect([...index.subarray(4 * i, 4 * i + 4)]).toEqual(sorted.slice(0, 4).map(({ j }) => j))
    }
  })

  it('makes a symmetric graph without an edge between references', () => {
    const { photos, references } = clouds(4, 8, 0.6)
    // Each reference twice: nothing is nearer to it than the other one.
    const graph = neighbourGraph(stack(photos, stack(references, references)), 8)
    const edges = new Map<string, number>()
    for (let i = 0; i < graph.size; i++)
      for (let at = graph.start[i]!; at < graph.start[i + 1]!; at++)
        edges.set(`${i} ${graph.column[at]}`, graph.value[at]!)
    expect(edges.size).toBeGreaterThan(photos.rows * 5)
    for (const [edge, value] of edges) {
      const [i, j] = edge.split(' ').map(Number)
      expect(edges.get(`${j} ${i}`)).toBeCloseTo(value, 12)
      expect(i! >= photos.rows && j! >= photos.rows).toBe(false)
    }
  })

  it('solves (I − 0.9·S)·X = Y to the accuracy of putting X in', () => {
    const { photos, references } = clouds(3, 12, 0.6)
    const graph = neighbourGraph(stack(photos, references), 3)
    const y = new Float64Array(graph.size * 2)
    y[2 * photos.rows] = 1
    y[2 * photos.rows + 3] = 1
    const x = solved(graph, y, 2)
    for (let i = 0; i < graph.size; i++)
      for (let c = 0; c < 2; c++) {
        let value = x[2 * i + c]!
        for (let at = graph.start[i]!; at < graph.start[i + 1]!; at++)
          value -= 0.9 * graph.value[at]! * x[2 * graph.column[at]! + c]!
        expect(value).toBeCloseTo(y[2 * i + c]!, 4)
      }
  })

  it('labels photos better than the nearest reference does, and prototypes keep it', () => {
    const { photos, references, labels, truth } = clouds(6, 30, 0.75)
    const spread = propagate(photos, references, labels, 6)
    const byReference = truth.map((_, i) => best(cosines(row(photos, i), references)))
    const byLabels = truth.map((_, i) => best(row(spread.labels, i)))
    const stands = prototypes(photos, classCentres(references, labels, 6), spread.labels)
    const byPrototype = truth.map((_, i) => best(cosines(row(photos, i), stands)))
    expect(rightly(byLabels, truth)).toBeGreaterThan(rightly(byReference, truth) + 0.03)
    expect(rightly(byPrototype, truth)).toBeGreaterThan(rightly(byReference, truth) + 0.03)
    for (let i = 0; i < truth.length; i++)
      expect(row(spread.labels, i).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 4)
  })

  it('obeys what a photo is known not to be', () => {
    const { photos, references, labels } = clouds(3, 10, 0.3)
    const cannotLink = [{ photo: 0, label: 0 }]
    expect(best(row(propagate(photos, references, labels, 3).labels, 0))).toBe(0)
    expect(row(propagate(photos, references, labels, 3, { cannotLink }).labels, 0)[0]).toBe(0)
    expect(row(softKmeans(photos, references, { cannotLink }).labels, 0)[0]).toBe(0)
  })

  it('keeps a confirmed photo at its identity, whatever it looks like, and labels run from it', () => {
    const { photos, references, labels } = clouds(3, 10, 0.3)
    // A photo of the first cloud that is of the third identity.
    const mustLink = [{ photo: 0, label: 2 }]
    const before = propagate(photos, references, labels, 3).labels
    const spread = propagate(photos, references, labels, 3, { mustLink }).labels
    expect([...row(spread, 0)]).toEqual([0, 0, 1])
    expect([...row(softKmeans(photos, references, { mustLink }).labels, 0)]).toEqual([0, 0, 1])
    const [near] = [...nearestOthers(photos, 1).index]
    expect(row(spread, near!)[2]).toBeGreaterThan(row(before, near!)[2]! + 0.01)
  })

  it('moves soft k-means prototypes to the photos, and leaves one that nobody is near', () => {
    const { photos, references, labels, truth } = clouds(5, 30, 0.6)
    const { prototypes: stands } = softKmeans(photos, classCentres(references, labels, 5))
    const before = truth.map((_, i) => best(cosines(row(photos, i), references)))
    const after = truth.map((_, i) => best(cosines(row(photos, i), stands)))
    expect(rightly(after, truth)).toBeGreaterThanOrEqual(rightly(before, truth))
    const lone = softKmeans(photos, references, { weights: new Float32Array(photos.rows) })
    lone.prototypes.values.forEach((value, i) => expect(value).toBeCloseTo(references.values[i]!, 5))
  })

  it('scores strangers lower than photos of identities, and weighs them less', () => {
    const { photos, references, labels, truth } = clouds(5, 20, 0.4, 3)
    const { mass } = propagate(photos, references, labels, 5)
    const score = knownness(photos, photos, mass)
    const mean = (of: Float32Array, known: boolean) => {
      const some = [...of].filter((_, i) => truth[i]! < 5 === known)
      return some.reduce((a, b) => a + b, 0) / some.length
    }
    expect(mean(score, true)).toBeGreaterThan(mean(score, false) + 1)
    const weights = weightsOf(mass)
    expect(mean(weights, true)).toBeGreaterThan(2 * mean(weights, false))
    expect(Math.max(...weights)).toBe(1)
  })
})

/** Cosines of one photo to rows. */
function cosines(photo: Float32Array, rows: ReturnType<typeof matrix>): Float32Array {
  return Float32Array.from({ length: rows.rows }, (_, r) =>
    row(rows, r).reduce((sum, value, j) => sum + value * photo[j]!, 0),
  )
}
