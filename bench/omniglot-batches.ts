import type { Random } from '../src-main/engine/training/random.ts'
import type { Alphabet } from './omniglot-glyphs.ts'
import type { Symmetry } from './omniglot-views.ts'

/** Two drawings of one character by two people, seen under one symmetry. */
export interface Pair {
  /** Places among the glyphs. */
  readonly reference: number
  readonly query: number
  readonly symmetry: Symmetry
}

/** At most so many characters of an alphabet meet in a batch: as many as meet in a run of the test. */
const TOGETHER = 20
/** Of batches whose characters come alphabet by alphabet: they are the hard ones, and all that a run asks. */
const WITHIN = 0.7
/** Of groups left as they were drawn; the others are turned or mirrored, which makes other characters of them. */
const UPRIGHT = 0.5

/** Draws `classes` pairs, each of another character. */
export function drawPairs(alphabets: readonly Alphabet[], classes: number, random: Random): Pair[] {
  return random.next() < WITHIN ? byAlphabet(alphabets, classes, random) : fromAll(alphabets, classes, random)
}

function byAlphabet(alphabets: readonly Alphabet[], classes: number, random: Random): Pair[] {
  const pairs: Pair[] = []
  for (const alphabet of permuted(alphabets, random)) {
    const symmetry = drawSymmetry(random)
    const count = Math.min(TOGETHER, classes - pairs.length)
    for (const drawings of permuted(alphabet.characters, random).slice(0, count))
      pairs.push(drawPair(drawings, symmetry, random))
    if (pairs.length === classes) break
  }
  return pairs
}

function fromAll(alphabets: readonly Alphabet[], classes: number, random: Random): Pair[] {
  const characters = alphabets.flatMap((alphabet) => alphabet.characters)
  return permuted(characters, random)
    .slice(0, classes)
    .map((drawings) => drawPair(drawings, drawSymmetry(random), random))
}

function drawPair(drawings: readonly number[], symmetry: Symmetry, random: Random): Pair {
  const first = random.integer(drawings.length)
  const second = (first + 1 + random.integer(drawings.length - 1)) % drawings.length
  return { reference: drawings[first]!, query: drawings[second]!, symmetry }
}

function drawSymmetry(random: Random): Symmetry {
  return random.next() < UPRIGHT ? 0 : ((1 + random.integer(7)) as Symmetry)
}

const permuted = <T>(items: readonly T[], random: Random): T[] =>
  Array.from(random.permutation(items.length), (index) => items[index]!)
