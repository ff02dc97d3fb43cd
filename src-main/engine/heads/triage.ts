import type { TriageNumbers } from '../../contract/trainer-api.ts'
import { advise } from './advise.ts'
import { denseGroups } from './groups.ts'
import { pick, type Matrix } from './matrix.ts'
import { nearest, nearestOthers } from './neighbours.ts'
import { propagate } from './propagate.ts'
import { WEIGHT_RULE, knownness, weightsOf } from './strangers.ts'

/** What is known of a folder's photos before any training. */
export interface TriageData {
  /** N × D and R × D: embeddings of the live model, unit rows. */
  readonly photos: Matrix
  readonly references: Matrix
  /** R: class of each reference, 0 … classes − 1. */
  readonly labels: ArrayLike<number>
  readonly classes: number
  /** N: difference hash of each photo's picture, 16 hex digits; without them embeddings alone decide. */
  readonly hashes?: readonly string[]
  /** N: the picture that each row was found in; two faces of one picture are no duplicates of each other. */
  readonly pictures?: ArrayLike<number>
  /** ‖a − b‖ at which the live model names an identity (calibration). */
  readonly known: number
}

/** Cosines of the same picture saved again, and how many of 64 bits its hash may differ in. */
const REPEATED = { cosine: 0.98, withoutHash: 0.995, bits: 6 }
/** Labels that reach a photo, as a share of what reaches the middle photo of those that the live model names. */
const STRANGE = 0.25
const NEIGHBOURS = 5

/** What `triage` does with photos that look like none of the identities. */
export const RULE = `${WEIGHT_RULE} A photo is none of your identities when it is farther from every reference than where an identity is named, and labels reach it at less than ${100 * STRANGE} % of what reaches the middle photo of those that are named. Duplicates and enrolled photos weigh 0.`

/** Sorts a folder: what repeats, what is enrolled already, what is a stranger and which strangers recur. */
export function triage(data: TriageData): TriageNumbers {
  const { photos, references, labels, classes, known } = data
  const count = photos.rows
  const own = nearest(photos, references, 1)
  const distance = Float32Array.from(own.cosine, (cosine) => (cosine < -1 ? 2 : Math.sqrt(Math.max(0, 2 - 2 * cosine))))
  const of = repeats(data)
  const kind = new Array<TriageNumbers['kind'][number]>(count).fill('usable')
  for (let i = 0; i < count; i++)
    if (own.cosine[i]! >= REPEATED.withoutHash) kind[i] = 'enrolled'
    else if (of[i]! >= 0) kind[i] = 'near-duplicate'

  const open = [...kind.keys()].filter((i) => kind[i] === 'usable')
  const weight = new Float32Array(count)
  const group = new Int32Array(count).fill(-1)
  const rows = pick(photos, open)
  const { strange, weights } = strangersOf(rows, open, distance, data)
  open.forEach((photo, i) => {
    weight[photo] = weights[i]!
    if (strange[i]) kind[photo] = 'stranger'
  })
  const strangers = open.filter((_, i) => strange[i])
  denseGroups(pick(photos, strangers), known).forEach((number, i) => {
    if (number < 0) return
    group[strangers[i]!] = number
    kind[strangers[i]!] = 'recurring-unknown'
  })
  const usable = pick(
    photos,
    open.filter((photo) => kind[photo] === 'usable'),
  )
  const advice = classes >= 2 && usable.rows > 0 ? advise(usable, references, labels, classes) : undefined
  return { kind, of, group, nearest: own.index, distance, weight, rule: RULE, ...(advice && { advice }) }
}

/** For every photo the first one that it nearly repeats, −1 for none. */
function repeats({ photos, hashes, pictures }: TriageData): Int32Array {
  const of = new Int32Array(photos.rows).fill(-1)
  const near = nearestOthers(photos, NEIGHBOURS)
  const least = hashes ? REPEATED.cosine : REPEATED.withoutHash
  const pairs: [number, number][] = []
  near.index.forEach((other, at) => {
    const i = Math.floor(at / NEIGHBOURS)
    if (other < 0 || near.cosine[at]! < least || pictures?.[i] === (pictures?.[other] ?? -1)) return
    if (hashes && differentBits(hashes[i]!, hashes[other]!) > REPEATED.bits) return
    pairs.push([Math.min(i, other), Math.max(i, other)])
  })
  // Of a thousand copies each has five others as neighbours; all of them repeat the first one.
  const root = (i: number): number => (of[i]! < 0 ? i : root(of[i]!))
  for (const [first, second] of pairs) {
    const [a, b] = [root(first), root(second)]
    if (a !== b) of[Math.max(a, b)] = Math.min(a, b)
  }
  return of.map((other, i) => (other < 0 ? -1 : root(i)))
}

export function differentBits(a: string, b: string): number {
  let bits = 0
  for (let x = BigInt(`0x${a || '0'}`) ^ BigInt(`0x${b || '0'}`); x > 0n; x &= x - 1n) bits++
  return bits
}

function strangersOf(rows: Matrix, open: readonly number[], distance: Float32Array, data: TriageData) {
  const { references, labels, classes, known } = data
  // Without a reference nobody is known: then every photo is a stranger, and groups are all there is to find.
  if (references.rows === 0 || rows.rows === 0)
    return { strange: open.map(() => true), weights: new Float32Array(rows.rows) }
  const { mass } = propagate(rows, references, labels, classes)
  const score = knownness(rows, rows, mass)
  const named = [...open.keys()].filter((i) => distance[open[i]!]! <= known).map((i) => score[i]!)
  const middle = named.sort((a, b) => a - b)[named.length >> 1]
  const strange = open.map((photo, i) => {
    if (distance[photo]! <= known) return false
    return middle === undefined || score[i]! < middle + Math.log(STRANGE)
  })
  return { strange, weights: weightsOf(mass) }
}
