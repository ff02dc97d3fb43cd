import { expect, it } from 'vitest'
import { tf, type Scalar, type Tensor, type Tensor1D, type Tensor2D } from '../../../src-main/engine/tf.ts'
import { seededRandom } from '../../../src-main/app/evaluation/random.ts'
import { logDistribution } from '../../../src-main/engine/losses/distance-distribution.ts'
import { classIndicator } from '../../../src-main/engine/losses/distance-ratio.ts'
import type { Loss, Parameters } from '../../../src-main/engine/losses/loss.ts'
import type { Form, Matrix, Scene } from './definitions.ts'

/** A scene on the backend. */
export interface Tensors {
  readonly x: Tensor2D
  readonly second: Tensor2D
  readonly z: Tensor2D
  readonly labels: readonly number[]
  readonly target: Tensor2D
  readonly weight: Tensor1D
  readonly own: Parameters
  /** What a test makes on the way to its loss belongs to the law, which disposes of it. */
  made<T extends Tensor>(tensor: T): T
  /** log P of x and of the second views */
  p(form: Form): Tensor2D
  q(form: Form): Tensor2D
  indicator(): Tensor2D
}

export type LossOf = (tensors: Tensors) => Scalar
export type DefinitionOf = (scene: Scene) => number

/** By what a loss is differentiated, besides its own parameters. */
const MOVED = ['x', 'second', 'z'] as const

/** What of a loss is unlike the first ones: those look at differences of embeddings alone, and say nothing of one class. */
export interface Habits {
  /** Its own parameters. */
  readonly parameters?: Loss['parameters']
  /** Whose derivative the gradient is where it is chosen, not derived; the definition's own otherwise. */
  readonly potential?: DefinitionOf
  /** It hangs on where embeddings lie, not on their differences alone. */
  readonly placed?: true
  /** It has something to say of one class, too. */
  readonly ofOneClass?: true
}

/**
 * What holds for every loss, on the backend that is set when the tests run.
 * @param loss what is tested
 * @param definition the same in nested loops and float64
 */
