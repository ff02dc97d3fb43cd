import { expect, it } from 'vitest'
import { smoothedSoftmax } from '../../../src-main/engine/losses/softmax-smoothed.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { classified, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

const smoothed = (s: Scene) =>
  classified(s, (o, label) => {
    const sum = o.reduce((total, value) => total + Math.exp(value), 0)
    const target = (i: number) => (i === label ? 0.9 : 0) + 0.1 / o.length
    return o.reduce((loss, value, i) => loss - target(i) * Math.log(Math.exp(value) / sum), 0)
  })

lawsOf('softmax-smoothed', smoothed, { placed: true, ofOneClass: true })

it('is least at outputs that leave the other classes their share, not at infinite ones', () => {
  const references = tf.tensor2d([], [0, 2])
  const at = (o: number) => {
    const parameters = { classes: tf.tensor2d([[o, 0], [0, 0]]), bias: tf.zeros([1, 2]) } // prettier-ignore
    const step = { references, queries: tf.tensor2d([[1, 0]]), labels: [0], parameters } as never
    return smoothedSoftmax.terms(step).labelled.dataSync()[0]!
  }
  const best = Math.log(0.95 / 0.05)
  expect(at(best)).toBeLessThan(at(best - 0.1))
  expect(at(best)).toBeLessThan(at(best + 0.1))
})
