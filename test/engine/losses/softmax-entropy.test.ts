import { classified, crossEntropy, meanOver, outputsOf, type Matrix, type Scene } from './definitions.ts'
import { LAMBDA, lawsOf } from './table-laws.ts'

/** softmax(o), the largest output taken off so that none overflows. */
function shares(o: readonly number[]): number[] {
  const most = Math.max(...o)
  const sum = o.reduce((total, value) => total + Math.exp(value - most), 0)
  return o.map((value) => Math.exp(value - most) / sum)
}

const named = (s: Scene) => classified(s, (o, label) => -Math.log(shares(o)[label]!))

const sure = (s: Scene) =>
  meanOver(s.x, (b) => {
    const p = shares(outputsOf(s.x[b]!, s))
    return crossEntropy(p, p)
  })

/** Σ p̄ · log p̄ of the mean prediction. */
function even(s: Scene): number {
  const all: Matrix = s.x.map((row) => shares(outputsOf(row, s)))
  return s.z.reduce((sum, _, i) => {
    const share = meanOver(all, (b) => all[b]![i]!)
    return sum + share * Math.log(share)
  }, 0)
}

lawsOf('softmax-entropy', (s) => named(s) + LAMBDA.unlabelled * sure(s) + LAMBDA.balance * even(s), {
  placed: true,
  ofOneClass: true,
})
