import { AppError } from '../../contract/errors.ts'
import type { ComparisonPlan } from '../../contract/lab.ts'
import { drawn, seededRandom } from '../evaluation/random.ts'

/** Rows of the set, each with its class. */
export interface Rows {
  /** Class of each row. */
  readonly labels: Int32Array
  /** Whether the set itself keeps it for the test. */
  readonly test: readonly boolean[]
  readonly classes: number
}

/** What one run learns from and what it is asked; rows. */
export interface Split {
  /** Class of each row; −1 where it is not to be known: a row that is learned from without its name. */
  readonly labels: Int32Array
  readonly labelled: Int32Array
  readonly unlabelled: Int32Array
  readonly asked: Int32Array
}

type How = Pick<ComparisonPlan, 'labelled' | 'heldOut'>

/** Held out once for the whole comparison: each of its runs is asked the same pictures. */
const ASKED_SEED = 0

/** How many of so many pictures of a class are held out. */
export const heldOutOf = (pictures: number, share: number): number => Math.max(1, Math.round(share * pictures))

/**
 * @throws AppError not-trainable where a class has too few pictures for it
 * @param names of the classes
 */
export function mustSuffice(
  classes: readonly { readonly name: string; readonly pictures: number }[],
  ownTest: boolean,
  { labelled, heldOut }: How,
): void {
  const least = labelled ?? 1
  for (const { name, pictures } of classes) {
    const held = ownTest ? 0 : heldOutOf(pictures, heldOut)
    if (pictures - held >= least) continue
    const asked = held === 0 ? '' : ` after ${held} of ${pictures} are held out for the test`
    throw new AppError(
      'not-trainable',
      `The class "${name}" has ${pictures - held} of the ${least} labelled pictures that each class needs${asked}. ` +
        'Add pictures, or ask for fewer labelled ones.',
    )
  }
}

/** Rows that a seed learns from with and without names, and those that every seed is asked. */
export function split({ labels, test, classes }: Rows, how: How, seed: number): Split {
  const ownTest = test.includes(true)
  const asked: number[] = []
  const labelled: number[] = []
  const unlabelled: number[] = []
  const chance = { asked: seededRandom(ASKED_SEED), labelled: seededRandom(0x1abe1 + seed) }
  const rows = Array.from({ length: classes }, (): number[] => [])
  labels.forEach((label, row) => (test[row] ? asked : rows[label]!).push(row))
  for (const own of rows) {
    const held = new Set(ownTest ? [] : drawn(own, heldOutOf(own.length, how.heldOut), chance.asked))
    asked.push(...held)
    const rest = own.filter((row) => !held.has(row))
    const named = new Set(how.labelled === null ? rest : drawn(rest, how.labelled, chance.labelled))
    for (const row of rest) (named.has(row) ? labelled : unlabelled).push(row)
  }
  const known = labels.slice()
  for (const row of unlabelled) known[row] = -1
  const sorted = (places: number[]) => Int32Array.from(places).sort()
  return { labels: known, labelled: sorted(labelled), unlabelled: sorted(unlabelled), asked: sorted(asked) }
}
