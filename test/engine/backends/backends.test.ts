import { describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { selfTest } from '../../../src-main/engine/backends/self-test.ts'
import { compiled } from '../../../src-main/engine/backends/session.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import { hasTensorflow, resources } from '../fixture.ts'

describe('the self-test', () => {
  const names = { kernelName: 'Conv2D', backendName: 'wasm' }
  const right = async () => {
    await chooseBackend(resources, 'wasm')
    return tf.getKernel(names.kernelName, names.backendName)
  }

  it('passes on WebAssembly, whose filter gradient is ours', async () => {
    const state = await chooseBackend(resources, 'wasm')
    expect(state).toMatchObject({ name: 'wasm', selfTest: { passed: true } })
  })

  it('fails when a convolution gives wrong numbers', async () => {
    const kernel = await right()
    const other = tf.ones([3, 3, 2, 2])
    tf.unregisterKernel(names.kernelName, names.backendName)
    tf.registerKernel({
      ...names,
      kernelFunc: (args) => {
        const swap = String(args.inputs['filter']!.shape) === String(other.shape)
        return kernel.kernelFunc(swap ? { ...args, inputs: { ...args.inputs, filter: other } } : args)
      },
    })
    try {
      expect(await selfTest()).toMatchObject({ passed: false, detail: expect.stringContaining('Wrong numbers') })
      await expect(chooseBackend(resources, 'wasm')).rejects.toMatchObject({ code: 'backend-unavailable' })
    } finally {
      tf.unregisterKernel(names.kernelName, names.backendName)
      tf.registerKernel(kernel)
      other.dispose()
    }
  })

  it('fails when a gradient is missing', async () => {
    await right()
    const gradient = tf.getKernel('Conv2DBackpropFilter', 'wasm')
    tf.unregisterKernel('Conv2DBackpropFilter', 'wasm')
    try {
      const result = await selfTest()
      expect(result.passed).toBe(false)
    } finally {
      tf.registerKernel(gradient)
    }
  })
})

describe('the filter gradient of WebAssembly', () => {
  it.each([
    { stride: 1, pad: 'same' as const },
    { stride: 2, pad: 'same' as const },
    { stride: 2, pad: 'valid' as const },
    { stride: 3, pad: 'valid' as const },
  ])('equals central differences at stride $stride, padding $pad', async ({ stride, pad }) => {
    await chooseBackend(resources, 'wasm')
    tf.tidy(() => {
      const x = tf.randomNormal([2, 7, 8, 3], 0, 1, 'float32', 1) as Tensor4D
      const w = tf.randomNormal([3, 2, 3, 4], 0, 1, 'float32', 2) as Tensor4D
      const loss = (filter: Tensor4D) => tf.conv2d(x, filter, stride, pad).square().sum()
      const gradient = tf
        .grad(loss as Parameters<typeof tf.grad>[0])(w)
        .dataSync()
      const values = w.dataSync()
      for (const i of [0, 17, 40, 71]) {
        const moved = (by: number) =>
          tf.tensor(
            values.map((v, k) => (k === i ? v + by : v)),
            w.shape,
          ) as Tensor4D
        const difference = (loss(moved(0.05)).dataSync()[0]! - loss(moved(-0.05)).dataSync()[0]!) / 0.1
        expect(Math.abs(gradient[i]! - difference)).toBeLessThan(1e-2 * Math.max(10, Math.abs(difference)))
      }
    })
  })
})

describe('a backend asked for by name', () => {
  it('is refused with its reason when it does not exist', async () => {
    await expect(chooseBackend(resources, 'abacus')).rejects.toMatchObject({
      code: 'backend-unavailable',
      message: expect.stringContaining('abacus'),
    })
  })

  it.skipIf(!hasTensorflow)('is refused when TensorFlow computes on the other kind of device', async () => {
    const names = ['tfjs-node', 'tfjs-node-gpu']
    const answers = await Promise.allSettled(names.map((name) => chooseBackend(resources, name)))
    const refused = answers.filter((answer) => answer.status === 'rejected')
    expect(refused).toHaveLength(1)
    expect(refused[0]!.reason).toMatchObject({ code: 'backend-unavailable' })
  })
})

it.skipIf(!hasTensorflow)('a compiled graph gives the numbers of the operations, for any batch', async () => {
  await chooseBackend(resources, 'tfjs-node')
  const before = tf.memory().numTensors
  const w = tf.randomNormal([3, 3, 3, 5], 0, 1, 'float32', 3) as Tensor4D
  const [bias, alpha] = [tf.tensor1d([1, -1, 0.5, 0, 2]), tf.tensor1d([0.1, 0.5, 2, 0, -1])]
  const forward = (x: Tensor4D) => [tf.prelu(tf.add(tf.conv2d(x, w, 2, 'same'), bias), alpha), tf.mean(x, [1, 2])]
  const graph = compiled(forward, [1, 9, 9, 3])
  expect(graph).not.toBe(forward)
  tf.tidy(() => {
    const x = tf.randomNormal([3, 9, 9, 3], 0, 1, 'float32', 4) as Tensor4D
    const [one, other] = [forward(x), graph(x)]
    one.forEach((tensor, i) => {
      expect(other[i]!.shape).toEqual(tensor.shape)
      expect(tf.max(tf.abs(tf.sub(tensor, other[i]!))).dataSync()[0]).toBeLessThan(1e-4)
    })
  })
  tf.dispose([w, bias, alpha])
  expect(tf.memory().numTensors).toBe(before)
})
