import { expect, it } from 'vitest'
import { softmax } from '../../../src-main/engine/losses/softmax.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { classified, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

const crossEntropy = (s: Scene) =>
  classified(s, (o, label) => {
    const sum = o.reduce((total, value) => total + Math.exp(value), 0)
    return -Math.log(Math.exp(o[label]!) / sum)
  })

lawsOf('softmax', crossEntropy, { placed: true, ofOneClass: true })

const parameters = { classes: tf.tensor2d([[1, 0], [0, 2]]), bias: tf.tensor2d([[0, 1]]) } // prettier-ignore
const references = tf.tensor2d([[0, 0], [0, 0]]) // prettier-ignore

it('has the outputs as scores', () => {
  expect(softmax.scores!(tf.tensor2d([[3, 4]]), { references, parameters }).arraySync()).toEqual([[3, 9]])
})

it('takes a target distribution in place of the labels of the queries', () => {
  const step = { references, queries: tf.tensor2d([[1, 0]]), labels: [0], parameters }
  const of = (target: [number, number]) =>
    3 * softmax.terms({ ...step, target: tf.tensor2d([target]) }).labelled.dataSync()[0]!
  // The query's outputs are (1, 1), so that its part is log 2 for every target.
  expect(of([1, 0])).toBeCloseTo(of([0.3, 0.7]), 5)
  // Outputs of a reference are (0, 1).
  const atReferences = 2 * Math.log(1 + Math.E) - 1
  expect(of([0, 1])).toBeCloseTo(Math.log(2) + atReferences, 5)
})
