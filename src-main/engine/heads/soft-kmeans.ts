import { matrix, multiply, row, type Matrix } from './matrix.ts'
import { fix, prototypes, type Known } from './propagate.ts'

const TEMPERATURE = 0.05
const ROUNDS = 10

/**
 * Soft k-means from the references: each photo is shared between the prototypes by softmax(cosine/T), each prototype becomes
 * L2(reference + Σ q·z). The reference keeps its own weight of one photo, so that a class nobody belongs to stays where it is.
 * Ren et al., "Meta-learning for semi-supervised few-shot classification", 2018, eq. 3 and 4.
 * @param centres c × D, unit rows
 */
export function softKmeans(
  photos: Matrix,
  centres: Matrix,
  { weights, ...known }: Known & { weights?: Float32Array } = {},
): { readonly prototypes: Matrix; readonly labels: Matrix } {
  let current = centres
  let labels = shares(photos, current, TEMPERATURE, known)
  for (let round = 0; round < ROUNDS; round++) {
    labels = shares(photos, current, TEMPERATURE, known)
    current = prototypes(photos, centres, labels, weights)
  }
  return { prototypes: current, labels }
}

/** softmax(cosine/T) of every photo over the prototypes, N × c; 0 for a class that the photo is known not to be of, 1 for the one it is. */
export function shares(
  photos: Matrix,
  current: Matrix,
  temperature: number,
  { cannotLink = [], mustLink = [] }: Known = {},
): Matrix {
  const out = multiply(photos, current, { transposed: true })
  for (const { photo, label } of cannotLink) out.values[photo * out.columns + label] = -Infinity
  for (let i = 0; i < out.rows; i++) softmax(row(out, i), temperature)
  const labels = matrix(out.rows, out.columns, out.values)
  fix(labels, mustLink)
  return labels
}

/** In place; all zeros when every value is −∞. */
function softmax(values: Float32Array, temperature: number): void {
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity)
  let sum = 0
  for (let j = 0; j < values.length; j++)
    sum += values[j] = most > -Infinity ? Math.exp((values[j]! - most) / temperature) : 0
  if (sum > 0) for (let j = 0; j < values.length; j++) values[j]! /= sum
}
