import { expect, it } from 'vitest'
import { largeMarginCosine } from '../../../src-main/engine/losses/large-margin-cosine.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { classified, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

const length = (a: readonly number[]) => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0))

const cosines = (x: readonly number[], { own }: Scene) =>
  own['classes']!.map((w) => w.reduce((sum, value, k) => sum + value * x[k]!, 0) / length(w) / length(x))

const margins = (s: number, m: number) => (scene: Scene) =>
  classified(
    scene,
    (cos, y) => {
      const own = Math.exp(s * (cos[y]! - m))
      const others = cos.reduce((sum, value, j) => sum + (j === y ? 0 : Math.exp(s * value)), 0)
      return -Math.log(own / (own + others))
    },
    cosines,
  )

const as = { placed: true, ofOneClass: true } as const

lawsOf('large-margin-cosine', margins(2, 0.3), { ...as, options: { scale: 2, margin: 0.3 } })

it('has s = 30 and m = 0.35 without options, and cosines times s as scores', () => {
  const parameters = { classes: tf.tensor2d([[2, 0], [0, 5]]) } // prettier-ignore
  const references = tf.tensor2d([[3, 4], [3, 4]]) // prettier-ignore
  const scores = largeMarginCosine.scores!(references, { references, parameters }).arraySync()
  for (const [first, second] of scores) {
    expect(first).toBeCloseTo(18, 4)
    expect(second).toBeCloseTo(24, 4)
  }
  const value = largeMarginCosine.terms({ references, queries: references, labels: [0, 1], parameters }).labelled
  const [wrong, right] = [Math.log(1 + Math.exp(24 - 18 + 10.5)), Math.log(1 + Math.exp(18 - 24 + 10.5))]
  expect(value.dataSync()[0]).toBeCloseTo((wrong + right) / 2, 3)
})
