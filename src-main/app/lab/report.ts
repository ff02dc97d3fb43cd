import { rowsOf, type LabRow, type Spread } from '../../contract/lab-rows.ts'
import { METHODS, type Cell, type Comparison } from '../../contract/lab.ts'
import { curves, escaped } from './curves.ts'
import type { StoredComparison } from './store.ts'

const STYLE = `
  :root { color-scheme: light dark; --page: #f7f7f4; --card: #ffffff; --ink: #1b1c1e; --quiet: #55585e; --line: #dcdcd6;
    --c0: #2b4ee6; --c1: #b3261e; --c2: #1f7a3f; --c3: #8a5a00; --c4: #7b2fbf; --c5: #00707f }
  @media (prefers-color-scheme: dark) { :root { --page: #141518; --card: #1b1d21; --ink: #ecedee; --quiet: #b3b6bd; --line: #3a3e46;
    --c0: #8fa3ff; --c1: #ff8f85; --c2: #6fd893; --c3: #f0bd58; --c4: #cf9cff; --c5: #5fd3e3 } }
  body { margin: 0 auto; max-width: 1120px; padding: 32px 24px 64px; background: var(--page); color: var(--ink);
    font: 15px/1.5 'Inter Variable', Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums }
  h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px } h2 { font-size: 18px; margin: 36px 0 8px } p { max-width: 76ch; margin: 8px 0 }
  .quiet, caption, dt { color: var(--quiet) }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 16px 0 } dd { margin: 0; overflow-wrap: anywhere }
  .many { font-size: 13px } .many th, .many td { padding: 6px 8px }
  .wide { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 10px }
  table { border-collapse: collapse; width: 100% } caption { caption-side: bottom; text-align: left; padding: 8px 14px }
  th, td { padding: 8px 14px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line) }
  th { font-weight: 600; vertical-align: bottom } th.name, td.name { text-align: left } td.least { font-weight: 700 }
  .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 16px }
  figure { margin: 0; padding: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; break-inside: avoid }
  figcaption { font-weight: 600 } figure > svg { width: 100%; height: auto; display: block }
  .key { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 16px; padding: 0; margin: 4px 0 8px; font-size: 13px }
  svg text { fill: var(--quiet); font-size: 12px } .grid { stroke: var(--line) } .line { fill: none; stroke-width: 2 }
  .band { fill-opacity: 0.16; stroke: none }
  ${[0, 1, 2, 3, 4, 5].map((i) => `.line.c${i} { stroke: var(--c${i}) } .band.c${i}, .dot.c${i} { fill: var(--c${i}) }`).join('\n  ')}
  @media print { body { background: none; padding: 0 } }`

