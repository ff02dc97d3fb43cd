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

export function triplets(x: Matrix, labels: readonly number[], mining: Mining, margin = 0.2): number {
  const d = x.map((a) => x.map((b) => squaredDistance(a, b)))
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
