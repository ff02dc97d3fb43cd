import { AppError } from '../../contract/errors.ts'
import { fieldsOf, linesOf, type Separator } from '../csv.ts'

/** A table of attributes: one line a picture. */
export interface AttributeTable {
  readonly columns: readonly string[]
  readonly rows: readonly { readonly path: string; readonly cells: readonly string[] }[]
}

/** More columns than anybody labels by hand. */
const MOST_COLUMNS = 100

/**
 * Reads a table whose first column is the picture's path and whose other columns are attributes; an empty cell is unknown.
 * Separated by commas, semicolons or tabs, whichever the first line has most of.
 * @throws AppError bad-table, naming the line
 */
export function parseAttributes(text: string): AttributeTable {
  const [header, ...rest] = linesOf(text)
  const bad = (message: string) => new AppError('bad-table', message)
  if (!header)
    throw bad('The table is empty. Its first line names the columns: the path of the picture, then attributes.')
  const separator = separatorOf(header.line)
  const [, ...columns] = fieldsOf(header.line, separator).map((name) => name.normalize('NFC').trim())
  if (columns.length === 0)
    throw bad('The first line names one column alone. The path of the picture comes first, then a column an attribute.')
  if (columns.length > MOST_COLUMNS) throw bad(`The table has more than ${MOST_COLUMNS} attributes.`)
  const nameless = columns.findIndex((name) => name === '' || name.length > 200)
  if (nameless >= 0) throw bad(`Column ${nameless + 2} has no name of 1 to 200 characters in the first line.`)
  const twice = columns.find((name, at) => columns.indexOf(name) !== at)
  if (twice !== undefined) throw bad(`Two columns are called "${twice}".`)
  const lines = new Map<string, number>()
  const rows = rest.map(({ line, number }) => {
    const fields = fieldsOf(line, separator)
    if (fields.length !== columns.length + 1)
      throw bad(`Line ${number}: ${columns.length + 1} fields are expected, ${fields.length} are there.`)
    const path = fields[0]!
      .normalize('NFC')
      .replaceAll('\\', '/')
      .replace(/^(\.\/)+/, '')
    if (path === '') throw bad(`Line ${number}: the path of the picture is empty.`)
    const before = lines.get(path)
    if (before !== undefined) throw bad(`Line ${number}: "${path}" is in the table already, in line ${before}.`)
    lines.set(path, number)
    return { path, cells: fields.slice(1).map((cell) => cell.normalize('NFC').trim()) }
  })
  if (rows.length === 0) throw bad('The table names no picture: there is nothing below its first line.')
  return { columns, rows }
}

function separatorOf(header: string): Separator {
  const count = (separator: string) => header.split(separator).length
  return ([',', ';', '\t'] as const).reduce((best, one) => (count(one) > count(best) ? one : best))
}
