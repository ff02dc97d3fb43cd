import { describe, expect, it } from 'vitest'
import { ranked, type Found } from '../../bench/architectures.ts'
import { PAIRS, report as depthReport } from '../../bench/depth.ts'
import { report as scalingReport, ROWS as SCALES } from '../../bench/scaling.ts'
import { report as shortcutReport, ROWS } from '../../bench/shortcuts.ts'
import type { BenchOutcome } from '../../bench/trials.ts'

/** Two seeds of each key, whose errors are told as shares. */
const found = (errors: (key: string) => { error: number; training?: number }): Found => ({
  of: (key) =>
    [-0.01, 0.01].map((away) => {
      const { error, training = error } = errors(key)
      return { error: error + away, training: training + away, parameters: 140_000, macs: 2e6 } as BenchOutcome
    }),
  size: 'a size',
  shared: { backend: 'tfjs-node', seeds: [0, 1] },
})

describe('a comparison of networks', () => {
  it('orders them by the mean of their test errors, in percent', () => {
    const order = ranked(['a', 'b', 'c'], found((key) => ({ error: { a: 0.5, b: 0.2, c: 0.3 }[key]! }))) // prettier-ignore
    expect(order.map(({ key }) => key)).toEqual(['b', 'c', 'a'])
    expect(order[0]!.error).toBeCloseTo(20)
  })

  it('says that the order of the text held where it is ours', () => {
    const same = found((key) => ({ error: ROWS.find((row) => row.key === key)!.reference!.value / 100 }))
    const words = { what: 'shortcut', first: 'identity' }
    const { figures, finding } = shortcutReport(same, ROWS, words)
    expect(finding).toContain('best shortcut, "identity", comes first here too, with 6.6 %')
    expect(finding).toContain('held: its rank correlation with ours is 1.00')
    expect(figures.length).toBe(2 * ROWS.length)
    expect(figures[0]!.name).toBe('identity: test error, a size')
    const other = found((key) => ({ error: 1 - ROWS.find((row) => row.key === key)!.reference!.value / 100 }))
    const turned = shortcutReport(other, ROWS, words).finding
    expect(turned).toContain("the text's best 11. of 11 with 93.4 %, farther off than seeds differ")
    expect(turned).toContain('did not hold')
    const close = found((key) => ({ error: key === ROWS[0]!.key ? 0.505 : 0.5 }))
    expect(shortcutReport(close, ROWS, words).finding).toContain('within the spread of seeds')
  })

  it('tells degradation from depth by the training error, with shortcuts and without', () => {
    const worse = found((key) => ({ error: 0.6, training: key === PAIRS[0]!.deep.key ? 0.5 : 0.4 }))
    const { figures, finding } = depthReport(worse)
    expect(figures[0]!.name).toContain('140,000 parameters')
    expect(finding).toContain('held: it changes by +10.0 points without shortcuts and by +0.0 with them')
    const equal = depthReport(found(() => ({ error: 0.6 }))).finding
    expect(equal).toContain('did not hold')
  })

  it('compares compound scaling with width and depth alone', () => {
    const best = found((key) => ({ error: { 'φ = 0': 0.6, 'φ = 1': 0.5, 'φ = 2': 0.4 }[key] ?? 0.55 }))
    const { finding } = scalingReport(best)
    expect(SCALES.length).toBe(5)
    expect(finding).toContain('alone held: 50.0 % for φ = 1, 55.0 % for width alone')
    expect(finding).toContain('as φ grows held: 60.0 %, 50.0 %, 40.0 %')
    expect(scalingReport(found(() => ({ error: 0.5 }))).finding).toContain('as φ grows did not hold')
  })
})
