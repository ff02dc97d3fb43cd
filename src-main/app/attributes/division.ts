import { drawn, seededRandom } from '../evaluation/random.ts'
import type { Problem } from '../../contract/types.ts'
import { FEWEST_PICTURES } from '../../contract/attributes.ts'
import type { Classes } from './classes.ts'

/** Share of each value's pictures that is kept from learning; of few pictures two. */
const HELD_OUT = 1 / 3
const LEAST = 2
/** Pairs of one value, and of two, that thresholds are measured on. */
const COMPARED = 10

/** What of an attribute is learned from and what is measured on. */
export interface Division {
  /** N: −1 for what is unknown, too rare, or of a value that could not be divided. */
  readonly labels: Int32Array
  /** N: 1 for a picture that is measured on. */
  readonly held: Uint8Array
  readonly refusal?: Problem
}

/**
 * Keeps some pictures of each value from learning, the same ones for the same seed.
 * @param groups N: pictures of one group are never divided; without it each picture stands for itself
 */
export function divided(classes: Classes, seed: number, groups?: readonly string[]): Division {
  const held = groups ? byGroup(classes.labels, groups, seed) : byPicture(classes, seed)
  const counts = classes.values.map(() => ({ learned: 0, held: 0 }))
  classes.labels.forEach((label, i) => {
    if (label >= 0) counts[label]![held[i] === 1 ? 'held' : 'learned']++
  })
  const usable = counts.map((one) => one.learned >= LEAST && one.held >= LEAST)
  const labels = classes.labels.map((label) => (label >= 0 && usable[label] ? label : -1))
  const refusal = refusalOf(classes, labels, held, groups !== undefined)
  return { labels, held, ...(refusal && { refusal }) }
}

function byPicture({ labels, values }: Classes, seed: number): Uint8Array {
  const random = seededRandom(seed)
  const held = new Uint8Array(labels.length)
  values.forEach((_, value) => {
    const own = [...labels.keys()].filter((i) => labels[i] === value)
    for (const i of drawn(own, Math.max(LEAST, Math.round(HELD_OUT * own.length)), random)) held[i] = 1
  })
  return held
}

function byGroup(labels: Int32Array, groups: readonly string[], seed: number): Uint8Array {
  const random = seededRandom(seed)
  const known = [...labels.keys()].filter((i) => labels[i]! >= 0)
  // Of a picture whose group is unknown nothing else is known to be of its group.
  const groupOf = (i: number) => groups[i] || `picture ${i}`
  const held = new Uint8Array(labels.length)
  const names = [...new Set(known.map(groupOf))]
  let count = 0
  for (const name of drawn(names, names.length, random)) {
    if (count >= HELD_OUT * known.length) break
    for (const i of known) {
      if (groupOf(i) !== name) continue
      held[i] = 1
      count++
    }
  }
  return held
}

function refusalOf(classes: Classes, labels: Int32Array, held: Uint8Array, grouped: boolean): Problem | undefined {
  const refuse = (message: string): Problem => ({ code: 'not-trainable', message })
  const { values } = classes
  if (values.length < 2) {
    const has = values.length === 1 ? `"${values[0]!.name}" alone has` : 'None of its values has'
    return refuse(`${has} ${FEWEST_PICTURES} pictures or more. Comparing takes two such values.`)
  }
  const counts = values.map((_, value) => held.filter((one, i) => one === 1 && labels[i] === value).length)
  const usable = values.filter((_, value) => counts[value]! > 0)
  if (usable.length < 2)
    return refuse(
      grouped
        ? `Divided so that nobody is both learned from and measured on, ${usable.length === 1 ? `"${usable[0]!.name}" alone is` : 'none of its values is'} on both sides. More people are needed, or divide by picture.`
        : `${usable.length === 1 ? `"${usable[0]!.name}" alone` : 'None of its values'} has enough pictures to learn from and to measure on.`,
    )
  const all = counts.reduce((sum, count) => sum + count, 0)
  const squares = counts.reduce((sum, count) => sum + count * count, 0)
  const [genuine, impostor] = [(squares - all) / 2, (all * all - squares) / 2]
  if (genuine >= COMPARED && impostor >= COMPARED) return undefined
  return refuse(
    `It has too few pictures: ${all} would be measured on, which makes ${genuine} pairs of one value and ${impostor} of two, and ${COMPARED} of each are needed. Twelve pictures of each value are enough.`,
  )
}
