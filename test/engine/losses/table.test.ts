import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lossFacts, lossNamed, LOSSES, type LossName } from '../../../src-main/engine/losses/table.ts'
import { tf, type Tensor1D } from '../../../src-main/engine/tf.ts'
import { parametersOf } from './table-laws.ts'

const names = Object.keys(LOSSES) as LossName[]

describe('the table of losses', () => {
  it('has no loss without laws, nor without words of its own', () => {
    const tests = readdirSync(import.meta.dirname)
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'))
      .join()
    const lawful = new Set(Array.from(tests.matchAll(/(?:lawsOf|boosted)\(\s*'([a-z\d-]+)'/g), ([, name]) => name))
    expect(names.filter((name) => !lawful.has(name))).toEqual([])
    const facts = lossFacts()
    expect(facts.map(({ name }) => name)).toEqual(names)
    expect(new Set(facts.map(({ title }) => title)).size).toBe(names.length)
    for (const { words } of facts) expect(words).toMatch(/\.$/)
  })

  it.each(names)('takes labels as a tensor as it takes them as numbers: %s', (name) => {
    const [references, queries] = [tf.tensor2d([[1, 0], [0, 2], [3, 1]]), tf.tensor2d([[0, 0], [1, 1], [4, 0], [2, 2]])] // prettier-ignore
    const labels = [2, 0, 0, 1]
    const loss = (given: number[] | Tensor1D) =>
      lossNamed(name)
        .terms({ references, queries, labels: given, parameters: parametersOf(name, references) }, { margin: 4 })
        .labelled.dataSync()[0]!
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
    for (const name of names) {
      const step = { references: z, queries: z, labels: [0, 1], parameters: parametersOf(name, z) }
      expect(Object.keys(lossNamed(name).terms(step))).toEqual(['labelled'])
    }
  })

  it.each(names)('a loss that scores classes scores each of them: %s', (name) => {
    const references = tf.tensor2d([[1, 0, 2], [0, 2, 1]]) // prettier-ignore
    const { scores } = lossNamed(name)
    const given = { references, parameters: parametersOf(name, references) }
    const seen = scores?.(tf.ones([5, 3]), given)
    if (seen) expect([seen.shape, tf.isFinite(seen).all().dataSync()[0]]).toEqual([[5, 2], 1])
  })

  it('names what there is when asked for another', () => {
    expect(() => lossNamed('toString')).toThrow(/no loss "toString".*distance-ratio.*triplet-all/s)
  })

  it('says which parameter of its own a loss is not given', () => {
    const z = tf.tensor2d([[1], [2]])
    expect(() => lossNamed('softmax').terms({ references: z, queries: z, labels: [0, 1] })).toThrow(/"classes"/)
  })

  it('says that a second view is missing', () => {
    const z = tf.tensor2d([[1], [2]])
    expect(() => lossNamed('two-views').terms({ references: z, queries: z, labels: [0, 1], unlabelled: z })).toThrow(
      /second view/,
    )
  })
})
