import { standardDeviation } from '../src-main/app/evaluation/spread.ts'
import { residual, type Residual } from '../src-main/engine/networks/residual.ts'
import { compareArchitectures, EMBEDDING, percents, ranked, type Architecture, type Found } from './architectures.ts'
import type { BenchOptions } from './options.ts'
import type { Figure } from './results.ts'
import { percent, spearman } from './words.ts'

/** 32 layers of at most 32 channels. */
export const DEEP = { units: [5, 5, 5], widths: [16, 16, 32], embedding: EMBEDDING } as const satisfies Residual
/** One size for both tables of the lecture, so that they share their first row. */
export const SIZE = { steps: 600, side: 16, each: 500, testEach: 100 } as const
export const IDENTITY = 'residual, 32 layers'

/** What the lecture means by "fail". */
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
  row('shortcut alone halved, 32 layers', { shortcut: 'constant-scaling', scaling: [0.5, 1] }, FAILS),
  row('constant scaling by a half, 32 layers', { shortcut: 'constant-scaling' }, paper(12.35)),
  row('exclusive gating from 0, 32 layers', { shortcut: 'exclusive-gating', gate: { bias: 0 } }, FAILS),
  row('exclusive gating from −6, 32 layers', { shortcut: 'exclusive-gating' }, paper(8.7)),
  row('exclusive gating from −7, 32 layers', { shortcut: 'exclusive-gating', gate: { bias: -7 } }, paper(9.81)),
  row('shortcut-only gating from 0, 32 layers', { shortcut: 'shortcut-gating', gate: { bias: 0 } }, paper(12.86)),
  row('shortcut-only gating from −6, 32 layers', { shortcut: 'shortcut-gating' }, paper(6.91)),
  row('1 × 1 convolution, 32 layers', { shortcut: 'convolution' }, paper(12.22)),
  row('dropout of a half, 32 layers', { shortcut: 'dropout' }, FAILS),
]

/** The lecture's table of shortcuts (He et al., 2016, arXiv:1603.05027, table 1) in small. */
export async function shortcutsBench(options: BenchOptions): Promise<void> {
  await compareArchitectures({ bench: 'shortcuts', list: ROWS, ...SIZE, report: (found) => report(found, ROWS, { what: 'shortcut', first: 'identity, 32 layers' }) }, options)
} // prettier-ignore

/**
 * Test and training error of each row, and whether the lecture's order and its best one are ours.
 * @param words.what rows are kinds of
 * @param words.first what the row that both tables share is called in this one
 */
export function report(found: Found, rows: readonly Architecture[], { what, first }: { what: string; first: string }) {
  const { of, size, shared } = found
  const title = (key: string) => (key === IDENTITY ? first : key)
  const figures = rows.flatMap(({ key, reference = null }): Figure[] => [
    { name: `${title(key)}: test error, ${size}`, unit: '%', values: percents(of(key), 'error'), ...shared, reference },
    { name: `${title(key)}: training error, ${size}`, unit: '%', values: percents(of(key), 'training'), ...shared },
  ])
  const order = ranked(rows.map(({ key }) => key), found) // prettier-ignore
  const best = rows.reduce((a, b) => (b.reference!.value < a.reference!.value ? b : a)).key
  const own = order.find(({ key }) => key === best)!
  const [place, ahead] = [order.indexOf(own) + 1, order[0]!]
  const spread = Math.max(...[best, ahead.key].map((key) => standardDeviation(percents(of(key), 'error'))))
  const near = own.error - ahead.error <= spread ? ', within the spread of seeds' : ', farther off than seeds differ'
  const agreement = spearman(
    rows.map(({ reference }) => reference!.value),
    rows.map(({ key }) => order.find((one) => one.key === key)!.error),
  )
  const held = agreement >= 0.7 ? 'held' : agreement >= 0.3 ? 'held in part' : 'did not hold'
  const finding = [
    place === 1
      ? `The text's best ${what}, "${title(best)}", comes first here too, with ${percent(own.error)}.`
      : `The text's best ${what} is "${title(best)}"; here "${title(ahead.key)}" comes first with ${percent(ahead.error)}, and the text's best ${place}. of ${rows.length} with ${percent(own.error)}${near}.`,
    `The text's order of all ${rows.length} ${held}: its rank correlation with ours is ${agreement.toFixed(2)}.`,
    'These are the first steps of a small network on a few pictures, where the text trains 110 layers to the end on all of them: they tell early learning apart, not final errors.',
  ]
  return { figures, finding: finding.join(' ') }
}
