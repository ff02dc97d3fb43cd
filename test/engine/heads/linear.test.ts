import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { choleskyOf, inverseOfLower } from '../../../src-main/engine/heads/cholesky.ts'
import { gram, matrix, multiply, row, unitRows } from '../../../src-main/engine/heads/matrix.ts'
import { dominant, orthonormal, viewScatter, whitening } from '../../../src-main/engine/heads/whiten.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'

const random = createRandom(3)
const drawn = (rows: number, columns: number) =>
  matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  )

describe.each(backends)('matrices on %s', (backend) => {
  beforeAll(async () => void (await chooseBackend(resources, backend)))

  it('multiply as the definition in nested loops does, transposed or not', () => {
    const [a, b] = [drawn(7, 5), drawn(5, 4)]
    const product = multiply(a, b)
    const turned = matrix(4, 5)
    for (let i = 0; i < 5; i++) for (let j = 0; j < 4; j++) turned.values[j * 5 + i] = b.values[i * 4 + j]!
    const again = multiply(a, turned, { transposed: true })
    for (let i = 0; i < 7; i++)
      for (let j = 0; j < 4; j++) {
        let sum = 0
        for (let k = 0; k < 5; k++) sum += a.values[i * 5 + k]! * b.values[k * 4 + j]!
        expect(product.values[i * 4 + j]).toBeCloseTo(sum, 4)
        expect(again.values[i * 4 + j]).toBeCloseTo(sum, 4)
      }
  })

  it('whiten so that lengths are those of the inverse of scatter and ridge', () => {
    const [size, count] = [6, 60]
    const photos = drawn(count, size)
    const views = matrix(count * 2, size)
    for (let i = 0; i < count * 2; i++)
      for (let j = 0; j < size; j++)
        views.values[i * size + j] = row(photos, i >> 1)[j]! + random.normal() * (j === 0 ? 2 : 0.2)
    const scatter = viewScatter(photos, views)
    let trace = 0
    for (let i = 0; i < size; i++) trace += scatter.values[i * size + i]!
    const metric = Float64Array.from(scatter.values, (value) => (value * size) / trace)
    for (let i = 0; i < size; i++) metric[i * size + i]! += 0.1
    const w = whitening(scatter, photos, size)
    const x = drawn(1, size)
    const y = multiply(x, w)
    // xᵀ·M⁻¹·x by solving L·u = x.
    const lower = choleskyOf(metric, size)
    const u = Array.from({ length: size }, () => 0)
    for (let i = 0; i < size; i++) {
      let sum = x.values[i]!
      for (let k = 0; k < i; k++) sum -= lower[i * size + k]! * u[k]!
      u[i] = sum / lower[i * size + i]!
    }
    expect(Math.hypot(...y.values)).toBeCloseTo(Math.hypot(...u), 3)
    expect(scatter.values[0]).toBeGreaterThan(10 * scatter.values[size + 1]!)
  })

  it('find the strongest directions of a symmetric matrix', () => {
    const basis = orthonormal(drawn(8, 8))
    const scaled = matrix(8, 8, basis.values.slice())
    for (let i = 0; i < 8; i++) row(scaled, i).forEach((value, j) => (row(scaled, i)[j] = value * (i < 3 ? 5 : 0.5)))
    const found = dominant(gram(scaled), 3)
    for (let i = 0; i < 3; i++) {
      const inside = multiply(matrix(1, 8, row(basis, i).slice()), found, { transposed: true })
      expect(Math.hypot(...inside.values)).toBeCloseTo(1, 3)
    }
  })

  it('keep a folder of copies of one picture free of values that are no numbers', () => {
    const copies = matrix(
      20,
      6,
      Float32Array.from({ length: 120 }, (_, i) => (i % 6) - 2.5),
    )
    const w = whitening(viewScatter(copies, copies), copies, 4)
    expect(w.values.every(Number.isFinite)).toBe(true)
    expect(unitRows(matrix(1, 3)).values).toEqual(new Float32Array(3))
  })
})

describe('the Cholesky factor', () => {
  it('gives the matrix again, and its inverse the identity', () => {
    const a = Float64Array.from([4, 2, 1, 2, 5, 3, 1, 3, 6])
    const lower = choleskyOf(a, 3)
    const inverse = inverseOfLower(lower, 3)
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        let [again, one] = [0, 0]
        for (let k = 0; k < 3; k++) {
          again += lower[i * 3 + k]! * lower[j * 3 + k]!
          one += inverse[i * 3 + k]! * lower[k * 3 + j]!
        }
        expect(again).toBeCloseTo(a[i * 3 + j]!, 10)
        expect(one).toBeCloseTo(i === j ? 1 : 0, 10)
      }
  })

  it('refuses a matrix that is not positive definite, or sets the direction to 0 when told from where on', () => {
    const flat = Float64Array.from([1, 1, 1, 1])
    expect(() => choleskyOf(flat, 2)).toThrow('not positive definite')
    expect([...inverseOfLower(choleskyOf(flat, 2, 1e-6), 2)]).toEqual(
      [1, 0, 0, 0].map((value) => expect.closeTo(value, 9) as number),
    )
  })
})
