import { AppError } from '../../contract/errors.ts'
import { fieldsOf, linesOf, separatorOf } from '../csv.ts'

export interface PairRow {
  readonly left: string
  readonly right: string
  readonly same: boolean
  readonly fold?: number
}

const YES = new Set(['1', 'true', 'yes'])
const NO = new Set(['0', 'false', 'no'])

/**
 * Reads a table with the columns left, right, same (1 or 0) and optionally fold (a whole number), in any order; further
 * columns are left alone. Separated by commas, semicolons or tabs. @throws AppError bad-table, naming the line
 */
export function parsePairs(text: string): PairRow[] {
  const [header, ...rest] = linesOf(text)
  const separator = separatorOf(header?.line ?? '')
  const names = header ? fieldsOf(header.line, separator).map((name) => name.toLowerCase()) : []
  const column = (name: string) => names.indexOf(name)
  const missing = ['left', 'right', 'same'].filter((name) => column(name) < 0)
  if (missing.length > 0) {
    throw new AppError('bad-table', `The first line names the columns; ${missing.join(', ')} is missing there.`)
  }
  const fold = column('fold')
  return rest.map(({ line, number }) => {
    const values = fieldsOf(line, separator)
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
