import { beforeAll, describe, expect, it } from 'vitest'
import { chooseBackend } from '../../../src-main/engine/backends/choose.ts'
import { compound, efficientNet, type EfficientNet } from '../../../src-main/engine/networks/efficient-net.ts'
import { residual } from '../../../src-main/engine/networks/residual.ts'
import { costOf } from '../../../src-main/engine/training/cost.ts'
import { createNetwork, type Figure } from '../../../src-main/engine/training/network.ts'
import { backends, resources } from '../fixture.ts'

const cost = async (figure: Figure, side = 28) => {
  const network = createNetwork('scaled', figure, [side, side, 1], 1)
  const { dimensions } = network
  const counted = await costOf(network)
  network.dispose()
  return { ...counted, dimensions }
}

describe('what a network costs', () => {
  beforeAll(() => chooseBackend(resources, backends[0]))

  it('is counted as by hand', async () => {
    // A convolution 3 × 3 of 16 filters at 28 × 28, one unit of two such, and 16 × 128 for the embedding.
    const small = await cost(residual({ units: [1], widths: [16] }))
    expect(small.macs).toBe(784 * (9 * 16 + 2 * 9 * 16 * 16) + 16 * 128)
  })

  it('grows by 1.2, 1.1² and 1.15² with φ, about two times in all', async () => {
    const { depth, width, side } = compound(1)
    expect(depth * width ** 2 * side ** 2).toBeCloseTo(1.92, 2)
    const of = async (options: EfficientNet) => (await cost(efficientNet(options))).macs
    const base = await of({})
    // Units are whole, and channels multiples of four.
    for (const options of [
      { phi: 1 },
      { scale: { depth: 2 } },
      { scale: { width: Math.SQRT2 } },
      { scale: { side: Math.SQRT2 } },
    ]) {
      const times = (await of(options)) / base
      expect(times, JSON.stringify(options)).toBeGreaterThan(1.6)
      expect(times, JSON.stringify(options)).toBeLessThan(2.5)
    }
  })

  it('halves large pictures at once, and has embeddings of any length', async () => {
    const [small, large] = [await cost(residual({ embedding: 64 })), await cost(residual({ embedding: 512 }), 56)]
    expect([small.dimensions, large.dimensions]).toEqual([64, 512])
    expect(large.macs / small.macs).toBeLessThan(1.1)
  })
})
