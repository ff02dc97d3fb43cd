import type { Profile } from '../../contract/types.ts'

/**
 * A head: a function of the shipped model's raw features (EngineApi.features), x of F values in parts.
 *
 *   z = [ √share₁ · L2(x₁ − mean₁), √share₂ · L2(x₂ − mean₂), … ]          F
 *   y = L2( z·W + relu(z·A + a)·B )                                         D; without `hidden` the first term alone
 */
export interface HeadModel {
  readonly profile: Profile
  /** Id of the shipped model whose features it takes. */
  readonly base: string
  readonly parts: readonly HeadPart[]
  /** D */
  readonly dimensions: number
  /** W, F × D, row by row. */
  readonly weights: Float32Array
  readonly hidden?: HiddenLayer
  /** What stands for each identity, from the folder; identities enrolled later have none. */
  readonly prototypes?: Prototypes
}

/** One part of the features, such as what the network sees or the colours. */
export interface HeadPart {
  /** What is removed before the part is scaled to unit length; a part whose length is 0 afterwards stays 0. */
  readonly mean: Float32Array
  /** Of the squared length, 0…1; the shares of all parts sum to 1. */
  readonly share: number
}

export interface HiddenLayer {
  /** A, F × H, and a, H. */
  readonly into: Float32Array
  readonly bias: Float32Array
  /** B, H × D */
  readonly out: Float32Array
}

export interface Prototypes {
  readonly identities: readonly string[]
  /** Identities × D, unit length. */
  readonly vectors: Float32Array
}

export function inputs({ parts }: Pick<HeadModel, 'parts'>): number {
  return parts.reduce((sum, { mean }) => sum + mean.length, 0)
}

/**
 * The embedding of one thing under a head. In plain numbers, so that it is the same on every backend.
 * @param features F, raw
 * @returns D, unit length
 */
export function applyHead(head: HeadModel, features: Float32Array): Float32Array {
  const size = inputs(head)
  if (features.length !== size) throw new Error(`a head of ${size} inputs is given ${features.length} features`)
  const z = standardised(head.parts, features)
  const y = product(z, head.weights, head.dimensions)
  if (head.hidden) {
    const { into, bias, out } = head.hidden
    const h = product(z, into, bias.length).map((value, i) => Math.max(0, value + bias[i]!))
    product(h, out, head.dimensions).forEach((value, i) => (y[i]! += value))
  }
  return Float32Array.from(scaled(y, 1))
}

/** z of one row of raw features, in double precision. */
export function standardised(parts: readonly HeadPart[], features: ArrayLike<number>): Float64Array {
  const z = new Float64Array(features.length)
  let at = 0
  for (const { mean, share } of parts) {
    const part = z.subarray(at, at + mean.length)
    for (let i = 0; i < mean.length; i++) part[i] = features[at + i]! - mean[i]!
    scaled(part, Math.sqrt(share))
    at += mean.length
  }
  return z
}

/** Scales a vector in place to this length; one of zeros stays. */
function scaled(vector: Float64Array, length: number): Float64Array {
  let sum = 0
  for (const value of vector) sum += value * value
  const by = sum > 0 ? length / Math.sqrt(sum) : 0
  for (let i = 0; i < vector.length; i++) vector[i]! *= by
  return vector
}

/** x·M for a matrix of x.length rows and `columns` columns. */
function product(x: Float64Array, matrix: Float32Array, columns: number): Float64Array {
  const y = new Float64Array(columns)
  for (let i = 0, at = 0; i < x.length; i++) {
    const value = x[i]!
    if (value === 0) at += columns
    else for (let j = 0; j < columns; j++) y[j]! += value * matrix[at++]!
  }
  return y
}
