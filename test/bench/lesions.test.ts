import { beforeAll, describe, expect, it } from 'vitest'
import { leftOut, type Kind } from '../../bench/lesions.ts'
import { chooseBackend } from '../../src-main/engine/backends/choose.ts'
import { residual } from '../../src-main/engine/networks/residual.ts'
import { tf } from '../../src-main/engine/tf.ts'
import { createNetwork } from '../../src-main/engine/training/network.ts'
import { backends, resources } from '../engine/fixture.ts'
import { draws, farthest } from '../engine/training/fixture.ts'

beforeAll(() => chooseBackend(resources, backends[0]))

describe.each([['residual', 'identity'], ['plain', 'none']] as const)('a %s network', (kind: Kind, shortcut) => {
  const made = (units: readonly number[]) => createNetwork(kind, residual({ units, shortcut }), [12, 12, 1], 1)
  const embedded = (network: ReturnType<typeof made>) =>
    tf.tidy(() => network.forward(tf.tensor(draws(3 * 144, 2), [3, 12, 12, 1]), { training: false }).dataSync())

  it('without some of its units is the network that never had them', () => {
    const [large, small] = [made([3, 3, 3]), made([1, 1, 1])]
    // Averages as training leaves them, none of them 0 or 1.
    const weights = new Map([...large.read()].map(([path, stored], i) => {
      const values = draws(stored.values.length, 10 + i)
      if (path.endsWith('/mean')) return [path, { ...stored, values: values.map((value) => 0.1 * value) }]
      if (path.endsWith('/variance')) return [path, { ...stored, values: values.map((value) => 0.5 + Math.abs(value)) }]
      return [path, stored]
    })) // prettier-ignore
    const units = ['1.2', '1.3', '2.2', '2.3', '3.2', '3.3']
    large.write(weights)
    const whole = embedded(large)
    large.write(new Map([...weights, ...units.flatMap((unit) => leftOut(kind, unit, weights))]))
    small.write(weights)
    expect(farthest(embedded(large), embedded(small))).toBeLessThan(1e-4)
    expect(farthest(embedded(large), whole)).toBeGreaterThan(1e-2)
    large.dispose()
    small.dispose()
  })
}) // prettier-ignore
