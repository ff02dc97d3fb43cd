import type { Result } from './result.ts'

const WIDTH = 960
const MARGIN = 16
const ROW = 44
const HEAD = 34
const FOOT = 26
/** Between two ticks there is one of these times a power of ten. */
const STEPS = [1, 2, 2.5, 5, 10] as const
const MOST_INTERVALS = 6

const STYLE = `
  svg { background: #ffffff; font: 12px 'Inter Variable', system-ui, sans-serif; font-variant-numeric: tabular-nums }
  text { fill: #1b1c1e } .quiet { fill: #55585e } .line { stroke: #dcdcd6 } .spread { stroke: #2b4ee6; stroke-width: 2 }
  .mean { stroke: #2b4ee6; stroke-width: 3 } .value { fill: #2b4ee6; fill-opacity: 0.35 } .beside { stroke: #a3294a; stroke-width: 2 }
  .told { fill: #a3294a }
  @media (prefers-color-scheme: dark) {
    svg { background: #1b1d21 } text { fill: #ecedee } .quiet { fill: #b3b6bd } .line { stroke: #30333a }
    .spread, .mean { stroke: #8fa3ff } .value { fill: #8fa3ff; fill-opacity: 0.45 } .beside { stroke: #ff8fab } .told { fill: #ff8fab }
  }`

/**
 * Figures as rows, one panel a unit: a dot for each value, the mean as a bar with the standard deviation, and what it is
 * measured against as a line of another colour. One scale a panel, so that rows compare.
 * @returns an SVG document
 */
export function plot(title: string, results: readonly Result[]): string {
  const shown = results.filter(({ values }) => values.length > 0)
  const units = [...new Set(shown.map(({ unit }) => unit))]
  const parts = [`<text x="${MARGIN}" y="24" font-size="16" font-weight="600">${escaped(title)}</text>`]
  let top = 40
  for (const unit of units) {
    const rows = shown.filter((one) => one.unit === unit)
    parts.push(panel(rows, unit, top))
    top += HEAD + rows.length * ROW + FOOT
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n')
}

function panel(rows: readonly Result[], unit: string, top: number): string {
  const ticks = scale(
    rows.flatMap((one) => [...one.values, lowEnd(one), highEnd(one), ...(one.reference ? [one.reference.value] : [])]),
  )
  const [low, high] = [ticks[0]!, ticks.at(-1)!]
  const x = (value: number) => round(MARGIN + ((value - low) / (high - low)) * (WIDTH - 2 * MARGIN))
  const bottom = top + HEAD + rows.length * ROW
  const axis = ticks.map((tick, i) => {
    const anchor = i === 0 ? 'start' : i === ticks.length - 1 ? 'end' : 'middle'
    return (
      `<line class="line" x1="${x(tick)}" x2="${x(tick)}" y1="${top + HEAD - 12}" y2="${bottom}"/>` +
      `<text class="quiet" x="${x(tick)}" y="${bottom + 16}" text-anchor="${anchor}">${figure(tick)}</text>`
    )
  })
  const head = unit === '' ? '' : `<text class="quiet" x="${MARGIN}" y="${top + 12}">${escaped(unit)}</text>`
  return [head, ...axis, ...rows.map((one, i) => row(one, top + HEAD + i * ROW, x))].join('\n')
}

function row(one: Result, top: number, x: (value: number) => number) {
  const { name, backend, values, mean, sd, unit, reference } = one
  const y = top + 22
  const spread = values.length > 1 ? ` ± ${figure(sd)}` : ''
  const beside = reference ? `${reference.what}: ${figure(reference.value)}` : ''
  return [
    `<text x="${MARGIN}" y="${top + 8}">${escaped(backend ? `${name} (${backend})` : name)}` +
      `<tspan class="quiet" dx="8">${figure(mean)}${spread} ${escaped(unit)}</tspan><tspan class="told" dx="8">${escaped(beside)}</tspan></text>`,
    `<line class="line" x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y}" y2="${y}"/>`,
    values.length > 1
      ? `<line class="spread" x1="${x(lowEnd(one))}" x2="${x(highEnd(one))}" y1="${y}" y2="${y}"/>` +
        values.map((value) => `<circle class="value" cx="${x(value)}" cy="${y}" r="4"/>`).join('')
      : '',
    `<line class="mean" x1="${x(mean)}" x2="${x(mean)}" y1="${y - 7}" y2="${y + 7}"/>`,
    reference
      ? `<line class="beside" stroke-dasharray="3 2" x1="${x(reference.value)}" x2="${x(reference.value)}" y1="${y - 9}" y2="${y + 9}"/>`
      : '',
  ].join('')
}

/** Where the spread begins: that of values that are never negative ends at zero. */
const lowEnd = ({ values, mean, sd }: Result) =>
  values.some((value) => value < 0) ? mean - sd : Math.max(0, mean - sd)

/** And where it ends: no share is above a hundred percent. */
const highEnd = ({ values, mean, sd, unit }: Result) =>
  unit.startsWith('%') && values.every((value) => value <= 100) ? Math.min(100, mean + sd) : mean + sd

/** Round numbers that hold all values; from zero when they are positive and near it. */
function scale(values: readonly number[]): number[] {
  const most = Math.max(...values)
  const lowest = Math.min(...values)
  const least = lowest >= 0 && lowest < 0.5 * most ? 0 : lowest
  const width = most - least || Math.abs(most) || 1
  const power = 10 ** Math.floor(Math.log10(width / MOST_INTERVALS))
  const step = power * STEPS.find((one) => one * power * MOST_INTERVALS >= width)!
  const first = Math.floor(least / step)
  const last = Math.max(Math.ceil(most / step), first + 1)
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
}

const round = (value: number) => Math.round(value * 10) / 10
const figure = (value: number) => String(Number(value.toPrecision(3)))
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
