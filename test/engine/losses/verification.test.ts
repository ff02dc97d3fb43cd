import { expect, it } from 'vitest'
import { verification } from '../../../src-main/engine/losses/verification.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { pairs, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

function crossEntropy(scene: Scene): number {
  const { weights, bias } = scene.own
  const p = (a: readonly number[], b: readonly number[]) => {
    let s = bias![0]![0]!
    for (let k = 0; k < a.length; k++) s += weights![0]![k]! * Math.abs(a[k]! - b[k]!)
    return 1 / (1 + Math.exp(-s))
  }
  return pairs(
    scene,
    (a, b) => -Math.log(p(a, b)),
    (a, b) => -Math.log(1 - p(a, b)),
  )
}

lawsOf('verification', crossEntropy, { ofOneClass: true })

it('scores a sample by its weighted differences to the reference of each class', () => {
  const parameters = { weights: tf.tensor2d([[-1, 2]]), bias: tf.tensor2d([[0.5]]) }
  const references = tf.tensor2d([[0, 0], [3, 1]]) // prettier-ignore
  const scores = verification.scores!(tf.tensor2d([[1, 3]]), { references, parameters }).arraySync()
  expect(scores).toEqual([[0.5 - 1 + 6, 0.5 - 2 + 4]])
})