export function laws(name: string, loss: LossOf, definition: DefinitionOf, habits: Habits = {}): void {
  const { parameters, potential = definition, placed, ofOneClass } = habits
  const drawn = (size: Size) => withOwn(random(size), parameters)
  for (const [which, size] of [
    ['distances about 1', {}],
    ['distances about 0.1', { spread: 0.05 }],
    ['distances about 8', { spread: 2.5 }],
    ['everything moved by 1,000', { offset: 1000 }],
    ['two classes', { classes: 2 }],
    ...(ofOneClass ? [['one class', { classes: 1 }] as const] : []),
  ] as const) {
    if (placed && 'offset' in size) continue
    it(`${name} equals its definition and its central differences at ${which}`, () => {
      for (const seed of [1, 2, 3]) {
        const scene = drawn({ seed, ...size })
        const { value, gradients } = evaluate(loss, scene)
        near(value, definition(scene))
        movedOf(scene).forEach((part, at) => nearAll(gradients[at]!, centralDifferences(potential, part)))
      }
    })
  }

  it(`${name} and its gradient are finite at distance 0${placed ? '' : ', and the gradient is 0 where all is one point'}`, () => {
    const scene = drawn({ seed: 4 })
    const onReferences = scene.x.map((_, b) => scene.z[b % scene.z.length]!)
    finite(evaluate(loss, { ...scene, x: onReferences, second: onReferences }))
    for (const point of [scene.x[0]!, scene.x[0]!.map(() => 0)]) {
      const all = (rows: Matrix) => rows.map(() => point)
      const result = evaluate(loss, { ...scene, x: all(scene.x), second: all(scene.second), z: all(scene.z) })
      finite(result)
      if (!placed) for (const value of result.gradients.slice(0, MOVED.length).flat(2)) near(value, 0)
    }
  })

  if (!placed)
    it(`${name} is the same when references and samples move together: all gradients sum to 0`, () => {
      const rows = evaluate(loss, drawn({ seed: 10 }))
        .gradients.slice(0, MOVED.length)
        .flat()
      for (let k = 0; k < rows[0]!.length; k++) near(1 + rows.reduce((sum, row) => sum + row[k]!, 0), 1)
    })

  it(`${name} and its gradient are finite at distance 10,000`, () => {
    finite(evaluate(loss, drawn({ seed: 5, spread: 1e4 })))
    const scene = drawn({ seed: 6 })
    const far = (matrix: Matrix) => matrix.map((row) => row.map((value) => value + 1e4))
    finite(evaluate(loss, { ...scene, x: far(scene.x) }))
    finite(evaluate(loss, { ...scene, second: far(scene.second) }))
  })

  it(`${name} is ${ofOneClass ? 'finite' : '0 without gradient'} where there is one class`, () => {
    for (const spread of [0, 1, 1e4]) {
      const result = evaluate(loss, drawn({ seed: 7, classes: 1, spread }))
      finite(result)
      if (ofOneClass) continue
      near(result.value, 0)
      for (const slope of result.gradients.flat(2)) near(slope, 0)
    }
  })

  it(`${name} does not depend on the order of the batch`, () => {
    const scene = drawn({ seed: 8 })
    const order = scene.x.map((_, b) => (b * 5 + 3) % scene.x.length)
    const turn = <T>(rows: readonly T[]) => order.map((b) => rows[b]!)
    const turned = {
      ...scene,
      x: turn(scene.x),
      second: turn(scene.second),
      labels: turn(scene.labels),
      target: turn(scene.target),
      weight: turn(scene.weight),
    }
    const before = evaluate(loss, scene)
    const after = evaluate(loss, turned)
    near(after.value, before.value)
    nearAll(after.gradients[0]!, turn(before.gradients[0]!))
    nearAll(after.gradients[1]!, turn(before.gradients[1]!))
    for (let at = 2; at < before.gradients.length; at++) nearAll(after.gradients[at]!, before.gradients[at]!)
  })

  it(`${name} leaves no tensor behind, with a gradient and without`, () => {
    const tensors = place(drawn({ seed: 9 }))
    const before = tf.memory().numTensors
    const made: Tensor[] = []
    loss(asked(tensors, made)).dispose()
    expect(tf.memory().numTensors).toBe(before + made.length)
    const { value, grads } = differentiate(loss, tensors)
    expect(tf.memory().numTensors).toBe(before + made.length + 1 + grads.length)
    tf.dispose([value, ...grads, ...made])
    dispose(tensors)
  })
}

interface Size {
  readonly seed: number
  readonly classes?: number
  readonly spread?: number
  readonly offset?: number
}

/** The same scene with numbers in place of a loss's own parameters. */
export function withOwn(scene: Scene, parameters: Loss['parameters']): Scene {
  const draw = seededRandom(11)
  const wanted = parameters?.({ dimensions: scene.x[0]!.length, classes: scene.z.length }) ?? {}
  const own = Object.entries(wanted).map(
    ([
      name,
      {
        shape: [rows, columns],
      },
    ]) => {
      const row = () => Array.from({ length: columns }, () => Math.fround(2 * draw() - 1))
      return [name, Array.from({ length: rows }, row)] as const
    },
  )
  return { ...scene, own: Object.fromEntries(own) }
}

/** Seven samples of four numbers about their classes' references; what a float32 cannot hold is rounded away. */
export function random({ seed, classes = 3, spread = 0.5, offset = 0 }: Size): Scene {
  const draw = seededRandom(seed)
  const rows = (count: number) =>
    Array.from({ length: count }, () =>
      Array.from({ length: 4 }, () => Math.fround(offset + spread * (2 * draw() - 1))),
    )
  const batch = 7
  const target = Array.from({ length: batch }, () => {
    const shares = Array.from({ length: classes }, () => draw())
    const sum = shares.reduce((total, share) => total + share, 0)
    return shares.map((share) => Math.fround(share / sum))
  })
  return {
    x: rows(batch),
    second: rows(batch),
    z: rows(classes),
    labels: Array.from({ length: batch }, (_, b) => b % classes),
    target,
    weight: Array.from({ length: batch }, (_, b) => (b === 2 ? 0 : Math.fround(2 * draw()))),
    own: {},
  }
}

