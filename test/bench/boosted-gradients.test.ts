import { beforeAll, describe, expect, it } from 'vitest'
import { convnet, probeOf } from '../../bench/boosted-convnet.ts'
import { hiddenRatio } from '../../bench/boosted-curves.ts'
import { epochsTo, faster } from '../../bench/boosted-mlp.ts'
import { percentWrong, trainEpochs } from '../../bench/epochs.ts'
import { tunedRate } from '../../bench/tuned-rate.ts'
import { chooseBackend } from '../../src-main/engine/backends/choose.ts'
import { createRandom } from '../../src-main/engine/training/random.ts'
import { backends, resources } from '../engine/fixture.ts'

describe('a tuned rate', () => {
  const valley = (least: number) => async (rate: number) => Math.abs(Math.log10(rate / least))

  it('lies between larger errors, however far it has to go', async () => {
    expect((await tunedRate(0.1, valley(0.1))).tried.length).toBe(3)
    const far = await tunedRate(0.01, valley(0.3))
    expect(far.rate).toBe(0.3)
    expect(far.tried.map(({ rate }) => rate)).toEqual([0.003, 0.01, 0.03, 0.1, 0.3, 1])
    expect((await tunedRate(0.01, valley(0.001))).rate).toBe(0.001)
  })

  it('is looked for no longer than eight times', async () => {
    expect((await tunedRate(1, async (rate) => -rate)).tried.length).toBe(8)
  })
})

describe('figures of a learning curve', () => {
  it('are the first epoch of an error, counted from one', () => {
    expect([epochsTo([9, 5, 6, 4], 5), epochsTo([9, 5], 4)]).toEqual([2, undefined])
  })

  it('say whether linear outputs are faster, by the errors that all outputs reach', () => {
    const rest = { softmax: [] }
    const sooner = {
      ...rest,
      'squared-linear': [[6, 4.5]],
      'squared-sigmoid': [[9, 7, 6, 4.9]],
      'squared-tanh': [[9, 7, 6, 5]],
    }
    expect(faster(sooner)).toContain(
      'held in its sign: epochs to a test error of 5 %: 2.0 against 4.0 and 4.0, which is 50 % fewer than',
    )
    expect(faster({ ...sooner, 'squared-tanh': [[4.9, 9, 9]] })).toContain('did not hold')
    expect(faster({ ...sooner, 'squared-tanh': [[9, 9, 9]] })).toContain('nothing is told')
  })

  it('compare gradients layer by layer', () => {
    expect(hiddenRatio({ hidden: [10, 2] }, { hidden: [1, 5] })).toBeCloseTo(2)
  })
})

describe.runIf(backends.includes('tfjs-node'))('the convnet of boosted gradients', () => {
  beforeAll(() => chooseBackend(resources, 'tfjs-node'))
  const classes = 3
  const random = createRandom(5)
  const labels = Uint8Array.from({ length: 60 }, (_, i) => i % classes)
  const size = 8 * 8 * 3
  /** Each class has a colour. */
  const values = Uint8Array.from({ length: 60 * size }, (_, at) =>
    at % 3 === labels[Math.floor(at / size)] ? 200 + random.integer(50) : random.integer(50),
  )
  const photos = { pictures: { values, height: 8, width: 8, channels: 3 }, labels }
  const probe = probeOf(photos, classes, createRandom(1).permutation(60).subarray(0, 20))

  it('is asked with one picture of each class first', () => {
    expect(probe.labels.slice(0, classes)).toEqual([0, 1, 2])
    expect(probe.labels.length).toBe(20)
  })

  it('shows gradients without being changed, those of exp-GB the larger ones', () => {
    const { network, look } = convnet(1, [8, 8, 3])
    const before = network.read()
    const plain = look('softmax', probe)
    // One picture's: |softmax(o) − t| is less than 1, of nine outputs in ten far less.
    expect(plain.output).toBeGreaterThan(0.1)
    expect(plain.output).toBeLessThan(1)
    expect(plain.hidden.length).toBe(4)
    const boosted = look('exp-boosted', probe)
    expect(hiddenRatio(boosted, plain)).toBeGreaterThan(5)
    expect(boosted.normaliser).toBeCloseTo(plain.normaliser, 4)
    for (const [path, { values: own }] of before) expect(network.read().get(path)!.values, path).toEqual(own)
    expect(look('softmax', probe)).toEqual(plain)
    network.dispose()
  })

  it('learns what each class looks like, and is measured after each epoch', async () => {
    const { network } = convnet(1, [8, 8, 3])
    const setting = { network, loss: 'softmax', classes, train: photos, batch: 10, momentum: 0.9, seed: 1 } as const
    const { curve, notices } = await trainEpochs({
      ...setting,
      ...{ rate: 0.003, epochs: 4 },
      measure: (epoch) => [epoch, percentWrong(network, 'softmax', classes, photos)] as const,
    })
    expect(curve.map(([epoch]) => epoch)).toEqual([1, 2, 3, 4])
    expect(curve.at(-1)![1]).toBeLessThan(10)
    expect(notices).toEqual([])
    network.dispose()
  })
})
