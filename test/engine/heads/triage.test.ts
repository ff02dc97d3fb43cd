import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { advise, binomialTail, kindOfReferences } from '../../../src-main/engine/heads/advise.ts'
import { denseGroups } from '../../../src-main/engine/heads/groups.ts'
import { matrix, stack, unitRows, type Matrix } from '../../../src-main/engine/heads/matrix.ts'
import { differentBits, triage } from '../../../src-main/engine/heads/triage.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'
import { normals } from './fixture.ts'

const SIZE = 32
const random = createRandom(11)
const centre = () => normals(random, SIZE, 1)
const near = (point: readonly number[], by: number) => normals(random, SIZE, by).map((value, j) => value + point[j]!)
const rows = (many: readonly (readonly number[])[]): Matrix =>
  unitRows(matrix(many.length, SIZE, Float32Array.from(many.flat())))
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

beforeAll(async () => void (await chooseBackend(resources, backends[0])))

describe('a triage', () => {
  const classes = times(5, centre)
  const [unknown, lone] = [centre(), centre()]
  const photos = [
    ...classes.flatMap((point) => times(8, () => near(point, 0.35))),
    ...times(6, () => near(unknown, 0.3)),
    near(lone, 0.3),
  ]
  const references = classes.map((point) => near(point, 0.35))
  const all = rows([...photos, photos[0]!.map((value) => value * 1.0001), references[2]!])
  const found = () =>
    triage({
      photos: all,
      references: rows(references),
      labels: times(5, (i) => i),
      classes: 5,
      known: 0.75,
    })

  it('finds what repeats, what is enrolled, who recurs unknown and who is a stranger once', () => {
    const { kind, of, group, nearest, distance } = found()
    expect(kind.slice(0, 40).filter((one) => one === 'usable')).toHaveLength(40)
    expect(kind.slice(40, 46)).toEqual(times(6, () => 'recurring-unknown'))
    expect([...group.slice(40, 46)]).toEqual(times(6, () => 0))
    expect(kind[46]).toBe('stranger')
    expect(kind[47]).toBe('near-duplicate')
    expect(of[47]).toBe(0)
    expect(kind[48]).toBe('enrolled')
    expect(nearest[48]).toBe(2)
    expect(distance[48]).toBeLessThan(1e-3)
  })

  it('weighs strangers less than identities, and what repeats not at all', () => {
    const { weight, rule } = found()
    const mean = (from: number, to: number) => [...weight.slice(from, to)].reduce((a, b) => a + b, 0) / (to - from)
    expect(mean(0, 40)).toBeGreaterThan(3 * mean(40, 47))
    expect([weight[47], weight[48]]).toEqual([0, 0])
    expect(rule).toContain('none of your identities')
  })

  it('takes a thousand copies as repeats of the first', () => {
    const copies = rows(times(1000, () => photos[0]!))
    const { kind, of } = triage({
      photos: copies,
      references: rows(references),
      labels: times(5, (i) => i),
      classes: 5,
      known: 0.75,
    })
    expect(kind.filter((one) => one === 'near-duplicate').length).toBeGreaterThan(900)
    expect(of.every((other, i) => other < i)).toBe(true)
  })

  it('finds groups in an empty gallery, where everybody is unknown', () => {
    const { kind, advice, nearest } = triage({ photos: all, references: rows([]), labels: [], classes: 0, known: 0.75 })
    expect(kind.filter((one) => one === 'recurring-unknown').length).toBeGreaterThan(40)
    expect(advice).toBeUndefined()
    expect(nearest[0]).toBe(-1)
  })

  it('holds a hash against pictures that only look alike to the network', () => {
    const hashes = times(all.rows, (i) => i.toString(16).padStart(2, '0').repeat(8))
    const { kind } = triage({
      photos: all,
      references: rows(references),
      labels: times(5, (i) => i),
      classes: 5,
      known: 0.75,
      hashes,
    })
    expect(kind[47]).toBe('usable')
    expect(differentBits('00000000000000ff', '000000000000000f')).toBe(4)
  })
})

describe('groups', () => {
  it('are what lies densely, the largest first, and leave out what is alone', () => {
    const [a, b] = [centre(), centre()]
    const points = rows([...times(4, () => near(a, 0.2)), centre(), ...times(7, () => near(b, 0.2)), centre()])
    expect([...denseGroups(points, 0.7)]).toEqual([1, 1, 1, 1, -1, 0, 0, 0, 0, 0, 0, 0, -1])
  })
})

describe('the advice', () => {
  const photosOf = (points: number[][], each: number) =>
    rows(points.flatMap((point) => times(each, () => near(point, 0.4))))
  const shift = centre().map((value) => value * 2)
  const labels = (count: number) => times(count, (i) => i)

  it('is to propagate where references are photos like the others', () => {
    const points = times(12, centre)
    const references = rows(points.map((point) => near(point, 0.4)))
    const { recipe, reason } = advise(photosOf(points, 10), references, labels(12), 12)
    expect(recipe).toBe('propagate')
    expect(reason).toContain("like the folder's photos")
  })

  it('is to cluster or to train where references are of another kind, by how many there are', () => {
    for (const [count, each, recipe] of [
      [10, 20, 'cluster'],
      [40, 10, 'distance-ratio'],
      [40, 4, 'cluster'],
    ] as const) {
      const points = times(count, centre)
      const references = rows(points.map((point) => near(point, 0.4).map((value, j) => value + 2 * shift[j]!)))
      expect(kindOfReferences(photosOf(points, each), references, labels(count)).other).toBe(true)
      expect(advise(photosOf(points, each), references, labels(count), count).recipe).toBe(recipe)
    }
  })

  it('does not take two samples of one identity for another kind', () => {
    const points = times(12, centre)
    const references = stack(
      rows(points.map((point) => near(point, 0.1))),
      rows(points.map((point) => near(point, 0.1))),
    )
    expect(kindOfReferences(photosOf(points, 10), references, [...labels(12), ...labels(12)]).other).toBe(false)
  })

  it('knows the tail of the binomial distribution', () => {
    expect(binomialTail(3, 2, 0.5)).toBeCloseTo(0.5, 10)
    expect(binomialTail(10, 0, 0.3)).toBeCloseTo(1, 10)
    expect(binomialTail(4, 1, 0)).toBeCloseTo(0, 10)
  })
})
