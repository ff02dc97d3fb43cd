import { FEWEST_PICTURES, type AttributeValue } from '../../contract/attributes.ts'
import { figureText, listed } from './words.ts'

/** Values of a column as classes. */
export interface Classes {
  readonly kind: 'words' | 'numbers'
  readonly values: readonly AttributeValue[]
  /** N: which value, −1 where it is unknown or too rare. */
  readonly labels: Int32Array
  readonly words: string
}

/** A column of so many different numbers is put into classes; a column of fewer numbers has them as its values. */
const MANY_NUMBERS = 7
const MOST_CLASSES = 4
/** Pictures of one class of numbers, where there are so many. */
const CLASS_SIZE = 12

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/

/** @param cells N, an empty one is unknown @param decimal what stands before the decimals of a number, besides a point */
export function classesOf(cells: readonly string[], decimal: '.' | ',' = '.'): Classes {
  const plain = decimal === ',' ? cells.map((cell) => cell.replace(',', '.')) : cells
  const known = plain.filter((cell) => cell !== '')
  const numeric = known.every((cell) => NUMBER.test(cell))
  return numeric && new Set(known.map(Number)).size >= MANY_NUMBERS ? ofNumbers(plain) : ofWords(cells)
}

function ofWords(cells: readonly string[]): Classes {
  const counts = new Map<string, number>()
  for (const cell of cells) if (cell !== '') counts.set(cell, (counts.get(cell) ?? 0) + 1)
  const all = [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
  const values = all
    .filter(([, pictures]) => pictures >= FEWEST_PICTURES)
    .map(([name, pictures]) => ({ name, pictures }))
  const rare = all.slice(values.length).map(([name]) => name)
  const place = new Map(values.map(({ name }, at) => [name, at]))
  return {
    kind: 'words',
    values,
    labels: Int32Array.from(cells, (cell) => place.get(cell) ?? -1),
    words: rare.length === 0 ? '' : `Left out, with fewer than ${FEWEST_PICTURES} pictures each: ${listed(rare)}.`,
  }
}

/** Classes of about equally many pictures; equal numbers are never parted. */
function ofNumbers(cells: readonly string[]): Classes {
  const numbers = cells.map((cell) => (cell === '' ? NaN : Number(cell)))
  const sorted = numbers.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b)
  const count = Math.max(2, Math.min(MOST_CLASSES, Math.floor(sorted.length / CLASS_SIZE)))
  const edges = Array.from({ length: count - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / count)]!)
  // The first class holds what lies below the first edge; an edge at the smallest number would leave it empty.
  const from = [...new Set([sorted[0]!, ...edges])]
  const classOf = (value: number) => from.findLastIndex((edge) => value >= edge)
  const within = from.map((_, at) => sorted.filter((value) => classOf(value) === at))
  const values = within.map((some) => ({ name: span(some[0]!, some.at(-1)!), pictures: some.length }))
  return {
    kind: 'numbers',
    values,
    labels: Int32Array.from(numbers, (value) => (Number.isNaN(value) ? -1 : classOf(value))),
    words: `Numbers in ${values.length} classes of about equally many pictures.`,
  }
}

const span = (low: number, high: number) =>
  low === high ? figureText(low) : `${figureText(low)} to ${figureText(high)}`
