import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { balance } from '../../../src-main/engine/losses/balance.ts'
import { distances } from '../../../src-main/engine/losses/distances.ts'
import { logDistribution } from '../../../src-main/engine/losses/distance-distribution.ts'
import { entropies } from '../../../src-main/engine/losses/minimum-entropy.ts'
import { triplet } from '../../../src-main/engine/losses/triplet.ts'
import { tf, type Tensor, type Tensor2D } from '../../../src-main/engine/tf.ts'
import { backends, resources } from '../fixture.ts'
import { crossEntropy, distribution, squaredDistance } from './definitions.ts'
import { near, random } from './laws.ts'

const matrix = (rows: readonly (readonly number[])[]) => tf.tensor2d(rows.map((row) => [...row]))

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))

  it('log P equals (1) and its rows sum to 1', () => {
    const { x, z } = random({ seed: 1 })
    for (const form of [{ squared: true }, { squared: false }, { squared: true, scale: 5 }])
      logDistribution(matrix(x), matrix(z), form)
        .arraySync()
        .forEach((row, b) => {
          const wanted = distribution(x[b]!, z, form)
          row.forEach((value, i) => near(value, Math.log(wanted[i]!)))
          near(
            row.reduce((sum, value) => sum + Math.exp(value), 0),
            1,
          )
        })
  })

  it('log P stays finite where P is 0 in float32, and the entropy there is 0', () => {
    const logP = logDistribution(tf.tensor2d([[0, 0]]), matrix([[0, 0], [1e4, 0]]), { squared: true }) // prettier-ignore
    expect(logP.arraySync()).toEqual([[0, -1e8]])
    near(entropies(logP).dataSync()[0]!, 0)
  })

  it('the entropy of each sample equals its definition', () => {
    const { x, z } = random({ seed: 2 })
    const form = { squared: true }
    entropies(logDistribution(matrix(x), matrix(z), form))
      .arraySync()
      .forEach((value, b) => {
        const p = distribution(x[b]!, z, form)
        near(value, crossEntropy(p, p))
      })
  })

  it('distances of references that do not fit into one block are those of each', () => {
    const [rows, width, count] = [64, 512, 700]
    const x = tf.randomUniform([rows, width], -1, 1, 'float32', 1) as Tensor2D
    const z = tf.randomUniform([count, width], -1, 1, 'float32', 2) as Tensor2D
    const [ax, az] = [x.arraySync(), z.arraySync()]
    const all = distances(x, z, { squared: true })
    expect(all.shape).toEqual([rows, count])
    const values = all.arraySync()
    for (const i of [0, 63]) for (const j of [0, 511, 512, 699]) near(values[i]![j]!, squaredDistance(ax[i]!, az[j]!))
    tf.dispose([x, z, all])
  })

  it('a distance of 1e-4 between points 1,000 from 0 keeps its digits, and so does its gradient', () => {
    const x = tf.tensor2d([[1000, 1000]])
    const z = tf.tensor2d([[1000 + 2 ** -12, 1000]])
    near(distances(x, z, { squared: false }).dataSync()[0]! * 2 ** 12, 1)
    const grad = tf
      .grad((x) => distances(x as Tensor2D, z, { squared: false }))(x)
      .arraySync()
    expect(grad).toEqual([[-1, 0]])
  })

  it('points that nearly meet get the gradient of their direction, however far the other references are', () => {
    const x = tf.tensor2d([[100, 7]])
    const z = tf.tensor2d([
      [100, 7 + 2 ** -20],
      [-1000, 7],
    ])
    const [dx, dz] = tf.grads((x, z) => distances(x as Tensor2D, z as Tensor2D, { squared: false }))([x, z])
    expect(dx!.arraySync()).toEqual([[1, -1]])
    expect(dz!.arraySync()).toEqual([[-0, 1], [-1, -0]]) // prettier-ignore
  })

  it('the gradient of references that do not fit into one block is that of each', () => {
    const x = tf.randomUniform([64, 512], -1, 1, 'float32', 1) as Tensor2D
    const z = tf.randomUniform([700, 512], -1, 1, 'float32', 2) as Tensor2D
    const of = (count: number, at: number) =>
      tf.grads((x, z) => distances(x as Tensor2D, z as Tensor2D, { squared: false }))([
        x,
        z.slice([at, 0], [count, 512]),
      ])
    const [dx, dz] = of(700, 0)
    const [[dx1, dz1], [dx2, dz2]] = [of(300, 0), of(400, 300)]
    const off = (a: Tensor, b: Tensor) => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!
    expect(off(dx!, tf.add(dx1!, dx2!))).toBeLessThan(1e-4)
    expect(off(dz!, tf.concat([dz1!, dz2!]))).toBeLessThan(1e-5)
  })

  it('the plain distance has the gradient 0 at 0, and the slope of one beside it', () => {
    const x = tf.tensor2d([[1, 2]])
    const slope = (z: number[]) =>
      tf
        .grad((x) => distances(x as Tensor2D, tf.tensor2d([z]), { squared: false }))(x)
        .arraySync()
    expect(slope([1, 2])).toEqual([[0, 0]])
    expect(slope([1, 5])).toEqual([[0, -1]])
  })

  it('a batch that weighs nothing has no balance term', () => {
    const logP = logDistribution(matrix([[0], [1]]), matrix([[0], [3]]), { squared: true })
    const { value, grad } = tf.valueAndGrad((p) => balance(p as Tensor2D, tf.zeros([2])))(logP)
    near(value.dataSync()[0]!, 0)
    for (const slope of grad.dataSync()) near(slope, 0)
  })

  it('balance ranges from −log c where all classes share evenly to 0 where one has all', () => {
    const z = matrix([[0, 0], [9, 0], [0, 9]]) // prettier-ignore
    const of = (x: Tensor2D) => balance(logDistribution(x, z, { squared: true })).dataSync()[0]!
    near(of(z), -Math.log(3))
    near(of(matrix([[0, 0], [0.1, 0]])), 0) // prettier-ignore
  })

  it('one sample makes no triplet', () => {
    for (const mining of ['all', 'semi-hard', 'batch-hard'] as const)
      expect(triplet(tf.tensor2d([[1, 2]]), [0], { mining }).dataSync()[0]).toBe(0)
  })

  it('triplets worked by hand: anchors 0 and 1 of class a, 1.5 of class b on a line', () => {
    const x = tf.tensor2d([[0], [1], [1.5]])
    const loss = (mining: 'all' | 'semi-hard' | 'batch-hard', margin: number) =>
      triplet(x, [0, 0, 1], { mining, margin }).dataSync()[0]!
    // a = 0: 1 − 2.25 + α; a = 1: 1 − 0.25 + α
    near(loss('all', 0.2), 0.95 / 2)
    near(loss('all', 2), (0.75 + 2.75) / 2)
    near(loss('semi-hard', 2), 0.75)
    near(loss('semi-hard', 0.2), 0)
    near(loss('batch-hard', 0.2), 0.95 / 2)
  })
})
