import { expect, it } from 'vitest'
import { cosineTriplet } from '../../../src-main/engine/losses/cosine-triplet.ts'
import { triplet } from '../../../src-main/engine/losses/triplet.ts'
import { tf } from '../../../src-main/engine/tf.ts'
import { triplets, withClass, type Scene } from './definitions.ts'
import { lawsOf } from './table-laws.ts'

function cosine(a: readonly number[], b: readonly number[]): number {
  let [dot, aa, bb] = [0, 0, 0]
  for (let k = 0; k < a.length; k++) {
    dot += a[k]! * b[k]!
    aa += a[k]! ** 2
    bb += b[k]! ** 2
  }
  return dot / Math.sqrt(aa) / Math.sqrt(bb)
}

const mined = (mining: 'all' | 'semi-hard' | 'batch-hard') => (s: Scene) => {
  const { x, labels } = withClass(s)
  return triplets(x, labels, mining, 0.3, (a, b) => -cosine(a, b))
}
const as = { options: { margin: 0.3 }, placed: true } as const

lawsOf('cosine-triplet-all', mined('all'), as)
lawsOf('cosine-triplet-semi-hard', mined('semi-hard'), as)
lawsOf('cosine-triplet-batch-hard', mined('batch-hard'), as)

it('is half the triplet loss of twice the margin on embeddings of length 1', () => {
  const x = tf.tensor2d([[1, 0], [0.6, 0.8], [0, 1], [-0.8, 0.6]]) // prettier-ignore
  const labels = [0, 0, 1, 1]
  for (const mining of ['all', 'semi-hard', 'batch-hard'] as const) {
    const half = triplet(x, labels, { mining, margin: 0.8 }).dataSync()[0]! / 2
    expect(cosineTriplet(x, labels, { mining, margin: 0.4 }).dataSync()[0]).toBeCloseTo(half, 5)
  }
})
