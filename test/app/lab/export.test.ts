import { describe, expect, it } from 'vitest'
import { exported } from '../../../src-main/app/lab/export.ts'
import type { Cell, Comparison } from '../../../src-main/contract/lab.ts'
import { planOf } from './fixture.ts'

const EVIL = `<img src=x onerror="alert('1')">&`
const stored = { machine: `A processor ${EVIL}`, computed: 'TensorFlow, CPU' }

function cell(index: number, change: Partial<Cell> = {}): Cell {
  const seed = index % 2
  return {
    ...{
      index,
      loss: 'softmax',
      network: 'residual',
      method: 'direct',
      dimensions: null,
      seed,
      state: 'done',
      step: 10,
    },
    curve: [5, 10].map((step) => ({ step, loss: 1 / step, error: 0.5 - 0.02 * step + 0.1 * seed })),
    ...(change.state !== 'failed' && {
      result: {
        ...{ error: 0.2 + 0.1 * seed, nearest: 0.25, training: 0.01, trials: 40 },
        ...{ seconds: 12.5, parameters: 179_888, macs: 19_990_784 },
      },
    }),
    ...change,
  }
}

const comparison = (runs: readonly Cell[]): Comparison => ({
  ...{ id: '0'.repeat(32), title: 'Comparison 3', data: EVIL, state: 'done', done: runs.length, cells: runs.length },
  ...{
    startedAt: Date.UTC(2026, 10, 21, 19, 30),
    plan: planOf({ seeds: 2, labelled: 10 }),
    backend: 'tfjs-node',
    runs,
  },
  facts: { classes: 2, labelled: 20, unlabelled: 60, test: 40, width: 28, height: 28, channels: 1, lost: 0 },
})
const textOf = (runs: readonly Cell[], as: 'html' | 'csv') =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(exported(comparison(runs), stored, as).bytes)
const both = ['softmax', 'triplet'].flatMap((loss, at) => [0, 1].map((seed) => cell(2 * at + seed, { loss })))

describe('a comparison as an HTML file', () => {
  it('says data, sizes, machine, date and how the error is measured, and shows mean ± sd over the seeds', () => {
    const html = textOf(both, 'html')
    for (const words of [
      '20 labelled pictures',
      '60 without names',
      '40 pictures that no training sees',
      '2026-11-21 19:30',
    ])
      expect(html).toContain(words)
    for (const words of [
      'tfjs-node: TensorFlow, CPU',
      '2 (0 to 1)',
      '10 steps of 8',
      'else by the nearest labelled picture',
    ])
      expect(html).toContain(words)
    // The sd of a sample of 0.2 and 0.3.
    expect(html).toContain('25.00 ± 7.07')
    expect(html).toContain('180 k')
    expect(html).toContain('2 of 2')
  })

  it('draws a panel a network with a line and a band a loss, and names both axes', () => {
    const html = textOf([...both, cell(4, { network: 'vgg' }), cell(5, { network: 'vgg', loss: 'triplet' })], 'html')
    expect(html.match(/<figure>/g)).toHaveLength(2)
    expect(html.match(/<polyline /g)).toHaveLength(4)
    // One seed alone has no band.
    expect(html.match(/<polygon /g)).toHaveLength(2)
    expect(html).toContain('>error, %</text>')
    expect(html).toContain('>step</text>')
  })

  it('escapes every name, and asks for nothing from elsewhere', () => {
    const html = textOf([cell(0, { loss: EVIL, network: EVIL }), cell(1, failed)], 'html')
    expect(html).not.toContain('<img')
    expect(html).not.toMatch(/alert\('/)
    expect(html).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;')
    expect(html).not.toMatch(/<script|<link|https?:|url\(|@import/i)
    expect(html).toContain("default-src 'none'")
    expect(html).toContain('prefers-color-scheme: dark')
    expect(html).toContain('Runs that failed')
  })
})

const failed: Partial<Cell> = {
  ...{ state: 'failed', curve: [], problem: { code: 'training-stopped', message: `It stopped: ${EVIL}` } },
  network: 'vgg',
}

describe('a comparison as a table', () => {
  it('has a line a run, failed ones with their reason, and no formula', () => {
    const lines = textOf([cell(0, { loss: '=SUM(A1)', dimensions: 64 }), cell(1, failed)], 'csv').split('\r\n')
    expect(lines[0]).toContain('"loss","network","method","dimensions","seed","state","error"')
    expect(lines[1]).toBe(`"'=SUM(A1)","residual","direct",64,0,"done",0.2,0.25,0.01,40,12.5,179888,19990784,`)
    expect(lines[2]).toContain('"failed",,,,,,,,"It stopped: <img src=x onerror=""alert')
    expect(lines).toHaveLength(4)
  })

  it('is refused while nothing is measured', () => {
    expect(() => textOf([cell(0, { state: 'running' })], 'csv')).toThrow('measured nothing yet')
  })
})