type Placed = Omit<Tensors, 'made' | 'p' | 'q' | 'indicator'>

/** With what a loss may ask for; what it is given is listed in `all`. */
function asked(placed: Placed, all: Tensor[] = []): Tensors {
  const made = <T extends Tensor>(tensor: T) => {
    all.push(tensor)
    return tensor
  }
  return {
    ...placed,
    made,
    p: (form) => made(logDistribution(placed.x, placed.z, form)),
    q: (form) => made(logDistribution(placed.second, placed.z, form)),
    indicator: () => made(classIndicator(placed.labels, placed.z.shape[0])),
  }
}

const matrix = (rows: Matrix) => tf.tensor2d(rows.map((row) => [...row]))

function place(scene: Scene): Placed {
  return {
    x: matrix(scene.x),
    second: matrix(scene.second),
    z: matrix(scene.z),
    target: matrix(scene.target),
    labels: scene.labels,
    weight: tf.tensor1d([...scene.weight]),
    own: Object.fromEntries(Object.entries(scene.own).map(([name, rows]) => [name, matrix(rows)])),
  }
}

function dispose({ x, second, z, target, weight, own }: Placed): void {
  tf.dispose([x, second, z, target, weight, ...Object.values(own)])
}

function differentiate(loss: LossOf, tensors: Placed): { value: Tensor; grads: Tensor[] } {
  const names = Object.keys(tensors.own)
  const f = (...moved: Tensor[]) => {
    const [x, second, z, ...rest] = moved as [Tensor2D, Tensor2D, Tensor2D, ...Tensor2D[]]
    const own = Object.fromEntries(names.map((name, at) => [name, rest[at]!]))
    // A loss may not depend on all of them, and tf.grads then throws.
    const nothing = tf.mul(tf.addN(moved.map((one) => tf.sum(one))), 0)
    return tf.add(loss(asked({ ...tensors, x, second, z, own })), nothing)
  }
  return tf.valueAndGrads(f)([...MOVED.map((which) => tensors[which]), ...Object.values(tensors.own)])
}

export interface Evaluation {
  readonly value: number
  /** By x, second, z and each of its own parameters. */
  readonly gradients: readonly number[][][]
}

export function evaluate(loss: LossOf, scene: Scene): Evaluation {
  const tensors = place(scene)
  const { value, grads } = differentiate(loss, tensors)
  const result = { value: value.dataSync()[0]!, gradients: grads.map((grad) => grad.arraySync() as number[][]) }
  tf.dispose([value, ...grads])
  dispose(tensors)
  return result
}

/** A matrix of a scene, and the scene with another in its place. */
interface Part {
  readonly rows: Matrix
  put(rows: Matrix): Scene
}

const movedOf = (scene: Scene): Part[] => [
  ...MOVED.map((which) => ({ rows: scene[which], put: (rows: Matrix) => ({ ...scene, [which]: rows }) })),
  ...Object.entries(scene.own).map(([name, rows]) => ({
    rows,
    put: (rows: Matrix) => ({ ...scene, own: { ...scene.own, [name]: rows } }),
  })),
]

function centralDifferences(definition: DefinitionOf, { rows, put }: Part): number[][] {
  const step = 1e-6
  const at = (row: number, column: number, by: number) =>
    definition(put(rows.map((values, i) => values.map((value, k) => (i === row && k === column ? value + by : value)))))
  return rows.map((values, row) =>
    values.map((_, column) => (at(row, column, step) - at(row, column, -step)) / (2 * step)),
  )
}

function finite({ value, gradients }: Evaluation): void {
  expect([value, ...gradients.flat(2)].filter((one) => !Number.isFinite(one))).toEqual([])
}

/** To 1e-5 of the larger of 1 and the number. */
export function near(actual: number, wanted: number): void {
  const off = Math.abs(actual - wanted) / Math.max(1, Math.abs(wanted))
  if (!(off <= 1e-5)) expect.fail(`${actual} is not ${wanted}: off by ${off}`)
}

export function nearAll(actual: Matrix, wanted: Matrix): void {
  expect(actual.length).toBe(wanted.length)
  actual.forEach((row, i) => row.forEach((value, k) => near(value, wanted[i]![k]!)))
}
