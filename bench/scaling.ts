import { compound, efficientNet, type Scale } from '../src-main/engine/networks/efficient-net.ts'
import { compareArchitectures, EMBEDDING, percents, ranked, type Architecture, type Found } from './architectures.ts'
import type { BenchOptions } from './options.ts'
import type { Figure } from './results.ts'
import { percent } from './words.ts'

/** Pictures of 32 × 32 are brought to 12 × 12 for φ = 0, so that a larger scale has something to see. */
const SIDE = 12 / 32

interface Scaled extends Architecture {
  /** Of what the first convolution sees. */
  readonly seen: number
}

const row = (key: string, { side, ...scale }: Scale): Scaled => ({
  key,
  seen: Math.round(32 * SIDE * side),
  network: efficientNet({ scale: { ...scale, side: SIDE * side }, embedding: EMBEDDING }),
})
const BASE: Scale = { depth: 1, width: 1, side: 1 }
const COMPOUND = 'φ = 1'
/** Of about as many multiplications as φ = 1. */
const SINGLE = ['width alone', 'depth alone'] as const

export const ROWS: readonly Scaled[] = [
  row('φ = 0', compound(0)),
  row(COMPOUND, compound(1)),
  row('φ = 2', compound(2)),
  row(SINGLE[0], { ...BASE, width: 1.7 }),
  row(SINGLE[1], { ...BASE, depth: 2.5 }),
]

/** Compound scaling (Tan & Le, 2019, arXiv:1905.11946) in small. */
export async function scalingBench(options: BenchOptions): Promise<void> {
  const size = { steps: 600, side: 32, each: 500, testEach: 100 } as const
  await compareArchitectures({ bench: 'scaling', list: ROWS, ...size, report }, options)
}

export function report(found: Found): { figures: Figure[]; finding: string } {
  const { of, size, shared } = found
  const figures = ROWS.flatMap(({ key, seen }): Figure[] => {
    const { parameters, macs } = of(key)[0]!
    const title = `EfficientNet, ${key}, seen at ${seen} × ${seen}`
    return [
      { name: `${title}: test error, ${size}`, unit: '%', values: percents(of(key), 'error'), ...shared },
      { name: `${title}: training error, ${size}`, unit: '%', values: percents(of(key), 'training'), ...shared },
      { name: `${title}: parameters`, unit: 'thousand parameters', values: [parameters / 1e3] },
      { name: `${title}: multiplications a picture`, unit: 'million multiplications', values: [macs / 1e6] },
    ]
  })
  const order = ranked(ROWS.map(({ key }) => key), found) // prettier-ignore
  const errorOf = (wanted: string) => order.find(({ key }) => key === wanted)!.error
  const better = SINGLE.every((key) => errorOf(COMPOUND) <= errorOf(key))
  const growing = ['φ = 0', COMPOUND, 'φ = 2'].map(errorOf)
  const falls = growing[0]! > growing[1]! && growing[1]! > growing[2]!
  return {
    figures,
    finding: [
      `That at equal work scaling all three together errs less than width or depth alone ${better ? 'held' : 'did not hold'}: ${percent(errorOf(COMPOUND))} for φ = 1, ${SINGLE.map((key) => `${percent(errorOf(key))} for ${key}`).join(', ')}.`,
      `That the error falls as φ grows ${falls ? 'held' : 'did not hold'}: ${growing.map(percent).join(', ')} for φ = 0, 1, 2.`,
      'So few steps on so few pictures favour what learns fast; the text speaks of networks trained to the end on ImageNet.',
    ].join(' '),
  }
}
