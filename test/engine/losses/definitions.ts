import type { Mining } from '../../../src-main/engine/losses/triplet.ts'

/** The losses as their equations read, in nested loops and float64: slow, and plain enough to be believed. */

export type Matrix = readonly (readonly number[])[]

/** What a loss may look at. */
export interface Scene {
  /** B × D */
  readonly x: Matrix
  /** B × D, second views */
  readonly second: Matrix
  /** c × D */
  readonly z: Matrix
  /** B */
  readonly labels: readonly number[]
  /** B × c */
  readonly target: Matrix
  /** B */
  readonly weight: readonly number[]
  /** Parameters of the loss itself, by name. */
  readonly own: Readonly<Record<string, Matrix>>
}

/** References and samples together, each with its class. */
export function withClass({ z, x, labels }: Scene): { x: Matrix; labels: readonly number[] } {
  return { x: [...z, ...x], labels: [...z.keys(), ...labels] }
}

export interface Form {
  readonly squared: boolean
  readonly scale?: number
}

export function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += (a[k]! - b[k]!) ** 2
  return sum
}

/** (1), not its logarithm */
export function distribution(x: readonly number[], z: Matrix, { squared, scale = 1 }: Form): number[] {
  const likeness: number[] = []
  let sum = 0
  for (const reference of z) {
    const square = squaredDistance(x, reference)
    const value = Math.exp(-scale * (squared ? square : Math.sqrt(square)))
    likeness.push(value)
    sum += value
  }
  return likeness.map((value) => value / sum)
}

export const indicator = (label: number, classes: number) => Array.from({ length: classes }, (_, i) => +(i === label))

export function crossEntropy(target: readonly number[], p: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < p.length; i++) sum -= target[i]! * Math.log(p[i]!)
  return sum
}

/** Each sample's loss, weighed and averaged over the batch. */
export function meanOver(x: Matrix, loss: (b: number) => number, weight?: readonly number[]): number {
  let sum = 0
  for (let b = 0; b < x.length; b++) sum += loss(b) * (weight ? weight[b]! : 1)
  return sum / x.length
}

export function ratio(scene: Scene, form: Form, soft = false, weight?: readonly number[]): number {
  const { x, z, labels, target } = scene
  const wanted = (b: number) => (soft ? target[b]! : indicator(labels[b]!, z.length))
  return meanOver(x, (b) => crossEntropy(wanted(b), distribution(x[b]!, z, form)), weight)
}

export function entropy({ x, z }: Scene, form: Form, weight?: readonly number[]): number {
  const sample = (b: number) => {
    const p = distribution(x[b]!, z, form)
    return crossEntropy(p, p)
  }
  return meanOver(x, sample, weight)
}

export function symmetric({ x, second, z }: Scene, form: Form, weight?: readonly number[]): number {
  const sample = (b: number) => {
    const one = distribution(x[b]!, z, form)
    const other = distribution(second[b]!, z, form)
    let sum = 0
    for (let i = 0; i < z.length; i++) sum += one[i]! * Math.log(other[i]!) + other[i]! * Math.log(one[i]!)
    return -sum / 2
  }
  return meanOver(x, sample, weight)
}

export function balanced(x: Matrix, z: Matrix, form: Form, weight = x.map(() => 1)): number {
  const total = weight.reduce((sum, value) => sum + value, 0)
  let result = 0
  for (let i = 0; i < z.length; i++) {
    let share = 0
    for (let b = 0; b < x.length; b++) share += (weight[b]! * distribution(x[b]!, z, form)[i]!) / total
    result += share * Math.log(share)
  }
  return result
}

/** @param unlike how far two embeddings are from each other: d², or another measure in its place */
export function triplets(
  x: Matrix,
  labels: readonly number[],
  mining: Mining,
  margin = 0.2,
  unlike = squaredDistance,
): number {
  const d = x.map((a) => x.map((b) => unlike(a, b)))
  let sum = 0
  let count = 0
  for (let a = 0; a < x.length; a++) {
    const positives = labels.flatMap((label, p) => (p !== a && label === labels[a] ? [p] : []))
    const negatives = labels.flatMap((label, n) => (label !== labels[a] ? [n] : []))
    const farthest = positives.reduce((best, p) => Math.max(best, d[a]![p]!), -Infinity)
    const nearest = negatives.reduce((best, n) => Math.min(best, d[a]![n]!), Infinity)
    for (const p of positives)
      for (const n of negatives) {
        const [near, far] = [d[a]![p]!, d[a]![n]!]
        if (mining === 'semi-hard' && !(near < far && far < near + margin)) continue
        if (mining === 'batch-hard' && !(near === farthest && far === nearest)) continue
        sum += Math.max(0, near - far + margin)
        count++
      }
  }
  return count === 0 ? 0 : sum / count
}

/** ½ the mean of `same` over the pairs of one class, ½ that of `different` over the pairs of two. */
export function pairs(
  scene: Scene,
  same: (a: readonly number[], b: readonly number[]) => number,
  different: typeof same,
): number {
  const { x, labels } = withClass(scene)
  const [sums, counts] = [[0, 0], [0, 0]] // prettier-ignore
  for (let i = 0; i < x.length; i++)
    for (let j = 0; j < x.length; j++) {
      if (i === j) continue
      const kind = labels[i] === labels[j] ? 0 : 1
      sums[kind]! += (kind === 0 ? same : different)(x[i]!, x[j]!)
      counts[kind]! += 1
    }
  return sums[0]! / Math.max(1, counts[0]!) / 2 + sums[1]! / Math.max(1, counts[1]!) / 2
}

/** o_i = b_i + Σ_k W_ik x_k */
export const outputsOf = (x: readonly number[], { own }: Scene): number[] =>
  own['classes']!.map((row, i) => row.reduce((sum, w, k) => sum + w * x[k]!, own['bias']![0]![i]!))

/** The mean over references and samples of a loss of a sample's outputs and its class; references weigh 1. */
export function classified(
  scene: Scene,
  loss: (output: readonly number[], label: number) => number,
  outputs: (x: readonly number[], scene: Scene) => number[] = outputsOf,
): number {
  const { x, labels } = withClass(scene)
  const weight = [...scene.z.map(() => 1), ...scene.weight]
  return meanOver(x, (b) => loss(outputs(x[b]!, scene), labels[b]!), weight)
}
