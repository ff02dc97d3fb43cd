import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { recordingBackend } from '../../../src-main/engine/backends/recording.ts'
import { trace, type Tensors } from '../../../src-main/engine/backends/trace.ts'
import { difference, tracedGraph } from '../../../src-main/engine/backends/traced-graph.ts'
import { tf, type Tensor, type Tensor2D, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from '../training/fixture.ts'

type Work = (inputs: Tensors) => Tensors

/** Of x, 6 × 4. Operations of several outputs, of whole numbers and truths, of inputs passed on and of shapes. */
const FUNCTIONS: Readonly<Record<string, Work>> = {
  parts: ({ x }) => Object.fromEntries(tf.split(x!, [1, 2, 3]).map((part, i) => [`part ${i}`, part])),
  largest: ({ x }) => ({ ...tf.topk(x!, 2) }),
  places: ({ x }) => ({ y: tf.argMax(x!, 1) }),
  choice: ({ x }) => ({ y: tf.where(tf.greater(x!, 0), x!, tf.neg(tf.onesLike(x!))) }),
  indicator: ({ x }) => ({ y: tf.oneHot(tf.argMin(x!, 1) as never, 4) }),
  shapes: ({ x }) => ({ y: tf.transpose(tf.stack([tf.expandDims(x!, 1), tf.reverse(tf.reshape(x!, [6, 1, 4]), 2)])) }),
  itself: ({ x }) => ({ x: x!, again: tf.clone(x!), seven: tf.scalar(7) }),
  softmax: ({ x }) => ({ y: tf.logSoftmax(x as Tensor2D), z: tf.logSumExp(x!, 0), sum: tf.cumsum(x!, 1) }),
  convolution: ({ x }) => ({
    y: tf.relu(tf.add(tf.conv2d(tf.reshape(x!, [1, 6, 4, 1]) as Tensor4D, tf.ones([3, 3, 1, 2]), 1, 'same'), [1, -1])),
  }),
}

const input = (seed: number) => tf.tensor2d(draws(24, seed), [6, 4])

describe.runIf(backends.includes('tfjs-node'))('a traced function', () => {
  beforeAll(() => chooseBackend(resources, 'tfjs-node'))

  it.each(Object.entries(FUNCTIONS))('as a graph gives what it gives as it is: %s', (_, work) => {
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const traced = trace(recordingBackend()!, work, { x: input(1) })
      expect(traced.problem).toBeUndefined()
      const graph = tracedGraph(recordingBackend()!, traced)
      for (const seed of [1, 2]) {
        const [expected, { outputs }] = [work({ x: input(seed) }), graph.run({ x: input(seed) })]
        expect(Object.keys(outputs)).toEqual(Object.keys(expected))
        for (const [name, tensor] of Object.entries(expected)) {
          expect([outputs[name]!.shape, outputs[name]!.dtype]).toEqual([tensor.shape, tensor.dtype])
          expect(farthest(outputs[name]!.dataSync(), tensor.dataSync())).toBeLessThan(1e-6)
        }
      }
      graph.dispose()
    })
    expect(tf.memory().numTensors).toBe(before)
  })

  it('is no graph, and says so, where a tensor is of words, or where TensorFlow.js looks at a value', () => {
    const problem = (work: Work) =>
      tf.tidy(() => trace(recordingBackend()!, work, { x: input(1) }).problem as never) as string
    expect(problem(({ x }) => ({ x: x!, words: tf.tensor(['a']) }))).toContain('type string')
    expect(problem(({ x }) => ({ y: tf.gather(x!, tf.argMax(x!, 0) as never) }))).toContain('read in the middle')
  })
})

describe('the difference of a graph and its trace', () => {
  beforeAll(() => chooseBackend(resources, 'wasm'))
  const of = (...values: number[][]) => ({
    outputs: Object.fromEntries(values.map((some, i) => [`${i}`, tf.tensor1d(some) as Tensor])),
    assigned: [],
  })

  it('is none for rounding errors, in a tensor of nothing else too', () => {
    expect(difference(of([1, 2.0001], [3e-7]), of([1, 2], [1e-8]))).toBeUndefined()
    expect(difference(of([0]), of([0]))).toBeUndefined()
  })

  it('is none where both are no numbers, and one where only one is', () => {
    expect(difference(of([NaN, 1], [Infinity]), of([NaN, 1], [NaN]))).toBeUndefined()
    expect(difference(of([NaN, 1]), of([2, 1]))).toContain('result 0')
    expect(difference(of([2, 1]), of([NaN, 1]))).toContain('result 0')
  })

  it('is told for any other number', () => {
    expect(difference(of([1], [5, 2.1]), of([1], [5, 2]))).toContain('result 1')
    expect(difference(of([1], [0.01]), of([1], [0.02]))).toContain('result 1')
  })
})
