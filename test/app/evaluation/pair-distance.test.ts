import { describe, expect, it } from 'vitest'
import {
  chiSquaredTerms,
  deepFaceNormalised,
  featureMaxima,
  signSplit,
} from '../../../src-main/app/evaluation/chi-squared.ts'
import { fitLinearSvm } from '../../../src-main/app/evaluation/linear-svm.ts'
import { DISTANCES } from '../../../src-main/app/evaluation/pair-distance.ts'
import { seededRandom } from '../../../src-main/app/evaluation/random.ts'
import { people } from './people.ts'

const pairs = people({ identities: 30, dimensions: 12, seed: 2 })
const [training, asked] = [pairs.slice(0, 40), pairs.slice(40)]

describe('distances of pairs', () => {
  it('are those of the embeddings when nothing is learned', () => {
    const of = DISTANCES.euclidean()
    for (const pair of asked) {
      let sum = 0
      for (let k = 0; k < 12; k++) sum += (pair.left[k]! - pair.right[k]!) ** 2
      expect(of(pair)).toBeCloseTo(Math.sqrt(sum), 6)
    }
  })

  it('by χ² are the sum over features normalised by the training pairs', () => {
    const of = DISTANCES['chi-squared'](training)
    const maxima = featureMaxima(training.flatMap(({ left, right }) => [signSplit(left), signSplit(right)]))
    const ready = (face: Float32Array) => deepFaceNormalised(signSplit(face), maxima)
    for (const pair of asked) {
      let sum = 0
      for (const term of chiSquaredTerms(ready(pair.left), ready(pair.right))) sum += term
      expect(of(pair)).toBeCloseTo(sum, 10)
    }
  })

  it('weighted are Σ w χ² + b of the machine that SVM-light would fit with its own C', () => {
    const of = DISTANCES['weighted-chi-squared'](training)
    const maxima = featureMaxima(training.flatMap(({ left, right }) => [signSplit(left), signSplit(right)]))
    const terms = ({ left, right }: (typeof pairs)[number]) =>
      chiSquaredTerms(deepFaceNormalised(signSplit(left), maxima), deepFaceNormalised(signSplit(right), maxima))
    const rows = training.map(terms)
    let square = 0
    for (const row of rows) for (const value of row) square += value ** 2 / rows.length
    const { weights, bias } = fitLinearSvm(
      rows.map((row) => row.map((value) => value / Math.sqrt(square))),
      training.map(({ same }) => !same),
      { cost: 1, seed: 7, tolerance: 1e-6 },
    )
    for (const pair of asked) {
      let expected = bias
      terms(pair).forEach((term, k) => (expected += (weights[k]! * term) / Math.sqrt(square)))
      expect(of(pair)).toBeCloseTo(expected, 2)
    }
  })

  it('weighted tell the two kinds apart by the features that matter', () => {
    // Of these people only the first four features are their own; the rest is noise that grows with the picture.
    const noisy = people({ identities: 60, dimensions: 40, own: 4, seed: 5 })
    const wrong = (of: (pair: (typeof noisy)[number]) => number) => {
      const tested = noisy.slice(80)
      const genuine = tested.filter((pair) => pair.same).map(of)
      const impostor = tested.filter((pair) => !pair.same).map(of)
      let count = 0
      for (const near of genuine) for (const far of impostor) if (near >= far) count++
      return count / (genuine.length * impostor.length)
    }
    const learned = wrong(DISTANCES['weighted-chi-squared'](noisy.slice(0, 80)))
    expect(learned).toBeLessThan(wrong(DISTANCES['chi-squared'](noisy.slice(0, 80))))
  })

  it('are endless where nothing is found', () => {
    const lost = { ...asked[0]!, left: null }
    for (const fit of Object.values(DISTANCES)) expect(fit(training)(lost)).toBe(Infinity)
  })

  it('refuse to learn from one kind of pair, or from no face at all', () => {
    const genuine = training.filter((pair) => pair.same)
    expect(() => DISTANCES['weighted-chi-squared'](genuine)).toThrow('pairs of the same and pairs of different ones')
    const lost = training.map((pair) => ({ ...pair, left: null, right: null }))
    expect(() => DISTANCES['chi-squared'](lost)).toThrow('Nothing is found')
  })

  it('leave the embeddings as they were', () => {
    const random = seededRandom(1)
    const before = training.map(({ left }) => [...left])
    DISTANCES['weighted-chi-squared'](training)(asked[Math.floor(random() * asked.length)]!)
    expect(training.map(({ left }) => [...left])).toEqual(before)
  })
})
