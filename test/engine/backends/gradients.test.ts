import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { backends, resources } from '../fixture.ts'
import { draws, farthest } from '../training/fixture.ts'

beforeAll(async () => {
  await chooseBackend(resources, 'wasm')
})

type Loops = (visit: (x: number, w: number, y: number) => void) => void

/** Visits every product of a convolution by its places in x, w and y; TensorFlow's padding 'same' puts the odd zero last. */
function loops(
  [batch, height, width, channels]: number[],
  [high, wide, , filters]: number[],
  stride: number,
  pad: 'same' | 'valid',
  depthwise: boolean,
): { readonly out: number[]; readonly each: Loops } {
  const size = (from: number, filter: number) =>
    pad === 'same' ? Math.ceil(from / stride) : Math.floor((from - filter) / stride) + 1
  const before = (from: number, filter: number) =>
    pad === 'same' ? Math.max(0, Math.floor(((size(from, filter) - 1) * stride + filter - from) / 2)) : 0
  const [rows, columns] = [size(height!, high!), size(width!, wide!)]
  const depth = depthwise ? channels! : filters!
  const each: Loops = (visit) => {
    for (let n = 0; n < batch!; n++)
      for (let u = 0; u < rows; u++)
        for (let v = 0; v < columns; v++)
          for (let i = 0; i < high!; i++)
            for (let j = 0; j < wide!; j++) {
              const [p, q] = [u * stride + i - before(height!, high!), v * stride + j - before(width!, wide!)]
              if (p < 0 || q < 0 || p >= height! || q >= width!) continue
              for (let c = 0; c < channels!; c++)
                for (let k = depthwise ? c : 0; k < (depthwise ? c + 1 : filters!); k++)
                  visit(
                    ((n * height! + p) * width! + q) * channels! + c,
                    ((i * wide! + j) * channels! + c) * (depthwise ? 1 : filters!) + (depthwise ? 0 : k),
                    ((n * rows + u) * columns + v) * depth + k,
                  )
            }
  }
  return { out: [batch!, rows, columns, depth], each }
}

const CASES = [1, 2, 3].flatMap((stride) =>
  (['same', 'valid'] as const).flatMap((pad) =>
    [
      [3, 3],
      [5, 2],
    ].map((size) => ({ stride, pad, size })),
  ),
)

describe.each([false, true])('the gradients of a convolution on WebAssembly, depthwise: %s', (depthwise) => {
  it.each(CASES)('equal nested loops at stride $stride, padding $pad, filter $size', ({ stride, pad, size }) => {
    const shape = [2, 9, 8, 3]
    const filterShape = [...size, 3, depthwise ? 1 : 4]
    const { out, each } = loops(shape, filterShape, stride, pad, depthwise)
    const count = (sides: number[]) => sides.reduce((product, side) => product * side, 1)
    const [x, w, dy] = [draws(count(shape), 1), draws(count(filterShape), 2), draws(count(out), 3)]
    const [dx, dw] = [new Float64Array(x.length), new Float64Array(w.length)]
    each((at, weight, to) => {
      dx[at]! += dy[to]! * w[weight]!
      dw[weight]! += dy[to]! * x[at]!
    })
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const convolve = depthwise ? tf.depthwiseConv2d : tf.conv2d
      const loss = (a: Tensor4D, b: Tensor4D) => tf.sum(tf.mul(convolve(a, b, stride, pad), tf.tensor(dy, out)))
      const inputs = [tf.tensor(x, shape), tf.tensor(w, filterShape)]
      const [byX, byW] = tf.grads(loss as never)(inputs)
      expect(farthest(byX!.dataSync(), dx)).toBeLessThan(1e-5)
      expect(farthest(byW!.dataSync(), dw)).toBeLessThan(1e-5)
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('the gradient of a max pool on WebAssembly', () => {
  const gradient = (values: number[], size: number, stride: number, pad: 'same' | 'valid') =>
    tf.tidy(() => {
      const side = Math.sqrt(values.length)
      const loss = (x: Tensor4D) => tf.sum(tf.maxPool(x, size, stride, pad))
      return [
        ...tf
          .grad(loss as never)(tf.tensor4d(values, [1, side, side, 1]))
          .dataSync(),
      ]
    })

  it('goes to the largest value of a window even where none is positive', () => {
    // prettier-ignore
    expect(gradient([-1, -2, -3, -4,
                     -5, -6, -7, -8,
                      0,  3, -9, -2,
                      1,  2, -5, -4], 2, 2, 'valid')).toEqual([1, 0, 1, 0,  0, 0, 0, 0,  0, 1, 0, 1,  0, 0, 0, 0])
  })

  it('goes to the first of equal values', () => {
    expect(gradient([0, 0, 0, 0], 2, 2, 'valid')).toEqual([1, 0, 0, 0])
  })

  it('adds up where windows overlap, and leaves the padding out', () => {
    expect(gradient([1, 2, 3, 4, 9, 5, 6, 7, 8], 2, 1, 'valid')).toEqual([0, 0, 0, 0, 4, 0, 0, 0, 0])
    expect(gradient([-1, -2, -3, -4, -9, -5, -6, -7, -8], 2, 2, 'same')).toEqual([1, 0, 1, 0, 0, 0, 1, 0, 1])
  })
})

describe.each(backends)('the gradients of ReLU on %s', (backend) => {
  it('pass on what the unit passes on, and keep no tensor', async () => {
    await chooseBackend(resources, backend)
    const before = tf.memory().numTensors
    tf.tidy(() => {
      const x = tf.tensor1d([-2, -1e-30, 0, 1e-3, 5.9, 7])
      const dy = tf.tensor1d([1, 2, 3, 4, 5, 6])
      const gradient = (unit: (x: Tensor4D) => Tensor4D) => [
        ...tf
          .grad(unit as never)(x, dy)
          .dataSync(),
      ]
      expect(gradient((y) => tf.relu(y))).toEqual([0, 0, 0, 4, 5, 6])
      expect(gradient((y) => tf.relu6(y))).toEqual([0, 0, 0, 4, 5, 0])
    })
    expect(tf.memory().numTensors).toBe(before)
  })
})
