import { curveOf, type CurvePoint, type LabRow } from '../../contract/lab-rows.ts'
import { METHODS } from '../../contract/lab.ts'

const WIDTH = 520
const HEIGHT = 300
const MARGIN = { left: 46, right: 14, top: 10, bottom: 40 }
/** Lines that are told apart by colour; more of them by dashes too. */
export const COLOURS = 6
const DASHES = ['', '7 4', '2 3', '10 3 2 3']
const STEPS = [1, 2, 2.5, 5, 10]

interface Line {
  readonly name: string
  readonly colour: number
  readonly dash: string
  readonly points: readonly CurvePoint[]
}

/**
 * Learning curves, one panel a network with a line a loss; where there is but one loss, one panel with a line a network. All
 * panels have the same axes.
 * @returns HTML with SVG in it; empty where no run has a curve
 */
export function curves(rows: readonly LabRow[]): string {
  const byNetwork = new Set(rows.map(({ loss }) => loss)).size > 1
  const sizes = new Set(rows.map(({ dimensions }) => dimensions)).size > 1
  const methods = new Set(rows.map(({ method }) => method)).size > 1
  const about = ({ method, dimensions }: LabRow) => [
    ...(methods ? [METHODS.find(({ name }) => name === method)!.title] : []),
    ...(sizes ? [dimensions === null ? 'its own size' : `${dimensions} numbers`] : []),
  ]
  const panels = new Map<string, Line[]>()
  const names = [...new Set(rows.map((row) => (byNetwork ? row.loss : row.network)))]
  for (const row of rows) {
    const points = curveOf(row, 'error')
    if (points.length === 0) continue
    const title = [byNetwork ? row.network : row.loss, ...about(row)].join(', ')
    const name = byNetwork ? row.loss : row.network
    const at = names.indexOf(name)
    const line = { name, colour: at % COLOURS, dash: DASHES[Math.floor(at / COLOURS) % DASHES.length]!, points }
    panels.set(title, [...(panels.get(title) ?? []), line])
  }
  const all = [...panels.values()].flat().flatMap(({ points }) => points)
  if (all.length === 0) return ''
  const last = Math.max(...all.map(({ step }) => step))
  const high = Math.max(0.05, ...all.map(({ value, high }) => Math.min(1, high ?? value)))
  return [...panels].map(([title, lines]) => panel(title, lines, last, high)).join('\n')
}

function panel(title: string, lines: readonly Line[], last: number, most: number): string {
  const ys = ticks(100 * most)
  const top = Math.min(100, ys.at(-1)!)
  const xs = ticks(last).filter((tick) => tick <= last)
  const x = (step: number) => round(MARGIN.left + (step / last) * (WIDTH - MARGIN.left - MARGIN.right))
  const bottom = HEIGHT - MARGIN.bottom
  const y = (percent: number) => round(bottom - (Math.min(percent, top) / top) * (bottom - MARGIN.top))
  const grid = ys
    .filter((tick) => tick <= top)
    .map(
      (tick) =>
        `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(tick)}" y2="${y(tick)}"/>` +
        `<text x="${MARGIN.left - 8}" y="${y(tick) + 4}" text-anchor="end">${tick}</text>`,
    )
  const feet = xs.map((tick) => `<text x="${x(tick)}" y="${bottom + 18}" text-anchor="middle">${tick}</text>`)
  const at = ({ step, value }: { step: number; value: number }) => `${x(step)},${y(100 * value)}`
  const drawn = lines.map(({ points, colour, dash }) => {
    const banded = points.filter((point) => point.low !== undefined)
    const edge = (of: 'low' | 'high') => banded.map((point) => at({ step: point.step, value: point[of]! }))
    const band =
      banded.length > 1
        ? `<polygon class="band c${colour}" points="${[...edge('high'), ...edge('low').reverse()].join(' ')}"/>`
        : ''
    const dashed = dash === '' ? '' : ` stroke-dasharray="${dash}"`
    const dots = points.map(
      (point) => `<circle class="dot c${colour}" cx="${x(point.step)}" cy="${y(100 * point.value)}" r="2"/>`,
    )
    return `${band}<polyline class="line c${colour}"${dashed} points="${points.map(at).join(' ')}"/>${dots.join('')}`
  })
  const key = lines.map(
    ({ name, colour, dash }) =>
      `<li><svg width="28" height="10" aria-hidden="true"><line class="line c${colour}" x1="1" x2="27" y1="5" y2="5"` +
      `${dash === '' ? '' : ` stroke-dasharray="${dash}"`}/></svg> ${escaped(name)}</li>`,
  )
  const summary = `${title}: error by step of ${lines.map(({ name }) => name).join(', ')}`
  return [
    `<figure><figcaption>${escaped(title)}</figcaption><ul class="key">${key.join('')}</ul>`,
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(summary)}">`,
    ...grid,
    ...feet,
    `<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">step</text>`,
    `<text transform="translate(11 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">error, %</text>`,
    ...drawn,
    '</svg></figure>',
  ].join('\n')
}

/** Round numbers from zero that hold a value. */
function ticks(most: number): number[] {
  const power = 10 ** Math.floor(Math.log10(most / 5))
  const step = STEPS.map((one) => one * power).find((one) => one * 5 >= most)!
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, i) => Number((i * step).toPrecision(6)))
}

const round = (value: number) => Math.round(value * 10) / 10

/** For text and for attributes in double quotes. */
export const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
