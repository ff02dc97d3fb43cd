import { AppError } from '../../contract/errors.ts'
import { chiSquaredTerms, deepFaceNormalised, featureMaxima, signSplit } from './chi-squared.ts'
import { distanceOf, type Measured } from './distance.ts'
import { fitLinearSvm } from './linear-svm.ts'

/** Two pictures that were embedded. */
export interface MeasuredPair {
  readonly same: boolean
  readonly left: Measured
  readonly right: Measured
}

export type PairDistance = (pair: MeasuredPair) => number
/** Learns from pairs what it needs, and from no other. */
export type FitDistance = (training: readonly MeasuredPair[]) => PairDistance

const SEED = 1

/** What tells two embeddings apart; each is fitted on pairs, though the first learns nothing. */
export const DISTANCES = {
  /** ‖f − g‖, 0…2 */
  euclidean: () => (pair) => distanceOf(pair.left, pair.right),
  /** Σ_k (f_k − g_k)² / (f_k + g_k) of DeepFace's normalised features, whose maxima are those of the training pairs. */
  'chi-squared': (training) => {
    const terms = chiSquaredOf(training)
    return (pair) => terms(pair)?.reduce((sum, value) => sum + value, 0) ?? Infinity
  },
  /** Σ_k w_k (f_k − g_k)² / (f_k + g_k) + b, w and b of a linear support vector machine: 0 at its plane, ±1 at the margins. */
  'weighted-chi-squared': (training) => weighted(training, chiSquaredOf(training)),
} as const satisfies Readonly<Record<string, FitDistance>>

export type DistanceName = keyof typeof DISTANCES

export type Terms = (pair: MeasuredPair) => Float64Array | null

/**
 * DeepFace's features of a face, with the maxima of the faces of the training pairs.
 * @throws AppError bad-table when nothing is found in any of them
 */
export function deepFaceFeatures(training: readonly MeasuredPair[]): (face: Float32Array) => Float64Array {
  const faces = new Set(training.flatMap(({ left, right }) => [left, right]).filter((one) => one !== null))
  if (faces.size === 0) throw new AppError('bad-table', 'Nothing is found in any picture of these pairs.')
  const maxima = featureMaxima([...faces].map(signSplit))
  const made = new Map<Float32Array, Float64Array>()
  return (face) => {
    const known = made.get(face)
    if (known) return known
    const row = deepFaceNormalised(signSplit(face), maxima)
    made.set(face, row)
    return row
  }
}

/** The terms of χ² of DeepFace's features. @throws AppError bad-table when nothing is found in any face of the training pairs */
export function chiSquaredOf(training: readonly MeasuredPair[]): Terms {
  const of = deepFaceFeatures(training)
  return ({ left, right }) => (left === null || right === null ? null : chiSquaredTerms(of(left), of(right)))
}

/**
 * The distance that a linear support vector machine learns: its decision value, positive for a pair of different ones. C
 * follows SVM-light's rule, 1 / mean ‖x‖² (Joachims 1999), so that nothing is left to choose.
 * @param cost C in multiples of the rule's
 * @throws AppError bad-table when a kind of pair is missing
 */
export function weighted(training: readonly MeasuredPair[], terms: Terms, cost = 1): PairDistance {
  const examples = training.flatMap((pair) => {
    const row = terms(pair)
    return row ? [{ row, different: !pair.same }] : []
  })
  const different = examples.filter((example) => example.different).length
  if (different === 0 || different === examples.length)
    throw new AppError('bad-table', 'Weights are learned from pairs of the same and pairs of different ones.')
  const square = examples.reduce((sum, { row }) => sum + row.reduce((inner, value) => inner + value ** 2, 0), 0)
  // Rows of mean squared length 1 with C = 1 are the rule, and the constant feature is then of their size.
  const scale = square > 0 ? 1 / Math.sqrt(square / examples.length) : 1
  const { weights, bias } = fitLinearSvm(
    examples.map(({ row }) => row.map((value) => value * scale)),
    examples.map((example) => example.different),
    { cost, seed: SEED },
  )
  return (pair) => {
    const row = terms(pair)
    return row ? row.reduce((sum, value, k) => sum + weights[k]! * value * scale, bias) : Infinity
  }
}
