import { expect, test } from 'vitest'
import { matrix } from '../../../src-main/engine/heads/matrix.ts'
import { nearestErrors } from '../../../src-main/engine/lab/measure.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'

const DIMENSIONS = 3

/** Rows of normal numbers about `middle`, as wide as `spread`. */
function cloud(rows: number, middle: number, spread: number, seed: number) {
  const random = createRandom(seed)
  return matrix(
    rows,
    DIMENSIONS,
    Float32Array.from({ length: rows * DIMENSIONS }, () => middle + spread * random.normal()),
  )
}

const places = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i)

/** The definition, one probe at a time. */
function byLoops(probes: ReturnType<typeof cloud>, references: ReturnType<typeof cloud>, labels: readonly number[]) {
  let wrong = 0
  for (let i = 0; i < probes.rows; i++) {
    const apart = Array.from({ length: references.rows }, (_, j) =>
      Math.hypot(
        ...Array.from(
          { length: DIMENSIONS },
          (_, k) => probes.values[i * DIMENSIONS + k]! - references.values[j * DIMENSIONS + k]!,
        ),
      ),
    )
    if (labels[apart.indexOf(Math.min(...apart))] !== labels[references.rows + i]) wrong++
  }
  return wrong / probes.rows
}

test('the nearest reference is that of each probe alone, however near the probe before it was', () => {
  const references = cloud(20, 0, 1, 1)
  // Every second probe is far from all references, the one before it among them.
  const [near, far] = [cloud(300, 0, 1, 2), cloud(300, 30, 1, 3)]
  const probes = matrix(600, DIMENSIONS)
  for (let i = 0; i < 600; i++) {
    const from = i % 2 === 0 ? near : far
    const row = Math.floor(i / 2) * DIMENSIONS
    probes.values.set(from.values.subarray(row, row + DIMENSIONS), i * DIMENSIONS)
  }
  const labels = Array.from({ length: 620 }, (_, i) => Math.floor(i / 3) % 4)
  const at = { references: places(0, 20), probes: places(20, 600) }
  expect(nearestErrors(probes, references, at, labels)).toBeCloseTo(byLoops(probes, references, labels), 10)
})

test('a probe among the references is compared with the others', () => {
  const rows = matrix(4, 1, Float32Array.of(0, 1, 10, 10.5))
  const at = { references: places(0, 4), probes: places(0, 4) }
  expect(nearestErrors(rows, rows, at, [0, 0, 1, 1])).toBe(0)
  expect(nearestErrors(rows, rows, at, [0, 1, 0, 1])).toBe(1)
})

test('embeddings that are no numbers answer nothing', () => {
  const rows = matrix(2, 1, Float32Array.of(NaN, NaN))
  const at = { references: places(0, 2), probes: places(2, 2) }
  expect(nearestErrors(rows, rows, at, [0, 1, 0, 1])).toBe(1)
})
