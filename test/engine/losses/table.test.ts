import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { objective, type Terms } from '../../../src-main/engine/losses/objective.ts'
import { LOSSES, lossNamed, type LossName } from '../../../src-main/engine/losses/table.ts'
import { tf, type Tensor1D } from '../../../src-main/engine/tf.ts'
import { backends, resources } from '../fixture.ts'
import { balanced, entropy, ratio, symmetric, triplets, type Form, type Scene } from './definitions.ts'
import { laws, type Tensors } from './laws.ts'

/** λ as a run would set them, all different so that no term can stand in for another. */
const lambda = { labelled: 1, unlabelled: 0.5, balance: 0.25 }

const oneView = (form: Form) => (s: Scene) =>
  ratio(s, form, false, s.weight) + lambda.unlabelled * entropy(s, form) + lambda.balance * balanced(s.x, s.z, form)

const twoViews = (form: Form) => (s: Scene) =>
  ratio(s, form, false, s.weight) +
  lambda.unlabelled * symmetric(s, form, s.weight) +
  lambda.balance * balanced([...s.x, ...s.second], s.z, form, [...s.weight, ...s.weight])

const ofAll = (mining: 'all' | 'semi-hard' | 'batch-hard') => (s: Scene) =>
  triplets([...s.z, ...s.x], [...s.z.keys(), ...s.labels], mining, 0.3)

const DEFINITIONS: Readonly<Record<LossName, (s: Scene) => number>> = {
  'distance-ratio': oneView({ squared: true, scale: 2 }),
  'distance-ratio-plain': oneView({ squared: false, scale: 2 }),
  'two-views': twoViews({ squared: true, scale: 2 }),
  'two-views-plain': twoViews({ squared: false, scale: 2 }),
  'triplet-all': ofAll('all'),
  'triplet-semi-hard': ofAll('semi-hard'),
  'triplet-batch-hard': ofAll('batch-hard'),
}

function chosen(name: LossName, { z, x, second, labels, weight, made }: Tensors) {
  const loss = lossNamed(name)
  const terms: Terms = loss.terms(
    {
      references: z,
      queries: x,
      labels,
      weight,
      unlabelled: x,
      ...(loss.views === 2 && { second, unlabelledWeight: weight }),
    },
    { scale: 2, margin: 0.3 },
  )
  for (const term of Object.values(terms)) made(term)
  return objective(terms, lambda)
}

describe.each(backends)('on %s the loss', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))
  for (const name of Object.keys(LOSSES) as LossName[]) laws(name, (t) => chosen(name, t), DEFINITIONS[name])
})

describe('the table of losses', () => {
  it.each(Object.keys(LOSSES) as LossName[])('takes labels as a tensor as it takes them as numbers: %s', (name) => {
    const [references, queries] = [tf.tensor2d([[1, 0], [0, 2], [3, 1]]), tf.tensor2d([[0, 0], [1, 1], [4, 0], [2, 2]])] // prettier-ignore
    const labels = [2, 0, 0, 1]
    const loss = (given: number[] | Tensor1D) =>
      lossNamed(name).terms({ references, queries, labels: given }, { margin: 4 }).labelled.dataSync()[0]!
    expect(loss(tf.tensor1d(labels))).toBe(loss(labels))
    expect(loss(tf.tensor1d(labels))).not.toBe(loss([2, 0, 1, 1]))
  })

  it('takes a target distribution in place of the labels', () => {
    const point = tf.tensor2d([[0, 0]])
    const references = tf.tensor2d([
      [1, 0],
      [0, 2],
    ])
    const step = { references, queries: point, labels: [0] }
    const p = (target?: [number, number]) =>
      lossNamed('distance-ratio')
        .terms(target ? { ...step, target: tf.tensor2d([target]) } : step)
        .labelled.dataSync()[0]!
    // P = (e⁻¹, e⁻⁴) / (e⁻¹ + e⁻⁴)
    expect(p()).toBeCloseTo(Math.log(1 + Math.exp(-3)), 5)
    expect(p([0, 1])).toBeCloseTo(3 + Math.log(1 + Math.exp(-3)), 5)
    expect(p([0.5, 0.5])).toBeCloseTo(1.5 + Math.log(1 + Math.exp(-3)), 5)
  })

  it('has no unlabelled term without unlabelled samples', () => {
    const z = tf.tensor2d([[1], [2]])
    for (const loss of Object.values(LOSSES))
      expect(Object.keys(loss.terms({ references: z, queries: z, labels: [0, 1] }))).toEqual(['labelled'])
  })

  it('names what there is when asked for another', () => {
    expect(() => lossNamed('toString')).toThrow(/no loss "toString".*distance-ratio.*triplet-all/s)
  })

  it('says that a second view is missing', () => {
    const z = tf.tensor2d([[1], [2]])
    expect(() => lossNamed('two-views').terms({ references: z, queries: z, labels: [0, 1], unlabelled: z })).toThrow(
      /second view/,
    )
  })
})
