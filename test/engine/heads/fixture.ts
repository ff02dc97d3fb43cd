import { matrix, type Matrix } from '../../../src-main/engine/heads/matrix.ts'
import type { HeadData } from '../../../src-main/engine/heads/data.ts'
import { createRandom, type Random } from '../../../src-main/engine/training/random.ts'

export interface World {
  readonly data: HeadData
  /** Class of each photo of the folder; −1 for a stranger. */
  readonly truth: Int32Array
  /** Photos that are in no folder, and their classes. */
  readonly others: Matrix
  readonly otherTruth: Int32Array
}

export interface WorldOptions {
  readonly seed?: number
  readonly classes?: number
  readonly each?: number
  readonly views?: number
  /** How far looks at the same thing vary, in the directions that views show too. */
  readonly nuisance?: number
  /** Classes whose photos are in the folder and who have no reference. */
  readonly strangers?: number
}

const SIZE = 24
/** Directions in which only the look changes. */
const LOOKS = 8

/**
 * A small world in which a thing is a point in 16 directions and every look at it adds much in 8 others, which random views
 * show as well: what a head can learn without a label. A second part of 4 values, as colours are, tells nothing.
 */
export function world({
  seed = 1,
  classes = 6,
  each = 20,
  views = 3,
  nuisance = 2,
  strangers = 0,
}: WorldOptions = {}): World {
  const random = createRandom(seed)
  const centres = Array.from({ length: classes + strangers }, () => normals(random, SIZE - LOOKS, 1))
  const photo = (one: number) => [
    ...normals(random, SIZE - LOOKS, 0.45).map((value, j) => value + centres[one]![j]!),
    ...normals(random, LOOKS, nuisance),
    ...normals(random, 4, 0.1).map((value) => value + 1),
  ]
  const view = (row: readonly number[]) => [
    ...row.slice(0, SIZE - LOOKS).map((value) => value + random.normal() * 0.3),
    ...normals(random, LOOKS, nuisance),
    ...normals(random, 4, 0.1).map((value) => value + 1),
  ]
  const rows = (many: readonly (readonly number[])[]) => matrix(many.length, SIZE + 4, Float32Array.from(many.flat()))
  const seen = (many: readonly (readonly number[])[]) =>
    rows(many.flatMap((row) => Array.from({ length: views }, () => view(row))))

  const truth = Int32Array.from({ length: (classes + strangers) * each }, (_, i) => Math.floor(i / each))
  const photos = [...truth].map(photo)
  const references = Array.from({ length: classes }, (_, one) => photo(one))
  const otherTruth = Int32Array.from({ length: classes * 20 }, (_, i) => i % classes)
  return {
    data: {
      profile: 'object',
      base: 'object-test',
      parts: [SIZE, 4],
      photos: rows(photos),
      photoViews: seen(photos),
      references: rows(references),
      referenceViews: seen(references),
      labels: Int32Array.from({ length: classes }, (_, i) => i),
      identities: Array.from({ length: classes }, (_, i) => `identity ${i}`),
      weights: new Float32Array(photos.length).fill(1),
      cannotLink: [],
      mustLink: [],
    },
    truth: truth.map((one) => (one < classes ? one : -1)),
    others: rows([...otherTruth].map(photo)),
    otherTruth,
  }
}

export function normals(random: Random, count: number, deviation: number): number[] {
  return Array.from({ length: count }, () => random.normal() * deviation)
}

/** Share of the answers that are right. */
export function rightly(answered: ArrayLike<number>, truth: ArrayLike<number>): number {
  return Array.from(truth, (label, i) => Number(answered[i] === label)).reduce((a, b) => a + b, 0) / truth.length
}
