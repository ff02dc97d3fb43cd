import type { Graph } from '../src-main/engine/heads/graph.ts'
import { CLASSES } from './mnist.ts'
import { likeliest, taught } from './mnist100-teacher.ts'

/** A cell of the table of disagreement with fewer pictures than one in this many is no style of its own. */
const SMALLEST_SHARE = 1 / 1000

export interface Question {
  readonly place: number
  /** What the graphs say. */
  readonly said: readonly [number, number]
  readonly answer: number
}

/**
 * Asks for labels where two unlike runs disagree: a style of digit that no labelled one shows goes to one class in the one
 * and to another in the other. The largest cell of the table of disagreement is asked about first, by the picture with
 * the most neighbours in the cell; labels are carried anew after each answer.
 * @param graphs of two networks that were trained apart
 * @param answer the true class of a picture
 */
export function ask(
  graphs: readonly [Graph, Graph],
  labelled: readonly (readonly number[])[],
  most: number,
  answer: (place: number) => number,
): { readonly labelled: number[][]; readonly questions: readonly Question[] } {
  const known = labelled.map((places) => [...places])
  const questions: Question[] = []
  while (questions.length < most) {
    const [one, other] = graphs.map((graph) => likeliest(taught(graph, known))) as [Uint8Array, Uint8Array]
    const cell = largestCell(one, other, new Set(known.flat()))
    if (cell.length < SMALLEST_SHARE * graphs[0].size) break
    const place = mostConnected(graphs, cell)
    const label = answer(place)
    known[label]!.push(place)
    questions.push({ place, said: [one[place]!, other[place]!], answer: label })
  }
  return { labelled: known, questions }
}

/** The pictures of the pair of unlike classes that most are given. */
export function largestCell(one: Uint8Array, other: Uint8Array, but: ReadonlySet<number>): number[] {
  const cells = new Map<number, number[]>()
  one.forEach((label, place) => {
    if (label === other[place] || but.has(place)) return
    // Which of the two says which does not matter.
    const pair = Math.min(label, other[place]!) * CLASSES + Math.max(label, other[place]!)
    const cell = cells.get(pair)
    if (cell) cell.push(place)
    else cells.set(pair, [place])
  })
  return [...cells.values()].reduce((most, cell) => (cell.length > most.length ? cell : most), [])
}

function mostConnected(graphs: readonly Graph[], cell: readonly number[]): number {
  const within = new Set(cell)
  const weight = (place: number) =>
    graphs.reduce((sum, { start, column, value }) => {
      for (let at = start[place]!; at < start[place + 1]!; at++) if (within.has(column[at]!)) sum += value[at]!
      return sum
    }, 0)
  const weights = cell.map(weight)
  return cell[weights.indexOf(weights.reduce((a, b) => Math.max(a, b), -Infinity))]!
}
