import { AppError } from '../contract/errors.ts'

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

/**
 * A table's text: UTF-8, or UTF-16 where a byte order mark says so, as spreadsheets also write it.
 * @throws AppError bad-table for any other encoding, whose letters would be guessed
 */
export function tableText(bytes: Uint8Array, name: string): string {
  const [first, second] = bytes
  const marked =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return new TextDecoder(marked, { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('bad-table', `"${name}" is no text in UTF-8. Save it as a CSV file in UTF-8.`, { cause })
  }
}

/** Lines of a table that hold something, with their numbers from 1 on; a quoted cell may hold the end of a line. */
export function linesOf(text: string): { readonly line: string; readonly number: number }[] {
  const all = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)
  const found: { line: string; number: number }[] = []
  for (let at = 0; at < all.length; at++) {
    const number = at + 1
    const end = closing(all, at)
    const line = all.slice(at, end + 1).join('\n')
    at = end
    if (line.trim() !== '') found.push({ line, number })
  }
  return found
}

const leavesOpen = (line: string) => line.split('"').length % 2 === 0

/** Where the quotes that a line leaves open are closed; the line itself where they never are. */
function closing(lines: readonly string[], at: number): number {
  if (!leavesOpen(lines[at]!)) return at
  const end = lines.findIndex((line, other) => other > at && leavesOpen(line))
  return end < 0 ? at : end
}

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

/** The separator that the first line has most of. */
export const separatorOf = (header: string): Separator =>
  ([',', ';', '\t'] as const).reduce((best, one) =>
    fieldsOf(header, one).length > fieldsOf(header, best).length ? one : best,
  )
