/** The nearest sample of an identity: its cosine to the probe. */
export interface Near {
  readonly identityId: string
  readonly sampleId: string
  readonly similarity: number
}

export interface Index {
  readonly size: () => number
  add(sampleId: string, identityId: string, vector: Float32Array): void
  remove(sampleId: string): void
  setOwner(sampleId: string, identityId: string): void
  has(sampleId: string): boolean
  vector(sampleId: string): Float32Array | undefined
  /**
   * The k identities nearest to a unit vector, nearest first, each by its best sample; equal ones in the order of their ids.
   * Samples `without` are as if they were not there.
   */
  nearest(probe: Float32Array, k: number, without?: ReadonlySet<string>): Near[]
}

const NONE: ReadonlySet<string> = new Set()

/**
 * Exact search over unit vectors in one contiguous array, N × D, that grows by doubling. Rows are scanned in storage
 * order, so the scan runs at the speed of memory; removing a row moves the last one into its place.
 */
export function createIndex(dimensions: number): Index {
  const D = dimensions
  let capacity = 64
  let vectors = new Float32Array(capacity * D) // N × D
  let owners = new Int32Array(capacity) // N: which identity, as its place in `identityIds`
  let count = 0
  const sampleIds: string[] = []
  const rowOf = new Map<string, number>()
  const identityIds: string[] = []
  const ordinalOf = new Map<string, number>()
  let best = new Float32Array(64) // per identity: highest cosine of this scan
  let bestRow = new Int32Array(64)

  function ordinal(identityId: string): number {
    const known = ordinalOf.get(identityId)
    if (known !== undefined) return known
    ordinalOf.set(identityId, identityIds.length)
    if (identityIds.push(identityId) > best.length) {
      best = new Float32Array(best.length * 2)
      bestRow = new Int32Array(best.length)
    }
    return identityIds.length - 1
  }

  function grow(): void {
    capacity *= 2
    const moreVectors = new Float32Array(capacity * D)
    moreVectors.set(vectors)
    vectors = moreVectors
    const moreOwners = new Int32Array(capacity)
    moreOwners.set(owners)
    owners = moreOwners
  }

  function scan(probe: Float32Array, without: ReadonlySet<string>): void {
    const passed = new Set([...without].map((sampleId) => rowOf.get(sampleId)))
    best.fill(-2, 0, identityIds.length)
    const whole = D - (D % 4)
    for (let row = 0, at = 0; row < count; row++, at += D) {
      // Four sums that do not wait for each other.
      let s0 = 0
      let s1 = 0
      let s2 = 0
      let s3 = 0
      for (let d = 0; d < whole; d += 4) {
        s0 += vectors[at + d]! * probe[d]!
        s1 += vectors[at + d + 1]! * probe[d + 1]!
        s2 += vectors[at + d + 2]! * probe[d + 2]!
        s3 += vectors[at + d + 3]! * probe[d + 3]!
      }
      for (let d = whole; d < D; d++) s0 += vectors[at + d]! * probe[d]!
      const similarity = s0 + s1 + (s2 + s3)
      const owner = owners[row]!
      if (similarity > best[owner]! && !passed.has(row)) {
        best[owner] = similarity
        bestRow[owner] = row
      }
    }
  }

  const before = (a: number, b: number) =>
    best[a]! > best[b]! || (best[a]! === best[b]! && identityIds[a]! < identityIds[b]!)

  return {
    size: () => count,
    has: (sampleId) => rowOf.has(sampleId),
    vector(sampleId) {
      const row = rowOf.get(sampleId)
      return row === undefined ? undefined : vectors.slice(row * D, (row + 1) * D)
    },
    add(sampleId, identityId, vector) {
      if (vector.length !== D) throw new Error(`A vector of ${vector.length} numbers does not fit an index of ${D}.`)
      if (rowOf.has(sampleId)) return
      if (count === capacity) grow()
      vectors.set(vector, count * D)
      owners[count] = ordinal(identityId)
      sampleIds[count] = sampleId
      rowOf.set(sampleId, count)
      count++
    },
    remove(sampleId) {
      const row = rowOf.get(sampleId)
      if (row === undefined) return
      const last = --count
      const moved = sampleIds[last]!
      vectors.copyWithin(row * D, last * D, (last + 1) * D)
      owners[row] = owners[last]!
      sampleIds[row] = moved
      rowOf.set(moved, row)
      sampleIds.length = count
      rowOf.delete(sampleId)
    },
    setOwner(sampleId, identityId) {
      const row = rowOf.get(sampleId)
      if (row !== undefined) owners[row] = ordinal(identityId)
    },
    nearest(probe, k, without = NONE) {
      if (probe.length !== D) throw new Error(`A probe of ${probe.length} numbers does not fit an index of ${D}.`)
      scan(probe, without)
      const top: number[] = []
      for (let owner = 0; owner < identityIds.length; owner++) {
        if (best[owner]! < -1.5 || (top.length === k && !before(owner, top[k - 1]!))) continue
        let at = top.length === k ? k - 1 : top.length
        for (; at > 0 && before(owner, top[at - 1]!); at--) top[at] = top[at - 1]!
        top[at] = owner
      }
      return top.map((owner) => ({
        identityId: identityIds[owner]!,
        sampleId: sampleIds[bestRow[owner]!]!,
        similarity: best[owner]!,
      }))
    },
  }
}

/** ‖a − b‖ of two unit vectors, summed from the differences: 2 − 2·cos loses its digits where the two are close. */
export function distanceBetween(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let d = 0; d < a.length; d++) sum += (a[d]! - b[d]!) ** 2
  return Math.sqrt(sum)
}

/** The cosine of two unit vectors that are `distance` apart. */
export const similarityAt = (distance: number) => 1 - distance ** 2 / 2
