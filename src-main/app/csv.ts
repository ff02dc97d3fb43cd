/**
 * One cell of a table, quoted. A spreadsheet runs a text that begins with = + - @ (or their full-width forms, or a control
 * character before them) as a formula; such a line of the text gets an apostrophe before it, which spreadsheets hide.
 */
export function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : ''
  const lines = value.replace(/[^\r\n]+/g, (line) => (FORMULA.test(line) ? `'${line}` : line))
  const safe = /^[\t\r\n]/.test(lines) ? `'${lines}` : lines
  return `"${safe.replaceAll('"', '""')}"`
}

/** RFC 4180, with a byte order mark: without it spreadsheets read UTF-8 as something else. */
export function table(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return '\ufeff' + rows.map((row) => row.map(cell).join(',') + '\r\n').join('')
}

// Spaces of every kind, control and invisible characters may stand before the sign.
const FORMULA = /^[\s\p{C}\p{Z}]*[=+\-@|%＝＋－＠]/u
