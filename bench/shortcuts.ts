import { residual, type Residual } from '../src-main/engine/networks/residual.ts'
import { compareArchitectures, EMBEDDING, percents, ranked, type Architecture, type Found } from './architectures.ts'
import type { BenchOptions } from './options.ts'
import type { Figure } from './results.ts'
import { percent, spearman } from './words.ts'

/** 32 layers of at most 32 channels. */
export const DEEP = { units: [5, 5, 5], widths: [16, 16, 32], embedding: EMBEDDING } as const satisfies Residual
/** One size for both tables of the lecture, so that they share their first row. */
export const SIZE = { steps: 120, side: 16, each: 200, testEach: 100 } as const
export const IDENTITY = 'residual, 32 layers'

/** The error of 100 stands for the lecture's "fail": more than 20 %. */
const FAILS = { what: 'He et al., 110 layers: more than', value: 20 } as const
const paper = (value: number) => ({ what: 'He et al., 110 layers', value })

const row = (key: string, options: Residual, reference: Figure['reference']): Architecture => ({
  key,
  network: residual({ ...DEEP, ...options }),
  reference,
})

export const ROWS: readonly Architecture[] = [
  row(IDENTITY, {}, paper(6.61)),
  row('plain, 32 layers', { shortcut: 'none' }, FAILS),
  row('constant scaling by a half, 32 layers', { shortcut: 'constant-scaling' }, paper(12.35)),
  row('exclusive gating from −6, 32 layers', { shortcut: 'exclusive-gating' }, paper(8.7)),
  row('shortcut-only gating from −6, 32 layers', { shortcut: 'shortcut-gating' }, paper(6.91)),
  row('1 × 1 convolution, 32 layers', { shortcut: 'convolution' }, paper(12.22)),
  row('dropout of a half, 32 layers', { shortcut: 'dropout' }, FAILS),
]

/** The lecture's table of shortcuts (He et al., 2016, arXiv:1603.05027, table 1) in small. */
export async function shortcutsBench(options: BenchOptions): Promise<void> {
  await compareArchitectures({ bench: 'shortcuts', list: ROWS, ...SIZE, report: (found) => report(found, ROWS, 'shortcut') }, options)
} // prettier-ignore

/** Test and training error of each row, and whether the lecture's order and its best one are ours. */
export function report(found: Found, rows: readonly Architecture[], what: string) {
  const { of, size, shared } = found
  const figures = rows.flatMap(({ key, reference = null }): Figure[] => [
    { name: `${key}: test error, ${size}`, unit: '%', values: percents(of(key), 'error'), ...shared, reference },
    { name: `${key}: training error, ${size}`, unit: '%', values: percents(of(key), 'training'), ...shared },
  ])
  const order = ranked(rows.map(({ key }) => key), found) // prettier-ignore
  const best = rows.reduce((a, b) => (b.reference!.value < a.reference!.value ? b : a)).key
  const own = order.find(({ key }) => key === best)!
  const place = order.indexOf(own) + 1
  const agreement = spearman(
    rows.map(({ reference }) => reference!.value),
    rows.map(({ key }) => order.find((one) => one.key === key)!.error),
  )
  const finding = [
    `In the text the best ${what} is "${best}"; here it is "${order[0]!.key}" with ${percent(order[0]!.error)}, and the text's best comes ${place === 1 ? 'first' : `${place}. of ${rows.length} with ${percent(own.error)}`}.`,
    `Its order of all ${rows.length} ${agreement >= 0.7 ? 'held' : agreement >= 0.3 ? 'held in part' : 'did not hold'}: the rank correlation with ours is ${agreement.toFixed(2)}.`,
    'These are the first steps of a small network on a few pictures, where the text trains 110 layers to the end on all of them: what tells early learning apart, not final errors.',
  ]
  return { figures, finding: finding.join(' ') }
}
