import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { metaRecipe } from '../../../src-main/engine/methods/meta-recipe.ts'
import type { Taught } from '../../../src-main/engine/methods/meta-passes.ts'
import { tf, type Tensor2D } from '../../../src-main/engine/tf.ts'
import { backward } from '../../../src-main/engine/training/gradients.ts'
import { createNetwork } from '../../../src-main/engine/training/network.ts'
import { lossParameters } from '../../../src-main/engine/training/predictions.ts'
import { createRandom, type Random } from '../../../src-main/engine/training/random.ts'
import { backends, resources } from '../fixture.ts'

const CLASSES = 3
const RATE = 0.2
/** Pictures of two pixels, of which the network sees what they are: P = softmax(W·x + b). */
const identity = (seed: number) =>
  createNetwork('two', (_, x) => tf.mul(tf.reshape(x, [-1, 2]), 1) as Tensor2D, [1, 2, 1], seed)
const bytes = (values: readonly number[]) => ({
  values: Uint8Array.from(values),
  ...{ height: 1, width: 2, channels: 1 },
})
const number = (byte: number) => (byte - 128) / 128
const KNOWN = [230, 60, 40, 200, 90, 10]
const OTHER = [180, 150]
const data = {
  labelled: bytes(KNOWN),
  labels: [0, 1, 2],
  classes: CLASSES,
  unlabelled: bytes(OTHER),
}

/** W, then b. */
type Weights = readonly number[]
const scores = (θ: Weights, x: readonly number[]) =>
  Array.from({ length: CLASSES }, (_, k) => θ[2 * k]! * x[0]! + θ[2 * k + 1]! * x[1]! + θ[2 * CLASSES + k]!)
function probabilities(θ: Weights, x: readonly number[]): number[] {
  const raised = scores(θ, x).map(Math.exp)
  const sum = raised.reduce((a, b) => a + b, 0)
  return raised.map((one) => one / sum)
}
/** One gradient step on −log P(k | x). */
const learned = (θ: Weights, x: readonly number[], k: number): number[] => {
  const p = probabilities(θ, x)
  return θ.map((value, at) => {
    const j = at < 2 * CLASSES ? Math.floor(at / 2) : at - 2 * CLASSES
    const input = at < 2 * CLASSES ? x[at % 2]! : 1
    return value - RATE * (p[j]! - (j === k ? 1 : 0)) * input
  })
}
const rows = Array.from({ length: CLASSES }, (_, i) => [number(KNOWN[2 * i]!), number(KNOWN[2 * i + 1]!)])
/** Mean over the references and the one query. */
const labelledLoss = (θ: Weights, query: number) =>
  [0, 1, 2, query].reduce((sum, k) => sum - Math.log(probabilities(θ, rows[k]!)[k]!), 0) / (CLASSES + 1)

/** A stream whose next draw of [0, 1) is told. */
const telling = (draw: number): Random => ({ ...createRandom(5), next: () => draw })

describe.each(backends)('what a teacher learns of its student on %s', (backend) => {
  beforeAll(async () => void (await chooseBackend(resources, backend)))

  it('is the gradient of the loss that the student has after its step, expected over the drawn classes', () => {
    const x = [number(OTHER[0]!), number(OTHER[1]!)]
    const expected = new Float64Array(3 * CLASSES)
    let [teacherWeights, studentWeights, query]: [number[], number[], number] = [[], [], 0]
    const read = (network: ReturnType<typeof identity>) => [
      ...network.variables.get('loss/classes')!.dataSync(),
      ...network.variables.get('loss/bias')!.dataSync(),
    ]
    for (let k = 0; k < CLASSES; k++) {
      const [network, teacher] = [identity(1), identity(2)]
      const spec = { network, seed: 1, steps: 10, loss: 'softmax', rate: RATE, schedule: { kind: 'constant' } } as const
      for (const one of [network, teacher]) lossParameters({ ...spec, network: one }, CLASSES)
      studentWeights = read(network)
      teacherWeights = read(teacher)
      const p = probabilities(teacherWeights, x)
      const below = p.slice(0, k).reduce((a, b) => a + b, 0)
      const recipe = metaRecipe(
        { ...spec, optimizer: { kind: 'nesterov', momentum: 0 } },
        teacher,
        data,
        telling(below + p[k]! / 2),
      )
      const drawn = recipe.draw(0, 1)
      if (!('inputs' in drawn)) throw new Error('The recipe gives no inputs.')
      const inputs = drawn.inputs() as Taught
      query = inputs.labels.dataSync()[0]!
      expect([...inputs.drawn.dataSync()]).toEqual([k])
      // The student took its step on the class that was drawn, and h is by how much that lowered its loss.
      const after = learned(studentWeights, x, k)
      expect(Math.max(...read(network).map((value, i) => Math.abs(value - after[i]!)))).toBeLessThan(1e-5)
      const h = labelledLoss(studentWeights, query) - labelledLoss(after, query)
      expect(inputs.coefficient.dataSync()[0]).toBeCloseTo(h, 5)
      // To the first order, η·∇L(θ_S′)ᵀ·∇CE(ŷ, S), as the paper writes it.
      const slope = studentWeights.reduce((sum, value, i) => {
        const moved = (by: number) =>
          labelledLoss(
            after.map((one, j) => (i === j ? one + by : one)),
            query,
          )
        return sum + ((moved(1e-5) - moved(-1e-5)) / 2e-5) * (value - after[i]!)
      }, 0)
      expect(Math.abs(slope - h)).toBeLessThan(0.25 * Math.abs(h))
      const gradientOf = (coefficient: number) => {
        const { gradients } = backward(recipe.variables, () =>
          recipe.forward!({ ...inputs, coefficient: tf.scalar(coefficient) }),
        )
        return ['loss/classes', 'loss/bias'].flatMap((path) => [...gradients.get(path)!.dataSync()])
      }
      const [whole, supervised] = [gradientOf(inputs.coefficient.dataSync()[0]!), gradientOf(0)]
      whole.forEach((value, i) => (expected[i]! += p[k]! * (value - supervised[i]!)))
      recipe.dispose()
    }
    // E_{ŷ∼T}[L(θ_S′(ŷ))] as a function of the teacher's weights, in float64.
    const later = [0, 1, 2].map((k) => labelledLoss(learned(studentWeights, x, k), query))
    const objective = (θ: Weights) => probabilities(θ, x).reduce((sum, p, k) => sum + p * later[k]!, 0)
    teacherWeights.forEach((_, i) => {
      const moved = (by: number) => objective(teacherWeights.map((value, j) => (i === j ? value + by : value)))
      expect(expected[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 5)
    })
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-3)
  })
})
