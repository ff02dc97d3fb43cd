import { describe, expect, it } from 'vitest'
import { plot } from '../../bench/plot.ts'
import type { Result } from '../../bench/result.ts'

const result = (name: string, unit: string, values: number[], beside?: number): Result => ({
  name,
  unit,
  values,
  command: '',
  commit: '',
  machine: '',
  backend: null,
  seeds: [],
  mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  sd: values.length > 1 ? 1 : 0,
  reference: beside === undefined ? null : { what: 'goal', value: beside },
})

const numbers = (svg: string, pattern: RegExp) => [...svg.matchAll(pattern)].map((found) => Number(found[1]))

describe('a plot of results', () => {
  it('has a dot for each value where the scale of its unit puts it', () => {
    const svg = plot('both', [result('a', '%', [60, 100]), result('b', '%', [70, 80], 90), result('c', 's', [1])])
    const dots = numbers(svg, /class="value" cx="([\d.]+)"/g)
    expect(dots).toHaveLength(4)
    const [sixty, hundred, seventy, eighty] = dots as [number, number, number, number]
    expect((seventy - sixty) / (hundred - sixty)).toBeCloseTo(0.25, 2)
    expect((eighty - sixty) / (hundred - sixty)).toBeCloseTo(0.5, 2)
    const [beside] = numbers(svg, /class="beside" stroke-dasharray="3 2" x1="([\d.]+)"/g)
    expect((beside! - sixty) / (hundred - sixty)).toBeCloseTo(0.75, 2)
  })

  it('starts at zero for positive values near it, and goes below for negative ones alone', () => {
    const ticks = (values: number[]) => numbers(plot('t', [result('a', 'x', values)]), /text-anchor="\w+">([-\d.]+)</g)
    expect(ticks([1, 12])[0]).toBe(0)
    expect(ticks([-3, 12])[0]).toBeLessThan(-3)
    expect(ticks([98, 99])[0]).toBeGreaterThan(90)
    expect(ticks([5, 5])).not.toContain(NaN)
    expect(plot('t', [result('a', 'x', [0])])).not.toContain('NaN')
  })

  it('writes names as text', () => {
    expect(plot('a < b', [result('"x" & y', '', [1])])).toContain('&quot;x&quot; &amp; y')
  })
})
