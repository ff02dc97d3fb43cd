import { afterAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { efficientnetLite0 } from '../../../src-main/engine/networks/efficientnet-lite0.ts'
import { mobileFaceNet } from '../../../src-main/engine/networks/mobile-face-net.ts'
import { features } from '../../../src-main/engine/features.ts'
import { tf, type Tensor4D } from '../../../src-main/engine/tf.ts'
import {
  foldBatchNorm,
  network,
  openModelFolder,
  parameters,
  readWeights,
  type Weight,
} from '../../../src-main/engine/weights.ts'
import { backends, fixture, integers, resources } from '../fixture.ts'

const CASES = [
  { profile: 'face', name: 'mobile-face-net', run: mobileFaceNet },
  { profile: 'object', name: 'efficientnet-lite0', run: efficientnetLite0 },
] as const

describe.each(backends)('on %s', (backend) => {
  afterAll(() => tf.disposeVariables())

  it.each(CASES)('$name gives what an independent forward pass gave', async ({ profile, name, run }) => {
    await chooseBackend(resources, backend)
    const folder = await openModelFolder(resources, profile)
    const manifest = network(folder, name)
    const weights = foldBatchNorm(await readWeights(folder, name), manifest.batchNormEpsilon ?? 0)
    const { picture, output } = fixture(profile)
    const crop = integers(picture.width)
    expect(crop.reduce((sum, value) => sum + value, 0)).toBe(picture.sum)

    // Through the compiled graph where there is one, twice, so that the second of a pair is checked too.
    const [pair] = features(run, parameters(weights), manifest)([[crop, crop]])
    for (const values of pair!) {
      expect(values.length).toBe(output.length)
      output.first.forEach((value, i) => expect(values[i]!).toBeCloseTo(value, 4))
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(output.sum, 2)
    }
  })
})

it('folding batch normalisation changes no output', async () => {
  await chooseBackend(resources, 'wasm')
  const weights = new Map<string, Weight>([
    ['a/kernel', { shape: [3, 3, 2, 4], values: Float32Array.from({ length: 72 }, (_, i) => Math.sin(i)) }],
    ['a/gamma', { shape: [4], values: Float32Array.of(1.5, -0.5, 1, 2) }],
    ['a/beta', { shape: [4], values: Float32Array.of(0.1, 0.2, -0.3, 0) }],
    ['a/mean', { shape: [4], values: Float32Array.of(-1, 0.5, 0.25, 2) }],
    ['a/variance', { shape: [4], values: Float32Array.of(0.5, 2, 0, 1) }],
  ])
  const folded = foldBatchNorm(weights, 1e-3)
  expect([...folded.keys()].sort()).toEqual(['a/bias', 'a/kernel'])
  tf.tidy(() => {
    const x = tf.randomNormal([2, 6, 6, 2], 0, 1, 'float32', 7) as Tensor4D
    const of = (name: string, from = weights) => tf.tensor(from.get(name)!.values, [...from.get(name)!.shape])
    const plain = tf.batchNorm(
      tf.conv2d(x, of('a/kernel') as Tensor4D, 1, 'same'),
      of('a/mean') as never,
      of('a/variance') as never,
      of('a/beta') as never,
      of('a/gamma') as never,
      1e-3,
    )
    const one = tf.add(tf.conv2d(x, of('a/kernel', folded) as Tensor4D, 1, 'same'), of('a/bias', folded))
    expect(tf.max(tf.abs(tf.sub(plain, one))).dataSync()[0]).toBeLessThan(1e-3)
  })
})
