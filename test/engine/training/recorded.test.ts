import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { drawn, type Tensors } from '../../../src-main/engine/backends/trace.ts'
import { tf, type Scalar, type Tensor, type Tensor2D, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { backward, recordedBackward } from '../../../src-main/engine/training/gradients.ts'
import { createNetwork } from '../../../src-main/engine/training/network.ts'
import { createRandom } from '../../../src-main/engine/training/random.ts'
import { recorded } from '../../../src-main/engine/training/recorded.ts'
import { conv, dropout, globalMean, maxPool, norm } from '../../../src-main/engine/training/layers.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from './fixture.ts'

const SIDE = 9
const WIDTH = 8

/** Everything that a step is made of: paddings, strides, pool, batch norm, dropout. */
const network = () =>
  createNetwork(
    'everything',
    (l, x) => {
      let y = maxPool(norm(l, 'a', tf.relu(conv(l, 'a', x, { filters: 6, size: 5, pad: 1 }))), 2)
      y = dropout(l, y, 0.3)
      y = norm(l, 'b', tf.relu(conv(l, 'b', y, { filters: WIDTH, size: 3, stride: 2 })))
      return globalMean(tf.relu(conv(l, 'c', y, { filters: WIDTH, size: 1 }))) as Tensor2D
    },
    [SIDE, SIDE, 2],
    3,
  )

/** A step of a network that is made anew, as one graph or operation by operation. */
function stepper(asGraph: boolean, refused: string[] = []) {
  const net = network()
  const random = createRandom(5)
  const forward = ({ x, target, share }: Tensors) => {
    const y = net.forward(x as Tensor4D, { training: true, random })
    const far = tf.mean(tf.squaredDifference(y, target!))
    const loss = tf.add(far, tf.mul(share!, tf.mean(tf.abs(y)))) as Scalar
    return { loss, seen: { y: y as Tensor, far: far as Tensor } }
  }
  const graph = recordedBackward(net.variables, forward, (reason) => refused.push(reason))
  const step = asGraph ? graph : (inputs: Tensors) => backward(net.variables, () => forward(inputs))
  return {
    /** Every number that a step gives or leaves. */
    run(batch: number, at: number, share = 0.5) {
      const numbers = new Map<string, ArrayLike<number>>()
      tf.tidy(() => {
        const inputs = {
          x: tf.tensor(draws(batch * SIDE * SIDE * 2, at), [batch, SIDE, SIDE, 2]),
          target: tf.tensor(draws(batch * WIDTH, at + 1), [batch, WIDTH]),
          share: tf.scalar(share),
        }
        const { loss, norm: size, gradients, seen, dispose } = step(inputs)
        numbers.set('loss', [loss]).set('norm', [size])
        const tensors = [...gradients, ...Object.entries(seen), ...net.averages]
        tensors.forEach(([name, tensor], i) => numbers.set(`${i} ${name}`, tensor.dataSync().slice()))
        dispose()
      })
      return numbers
    },
    dispose() {
      graph.dispose()
      net.dispose()
    },
  }
}

type Binding = { readonly binding: { getNumOfSavedModels(): number } }
const graphs = () => (tf.backend() as unknown as Binding).binding.getNumOfSavedModels()

describe.each(backends)('a recorded step on %s', (backend) => {
  beforeAll(() => chooseBackend(resources, backend))

  it('gives the loss, gradients, running averages and what is seen of the plain one, dropout drawn alike', () => {
    const refused: string[] = []
    const [plain, graph] = [stepper(false), stepper(true, refused)]
    // The batch is halved in the middle, and grows again.
    for (const [at, batch] of [8, 8, 8, 8, 4, 4, 4, 8, 8].entries()) {
      const [expected, actual] = [plain.run(batch, 10 * at), graph.run(batch, 10 * at)]
      expect([...actual.keys()]).toEqual([...expected.keys()])
      for (const [name, values] of expected)
        expect(farthest(actual.get(name)!, values), `${name} of step ${at}`).toBeLessThan(1e-5)
    }
    expect(refused).toEqual([])
    plain.dispose()
    graph.dispose()
  })

  it('follows a number that is an input', () => {
    const [plain, graph] = [stepper(false), stepper(true)]
    for (const share of [0.5, 0.5, 0.7, -2]) {
      const loss = graph.run(4, 1, share).get('loss')![0]!
      expect(loss).toBeCloseTo(plain.run(4, 1, share).get('loss')![0]!, 5)
    }
    plain.dispose()
    graph.dispose()
  })

  it('keeps no tensor, and after it no graph', () => {
    const before = [tf.memory().numTensors, backend === 'wasm' ? 0 : graphs()]
    const graph = stepper(true)
    const counts = Array.from({ length: 8 }, (_, at) => {
      graph.run(at < 4 ? 8 : 4, at)
      return tf.memory().numTensors
    })
    expect(new Set(counts).size).toBe(1)
    if (backend !== 'wasm') expect(graphs()).toBe(before[1]! + 2)
    graph.dispose()
    expect([tf.memory().numTensors, backend === 'wasm' ? 0 : graphs()]).toEqual(before)
  })
})

describe.runIf(backends.includes('tfjs-node'))('a function as a graph', () => {
  let reasons: string[]
  const say = (reason: string) => void reasons.push(reason)
  beforeAll(() => chooseBackend(resources, 'tfjs-node'))
  beforeEach(() => (reasons = []))
  const number = (tensor: Tensor | undefined) => tensor!.dataSync()[0]
  /** What `f` gives for 2 in five calls. */
  const called = (f: ReturnType<typeof recorded>) =>
    Array.from({ length: 5 }, () => tf.tidy(() => number(f({ x: tf.scalar(2) })['y']) as never))

  it('calls TensorFlow once, from the second recording on', () => {
    let calls = 0
    const f = recorded(({ x }: Tensors) => {
      calls++
      return { y: tf.add(x!, 1) }
    }, say)
    expect(called(f)).toEqual([3, 3, 3, 3, 3])
    expect(calls).toBe(2)
    f.dispose()
  })

  it('assigns variables in each call, and reads what they are then', () => {
    const sum = tf.variable(tf.scalar(0))
    // A variable and a copy of it share their memory until one is assigned.
    const copy = tf.variable(tf.clone(sum))
    const f = recorded(({ x }: Tensors) => {
      sum.assign(tf.add(sum, x!))
      copy.assign(tf.add(copy, tf.mul(sum, 10)))
      return { y: tf.add(sum, 0), before: x! }
    }, say)
    expect(called(f)).toEqual([2, 4, 6, 8, 10])
    expect(number(copy)).toBe(10 * (2 + 4 + 6 + 8 + 10))
    sum.assign(tf.scalar(100))
    expect(called(f).at(-1)).toBe(110)
    expect(reasons).toEqual([])
    f.dispose()
    tf.dispose([sum, copy])
  })

  it('draws anew in each call, in the order of the function', () => {
    const draw = () => {
      const random = createRandom(1)
      return () => Float32Array.of(random.next())
    }
    const next = draw()
    const f = recorded(({ x }: Tensors) => ({ y: tf.mul(x!, tf.sub(drawn([], next), drawn([], next))) }), say)
    const same = draw()
    const expected = Array.from({ length: 5 }, () => 2 * (same()[0]! - same()[0]!))
    called(f).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6))
    expect(reasons).toEqual([])
    f.dispose()
  })

  it('is refused with a reason, and right all the same, when it hangs on more than its inputs', () => {
    let at = 0
    const f = recorded(({ x }: Tensors) => ({ y: tf.mul(x!, ++at) }), say)
    expect(called(f)).toEqual([2, 4, 6, 8, 10])
    expect(reasons).toEqual([expect.stringContaining('changes from call to call')])
  })

  it('is refused when it reads a value, and when it uses a tensor of elsewhere, a former value of a variable too', () => {
    const sum = tf.variable(tf.scalar(1))
    const former = tf.clone(sum)
    const read = recorded(({ x }: Tensors) => ({ y: tf.scalar(number(tf.add(x!, 1))! * 2) }), say)
    const elsewhere = recorded(({ x }: Tensors) => ({ y: tf.add(tf.add(x!, sum), former) }), say)
    expect(called(read)).toEqual([6, 6, 6, 6, 6])
    expect(called(elsewhere)).toEqual([4, 4, 4, 4, 4])
    expect(reasons).toEqual([expect.stringContaining('read'), expect.stringContaining('not among its inputs')])
    tf.dispose([sum, former])
  })

  it('gives what is no number as the plain function does', () => {
    const f = recorded(({ x }: Tensors) => ({ y: tf.log(x!) }), say)
    const values = [-1, 0, 1].map((x) => tf.tidy(() => number(f({ x: tf.scalar(x) })['y']) as never))
    expect(values).toEqual([NaN, -Infinity, 0])
    expect(reasons).toEqual([])
    f.dispose()
  })

  it('lets an error of the function through, variables as they were', () => {
    const sum = tf.variable(tf.scalar(1))
    const f = recorded(() => {
      sum.assign(tf.scalar(7))
      throw new Error('OOM when allocating tensor')
    }, say)
    const before = tf.memory().numTensors
    expect(() => f({})).toThrow('OOM')
    expect(number(sum)).toBe(1)
    expect(tf.memory().numTensors).toBe(before)
    sum.dispose()
  })
})
