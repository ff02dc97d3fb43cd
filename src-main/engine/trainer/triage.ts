import type { TriageNumbers, TriageWork } from '../../contract/trainer-api.ts'
import { advise } from '../heads/advise.ts'
import { pick, type Matrix } from '../heads/matrix.ts'
import { nearest } from '../heads/neighbours.ts'
import { propagate } from '../heads/propagate.ts'
import { WEIGHT_RULE, weightsOf } from '../heads/strangers.ts'
import { orEmpty, type Tables } from './tables.ts'

/** Bits of 64 in which the difference hashes of copies differ at most: scaled, recompressed, a little brighter. */
const COPY_BITS = 6
/** Photos that a photo may be a copy of: its nearest by embedding. */
const COPY_AMONG = 8
/** Photos of an unknown that recurs. */
const RECURS = 3

type Kind = TriageNumbers['kind'][number]

/** What each photo is by its numbers. */
export function triageNumbers(tables: Tables, work: TriageWork): TriageNumbers {
  const photos = tables.floats('embeddings')
  const references = orEmpty(tables, 'reference-embeddings', photos.columns)
  const hashes = tables.bytes('hashes').values
  const of = copies(photos, hashes, work.photo)
  const found = nearest(photos, references, 1)
  const distance = Float32Array.from(found.cosine, (cosine, i) =>
    found.index[i]! < 0 ? 2 : Math.sqrt(Math.max(0, 2 - 2 * cosine)),
  )
  const original = Int32Array.from(of.keys()).filter((n) => of[n]! < 0)
  const kind: Kind[] = Array.from(of, (other, n) =>
    other >= 0 ? 'near-duplicate' : distance[n]! <= work.known ? 'usable' : 'stranger',
  )
  const group = groups(photos, kind, work)
  group.forEach((number, n) => {
    if (number >= 0) kind[n] = 'recurring-unknown'
  })
  const enough = work.classes > 0 && original.length > 0
  const mass = enough ? propagate(pick(photos, original), references, work.labels, work.classes).mass : undefined
  const weight = new Float32Array(photos.rows)
  if (mass) weightsOf(mass).forEach((value, i) => (weight[original[i]!] = value))
  return {
    kind,
    of,
    group,
    nearest: found.index,
    distance,
    weight,
    rule: WEIGHT_RULE,
    ...(enough &&
      work.classes > 1 && { advice: advise(pick(photos, original), references, work.labels, work.classes) }),
  }
}

/** N: the earlier photo that each nearly repeats, −1 for none. */
function copies(photos: Matrix, hashes: Uint8Array, photo: Int32Array): Int32Array {
  const near = nearest(photos, photos, COPY_AMONG, (i, j) => photo[i] !== photo[j])
  const of = new Int32Array(photos.rows).fill(-1)
  for (let n = 0; n < photos.rows; n++)
    for (let k = 0; k < COPY_AMONG; k++) {
      const other = near.index[n * COPY_AMONG + k]!
      if (other < 0 || other > n || of[other]! >= 0) continue
      if (bitsApart(hashes, n, other) <= COPY_BITS) {
        of[n] = other
        break
      }
    }
  return of
}

function bitsApart(hashes: Uint8Array, a: number, b: number): number {
  let bits = 0
  for (let i = 0; i < 8; i++) {
    let byte = hashes[8 * a + i]! ^ hashes[8 * b + i]!
    for (; byte > 0; byte >>= 1) bits += byte & 1
  }
  return bits
}

/** N: group of strangers that are joined by steps no longer than two pictures of one thing are apart; −1 for none. */
function groups(photos: Matrix, kind: readonly Kind[], { same }: TriageWork): Int32Array {
  const strangers = Int32Array.from(kind.keys()).filter((n) => kind[n] === 'stranger')
  const own = pick(photos, strangers)
  const near = nearest(own, own, Math.min(COPY_AMONG, Math.max(1, own.rows - 1)), (i, j) => i !== j)
  const root = Int32Array.from(strangers.keys())
  const rootOf = (i: number): number => (root[i] === i ? i : (root[i] = rootOf(root[i]!)))
  near.index.forEach((other, at) => {
    const apart = Math.sqrt(Math.max(0, 2 - 2 * near.cosine[at]!))
    if (other >= 0 && apart <= same) root[rootOf(Math.floor(at / near.k))] = rootOf(other)
  })
  const sizes = new Map<number, number>()
  for (const i of root.keys()) sizes.set(rootOf(i), (sizes.get(rootOf(i)) ?? 0) + 1)
  const numbers = new Map<number, number>()
  const group = new Int32Array(photos.rows).fill(-1)
  strangers.forEach((n, i) => {
    const at = rootOf(i)
    if (sizes.get(at)! < RECURS) return
    if (!numbers.has(at)) numbers.set(at, numbers.size)
    group[n] = numbers.get(at)!
  })
  return group
}
