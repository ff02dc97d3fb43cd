import { AppError } from '../../contract/errors.ts'
import { fieldsOf, linesOf, separatorOf, type Separator } from '../csv.ts'

/** A table of attributes: one line a picture. */
export interface AttributeTable {
  /** Before the decimals of its numbers: where semicolons part the cells a comma may stand there. */
  readonly decimal: '.' | ','
  readonly columns: readonly string[]
  readonly rows: readonly { readonly path: string; readonly cells: readonly string[] }[]
}

/** More columns than anybody labels by hand. */
const MOST_COLUMNS = 100
/** How a spreadsheet is told which separator follows. */
const TELLS = /^"?sep=([,;\t])"?$/i

/**
 * Reads a table whose first column is the picture's path and whose other columns are attributes; an empty cell is unknown.
 * Separated by commas, semicolons or tabs, whichever the first line has most of.
 * @throws AppError bad-table, naming the line
 */
export function parseAttributes(text: string): AttributeTable {
  const lines = linesOf(text)
  const told = TELLS.exec(lines[0]?.line ?? '')?.[1] as Separator | undefined
  const [header, ...rest] = told ? lines.slice(1) : lines
  const bad = (message: string) => new AppError('bad-table', message)
  if (!header)
    throw bad('The table is empty. Its first line names the columns: the path of the picture, then attributes.')
  const separator = told ?? separatorOf(header.line)
  const cellsOf = ({ line, number }: (typeof lines)[number]) => {
    const fields = fieldsOf(line, separator)
    // What follows a stray quote comes back as the whole line.
    if (fields.length > 1 && fields.at(-1) === line)
      throw bad(`Line ${number}: a double quote stands alone. Put its cell in double quotes and write it twice there.`)
    return fields
  }
  const [, ...columns] = cellsOf(header).map((name) => name.normalize('NFC').trim())
  if (columns.length === 0)
    throw bad('The first line names one column alone. The path of the picture comes first, then a column an attribute.')
  if (columns.length > MOST_COLUMNS) throw bad(`The table has more than ${MOST_COLUMNS} attributes.`)
  const nameless = columns.findIndex((name) => name === '' || name.length > 200)
  if (nameless >= 0) throw bad(`Column ${nameless + 2} has no name of 1 to 200 characters in the first line.`)
  const twice = columns.find((name, at) => columns.indexOf(name) !== at)
  if (twice !== undefined) throw bad(`Two columns are called "${twice}".`)
  const known = new Map<string, number>()
  const rows = rest.map((one) => {
    const { number } = one
    const fields = cellsOf(one)
    if (fields.length !== columns.length + 1)
      throw bad(`Line ${number}: ${columns.length + 1} fields are expected, ${fields.length} are there.`)
    const path = fields[0]!
      .normalize('NFC')
      .replaceAll('\\', '/')
      .replace(/^(\.\/)+/, '')
    if (path === '') throw bad(`Line ${number}: the path of the picture is empty.`)
    const before = known.get(path)
    if (before !== undefined) throw bad(`Line ${number}: "${path}" is in the table already, in line ${before}.`)
    known.set(path, number)
    return { path, cells: fields.slice(1).map((cell) => cell.normalize('NFC').trim()) }
  })
  if (rows.length === 0) throw bad('The table names no picture: there is nothing below its first line.')
  return { decimal: separator === ';' ? ',' : '.', columns, rows }
}
