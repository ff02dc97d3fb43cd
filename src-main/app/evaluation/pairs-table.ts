import { AppError } from '../../contract/errors.ts'

export interface PairRow {
  readonly left: string
  readonly right: string
  readonly same: boolean
  readonly fold?: number
}

const YES = new Set(['1', 'true', 'yes'])
const NO = new Set(['0', 'false', 'no'])

/** The fields of one line of comma-separated values (RFC 4180): a field in double quotes may hold commas and doubled quotes. */
function fields(line: string): string[] {
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(?:,|$)/y
  const found: string[] = []
  while (field.lastIndex < line.length || line[field.lastIndex - 1] === ',') {
    const match = field.exec(line)
    // A stray quote: the rest is one field, so that the line's number of fields or its values tell of it.
    if (match === null) return [...found, line]
    found.push(match[1]?.replaceAll('""', '"') ?? match[2]!.trim())
    if (match[0] === '' || (field.lastIndex === line.length && !match[0].endsWith(','))) break
  }
  return found
}

/**
 * Reads a table with the columns left, right, same (1 or 0) and optionally fold (a whole number), in any order; further
 * columns are left alone. @throws AppError bad-table, naming the line
 */
export function parsePairs(text: string): PairRow[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '')
  const [header, ...rest] = lines
  const names = header ? fields(header.line).map((name) => name.toLowerCase()) : []
  const column = (name: string) => names.indexOf(name)
  const missing = ['left', 'right', 'same'].filter((name) => column(name) < 0)
  if (missing.length > 0) {
    throw new AppError('bad-table', `The first line names the columns; ${missing.join(', ')} is missing there.`)
  }
  const fold = column('fold')
  return rest.map(({ line, number }) => {
    const values = fields(line)
    const value = (name: string) => values[column(name)] ?? ''
    const bad = (what: string) => new AppError('bad-table', `Line ${number}: ${what}`)
    if (values.length !== names.length) throw bad(`${names.length} fields are expected, ${values.length} are there.`)
    if (value('left') === '' || value('right') === '') throw bad('left or right is empty.')
    const same = value('same').toLowerCase()
    if (!YES.has(same) && !NO.has(same)) throw bad(`same is 1 or 0, here "${same}".`)
    const row = { left: value('left'), right: value('right'), same: YES.has(same) }
    if (fold < 0) return row
    if (!/^\d{1,6}$/.test(values[fold]!)) throw bad(`fold is a whole number, here "${values[fold]}".`)
    return { ...row, fold: Number(values[fold]) }
  })
}