/** One HTML file that needs nothing beside it: no script, no font, no picture from anywhere. */
export function report(comparison: Comparison, stored: Pick<StoredComparison, 'machine' | 'computed'>): string {
  const rows = rowsOf(comparison.runs)
  const title = `${comparison.title}: ${comparison.data}`
  const drawn = curves(rows)
  const { seeds } = comparison.plan
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p class="quiet">${escaped(standing(comparison))}</p>
${facts(comparison, stored)}
<h2>Results</h2>
<div class="wide">
${table(rows, seeds)}
</div>
${remarks(comparison)}
${
  drawn === ''
    ? ''
    : `<h2>Learning curves</h2>
<p>Error on some of the test pictures while a network learns: the mean over the seeds and, from two seeds on, one standard deviation either way. They choose nothing: training never sees these pictures.</p>
<div class="curves">
${drawn}
</div>`
}
<h2>How the error is measured</h2>
<p>${escaped(measured(comparison))}</p>
</body>
</html>
`
}

function standing({ state, done, cells, startedAt }: Comparison): string {
  const when = new Date(startedAt).toISOString().slice(0, 16).replace('T', ' ')
  const how = state === 'done' ? `All ${cells} runs are over.` : `${done} of ${cells} runs are over; it is ${state}.`
  return `Begun ${when} UTC. ${how}`
}

function facts(
  { data, plan, facts, backend }: Comparison,
  { machine, computed }: Parameters<typeof report>[1],
): string {
  const entries: [string, string][] = [['Data', data]]
  if (facts) {
    const { width, height, channels, classes, labelled, unlabelled, test, lost } = facts
    entries.push(
      ['Pictures', `${width} × ${height}, ${channels === 1 ? 'grey' : 'colour'}; ${classes} classes`],
      [
        'Learned from',
        `${count(labelled)} labelled pictures${unlabelled > 0 ? `, ${count(unlabelled)} without names` : ''}`,
      ],
      ['Asked', `${count(test)} pictures that no training sees`],
    )
    if (lost > 0) entries.push(['Left out', `${count(lost)} pictures that cannot be read`])
  }
  entries.push(
    ['Training', `${count(plan.steps)} steps of ${plan.batch} labelled pictures`],
    ['Seeds', plan.seeds === 1 ? '1 (seed 0)' : `${plan.seeds} (0 to ${plan.seeds - 1})`],
    ['Computed by', [backend, computed].filter((one) => one !== undefined).join(': ')],
    ['Machine', machine],
  )
  return `<dl>\n${entries.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n')}\n</dl>`
}

function table(rows: readonly LabRow[], seeds: number): string {
  const methods = rows.some(({ method }) => method !== rows[0]!.method)
  const sizes = rows.some(({ dimensions }) => dimensions !== null)
  const least = Math.min(...rows.flatMap(({ error }) => error?.mean ?? []))
  const name = (text: string) => `<td class="name">${escaped(text)}</td>`
  const head = [
    '<th class="name" scope="col">loss</th><th class="name" scope="col">network</th>',
    methods ? '<th class="name" scope="col">method</th>' : '',
    sizes ? '<th scope="col">numbers</th>' : '',
    ...['error, %', 'nearest, %', 'training, %', 'seconds', 'parameters', 'MACs', 'seeds'].map(
      (text) => `<th scope="col">${text}</th>`,
    ),
  ]
  const lines = rows.map((row) =>
    [
      name(row.loss),
      name(row.network),
      methods ? name(METHODS.find((one) => one.name === row.method)!.title) : '',
      sizes ? `<td>${row.dimensions ?? 'own'}</td>` : '',
      `<td${row.error?.mean === least ? ' class="least"' : ''}>${percent(row.error)}</td>`,
      ...[percent(row.nearest), percent(row.training), figure(row.seconds), large(row.parameters), large(row.macs)].map(
        (text) => `<td>${text}</td>`,
      ),
      `<td>${row.done} of ${seeds}${row.failed > 0 ? `, ${row.failed} failed` : ''}</td>`,
    ].join(''),
  )
  return (
    `<table${methods || sizes ? ' class="many"' : ''}>\n<caption>Means over the seeds, ± the standard deviation of a sample where there are two or more. Seconds are those of training.` +
    ` The least error is bold.</caption>\n<thead><tr>${head.join('')}</tr></thead>\n` +
    `<tbody>\n${lines.map((line) => `<tr>${line}</tr>`).join('\n')}\n</tbody>\n</table>`
  )
}

function remarks({ runs }: Comparison): string {
  const of = ({ loss, network, method, seed }: Cell) => `${loss}, ${network}, ${method}, seed ${seed}`
  const failed = runs.flatMap((cell) =>
    cell.state === 'failed' ? [`${of(cell)}: ${cell.problem?.message ?? 'unknown'}`] : [],
  )
  const noticed = runs.flatMap((cell) => (cell.notices ?? []).map(({ message }) => `${of(cell)}: ${message}`))
  return listed('Runs that failed', failed) + listed('Remarks', noticed)
}

const listed = (title: string, lines: readonly string[]) =>
  lines.length === 0
    ? ''
    : `<h2>${title}</h2>\n<ul>\n${lines.map((line) => `<li>${escaped(line)}</li>`).join('\n')}\n</ul>`

function measured({ plan, facts }: Comparison): string {
  const split =
    plan.labelled === null
      ? 'All pictures that are learned from are labelled.'
      : `${plan.labelled} of each class, drawn anew for each seed, are learned from with their names; the rest is learned from without.`
  return (
    `Error is the share of the ${facts ? count(facts.test) : ''} test pictures that are named wrongly: by the loss’s own scores where it has such, ` +
    'else by the nearest labelled picture. "Nearest" is always by the nearest labelled picture, at most 100 of each class. "Training" is the error on labelled pictures themselves. ' +
    `${split} The test pictures are the same for every run; no training sees them, and they choose nothing.`
  )
}

const percent = (value: Spread | undefined): string => {
  if (!value) return '–'
  return value.sd === undefined ? points(value.mean) : `${points(value.mean)} ± ${points(value.sd)}`
}
const points = (share: number) => (100 * share).toFixed(2)
const count = (n: number) => n.toLocaleString('en-US')
const figure = (value: number | undefined) =>
  value === undefined ? '–' : value < 100 ? value.toFixed(1) : count(Math.round(value))

function large(n: number | undefined): string {
  if (n === undefined) return '–'
  if (n >= 999_500) return `${Number((n / 1e6).toPrecision(3))} M`
  return n >= 1000 ? `${Number((n / 1000).toPrecision(3))} k` : String(n)
}
