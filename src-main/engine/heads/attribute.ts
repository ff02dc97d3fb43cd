import type { Profile } from '../../contract/types.ts'
import type { Control } from '../training/control.ts'
import { standardise, type HeadData, type Standardised } from './data.ts'
import type { HeadModel } from './head.ts'
import { gram, matrix, row, type Matrix } from './matrix.ts'
import { METRIC, trainMetric, type Keeping, type MetricConfig } from './metric.ts'
import { whitening } from './whiten.ts'

/** Pictures whose value of one attribute is known. */
export interface AttributeData {
  readonly profile: Profile
  /** Id of the shipped model that made the features. */
  readonly base: string
  /** Lengths of the parts of a row. */
  readonly parts: readonly number[]
  /** N × F, raw. */
  readonly photos: Matrix
  /** N: which value, 0 … classes − 1. */
  readonly labels: Int32Array
  readonly classes: number
}

/** Output values of such a head. */
const DIMENSIONS = 128
export const ATTRIBUTE: Omit<MetricConfig, 'seed'> = {
  ...METRIC,
  steps: 100,
  rate: 3e-3,
  batch: 64,
  // Every picture has a label: the cross-entropy to it over a batch of pictures is the labelled loss of the paper.
  entropy: 0,
  balance: 0,
  overlap: 1,
}

/**
 * A metric in which pictures of one value lie together, whatever else they show: "amplify informative directions, squash
 * non-informative ones". It begins as the closed form, W·Wᵀ = (scatter within values)⁻¹, and is then trained by the distance
 * ratio (Hoffer & Ailon, 2016, eq. 3) of each picture to one picture of every value.
 * @throws Cancelled, and what `trainMetric` throws
 */
export async function fitAttribute(
  raw: AttributeData,
  config: Pick<MetricConfig, 'seed'> & Partial<MetricConfig>,
  control: Control,
  keeping: Keeping = {},
): Promise<HeadModel> {
  const data = asHeadData(raw)
  const start = whitening(scatterWithin(data, raw.classes), data.photos, DIMENSIONS)
  const known = oneHot(raw.labels, raw.classes)
  const layers = await trainMetric(data, start, known, { ...ATTRIBUTE, ...config }, control, keeping)
  return { profile: data.profile, base: data.base, parts: data.how, ...layers }
}

/** Each picture is a reference of its value, and a photo whose value is known; rare values weigh as much as frequent ones. */
function asHeadData({ photos, labels, classes, ...facts }: AttributeData): Standardised {
  const counts = new Int32Array(classes)
  for (const label of labels) counts[label]!++
  const least = Math.min(...counts.filter((count) => count > 0))
  const data: HeadData = {
    ...facts,
    // Two pictures of one value differ more than views of one picture do: views would add nothing.
    ...{ photos, photoViews: matrix(0, photos.columns), references: photos, referenceViews: photos, labels },
    identities: Array.from(counts, (_, label) => String(label)),
    weights: Float32Array.from(labels, (label) => least / counts[label]!),
    cannotLink: [],
    mustLink: [],
  }
  return standardise(data)
}

/**
 * The mean scatter of pictures about the middle of their value, each value weighing alike.
 *
 *   C = 1/c Σ_k 1/N_k Σ_{n in k} (z_n − z̄_k)(z_n − z̄_k)ᵀ
 *
 * @returns F × F
 */
export function scatterWithin({ photos, labels }: Pick<HeadData, 'photos' | 'labels'>, classes: number): Matrix {
  const { columns } = photos
  const sums = Array.from({ length: classes }, () => new Float64Array(columns))
  const counts = new Int32Array(classes)
  labels.forEach((label, i) => {
    counts[label]!++
    row(photos, i).forEach((value, j) => (sums[label]![j]! += value))
  })
  const present = counts.filter((count) => count > 0).length
  const apart = matrix(photos.rows, columns)
  labels.forEach((label, i) => {
    const by = 1 / Math.sqrt(counts[label]! * present)
    const middle = sums[label]!
    row(photos, i).forEach((value, j) => (apart.values[i * columns + j] = (value - middle[j]! / counts[label]!) * by))
  })
  return gram(apart)
}

function oneHot(labels: Int32Array, classes: number): Matrix {
  const out = matrix(labels.length, classes)
  labels.forEach((label, i) => (out.values[i * classes + label] = 1))
  return out
}
