import { beforeAll, describe, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { lossNamed, type LossName } from '../../../src-main/engine/losses/table.ts'
import { tf, type Tensor2D } from '../../../src-main/engine/tf.ts'
import { backends, resources } from '../fixture.ts'
import { classified, outputsOf, withClass, type Scene } from './definitions.ts'
import { nearAll, random, withOwn } from './laws.ts'
import { lawsOf } from './table-laws.ts'

const ALPHA = 0.5

/**
 * The laws of a loss whose gradient by the outputs is δ = α·(f(o) − t), once with α and targets of its own and once with given ones,
 * and δ itself in loops.
 * @param integral ∫ f(o) do: the derivative of α·(∫f − t·o) is δ
 */
export function boosted(name: LossName, f: (o: number) => number, integral: (o: number) => number): void {
  const of = (alpha: number, [other, own]: readonly [number, number]) => {
    const target = (i: number, label: number) => (i === label ? own : other)
    const sum = (o: readonly number[], each: (o: number, i: number) => number) =>
      o.reduce((total, value, i) => total + each(value, i), 0)
    return {
      value: (s: Scene) =>
        classified(s, (o, label) => sum(o, (one, i) => (alpha * (f(one) - target(i, label))) ** 2 / 2)),
      potential: (s: Scene) =>
        classified(s, (o, label) => sum(o, (one, i) => alpha * (integral(one) - target(i, label) * one))),
    }
  }
  const habits = { placed: true, ofOneClass: true } as const
  const [own, given] = [of(1, [0, 10]), of(ALPHA, [-1, 4])]
  lawsOf(name, own.value, { ...habits, potential: own.potential })
  const options = { boost: ALPHA, targets: [-1, 4] } as const
  lawsOf(name, given.value, { ...habits, potential: given.potential, options })

  describe.each(backends)(`on %s ${name}`, (backend) => {
    beforeAll(() => chooseBackend(resources, backend))
    it('sends δ back at the outputs, and nothing else', () => {
      const loss = lossNamed(name)
      const scene = withOwn(random({ seed: 21 }), loss.parameters)
      const matrix = (rows: readonly (readonly number[])[]) => tf.tensor2d(rows.map((row) => [...row]))
      const { x, labels } = withClass(scene)
      // Wᵀ is the identity, so that o = x + b and the gradient by x is that by the outputs.
      const square = { ...scene, own: { ...scene.own, classes: x[0]!.map((_, i) => x[0]!.map((_, k) => +(i === k))) } }
      const bias = [[...scene.own['bias']![0]!, 0]]
      const four = { ...square, own: { ...square.own, bias } }
      const parameters = { classes: matrix(four.own.classes), bias: matrix(bias) }
      const references = matrix(x.slice(0, 4))
      const gradient = tf.grad(
        (queries) =>
          loss.terms({ references, queries: queries as Tensor2D, labels: labels.slice(4), parameters }, options)
            .labelled,
      )(matrix(x.slice(4)))
      const delta = x.slice(4).map((row, b) =>
        outputsOf(row, four).map((o, i) => (ALPHA * (f(o) - (i === labels[4 + b] ? 4 : -1))) / x.length),
      ) // prettier-ignore
      nearAll(gradient.arraySync() as number[][], delta)
    })
  })
}
