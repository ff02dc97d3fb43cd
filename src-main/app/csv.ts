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

/** Lines of a table that hold something, with their numbers from 1 on. */
export const linesOf = (text: string): { readonly line: string; readonly number: number }[] =>
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')

export type Separator = ',' | ';' | '\t'
const FIELD = {
  ',': /(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/y,
  ';': /(?:"((?:[^"]|"")*)"|([^";]*))(?:;|$)/y,
  '\t': /(?:"((?:[^"]|"")*)"|([^"\t]*))(?:\t|$)/y,
} as const

/** The fields of one line of separated values (RFC 4180): a field in double quotes may hold separators and doubled quotes. */
export function fieldsOf(line: string, separator: Separator = ','): string[] {
  const field = FIELD[separator]
  field.lastIndex = 0
  const found: string[] = []
  while (field.lastIndex < line.length || line[field.lastIndex - 1] === separator) {
    const match = field.exec(line)
    // A stray quote: the rest is one field, so that the line's number of fields or its values tell of it.
    if (match === null) return [...found, line]
    found.push(match[1]?.replaceAll('""', '"') ?? match[2]!.trim())
    if (match[0] === '' || (field.lastIndex === line.length && !match[0].endsWith(separator))) break
  }
  return found
}
