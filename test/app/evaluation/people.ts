import { seededRandom } from '../../../src-main/app/evaluation/random.ts'

/** A pair of embeddings that tell of nobody: unit vectors about a centre for each identity. */
export interface MadePair {
  readonly same: boolean
  readonly fold: number
  readonly owners: readonly [string, string]
  readonly left: Float32Array
  readonly right: Float32Array
}

/**
 * One genuine and one impostor pair an identity in turn, dealt into five folds by identity, so that no identity is in two.
 * @param own of so many features each identity has its own values; the rest is noise
 */
export function people(of: { identities: number; dimensions: number; own?: number; seed: number }): MadePair[] {
  const random = seededRandom(of.seed)
  const own = of.own ?? of.dimensions
  const bell = () => random() + random() + random() - 1.5
  const centres = Array.from({ length: of.identities }, () =>
    Array.from({ length: of.dimensions }, (_, k) => (k < own ? bell() : 0)),
  )
  const picture = (identity: number) => {
    const values = centres[identity]!.map((value, k) => value + bell() * (k < own ? 0.35 : 0.8))
    const length = Math.hypot(...values)
    return Float32Array.from(values, (value) => value / length)
  }
  return centres.flatMap((_, identity) => {
    // The next identity of the same fold.
    const other = identity + 5 < of.identities ? identity + 5 : identity % 5
    const fold = 1 + (identity % 5)
    const [a, b] = [`p${identity}`, `p${other}`]
    return [
      { same: true, fold, owners: [a, a] as const, left: picture(identity), right: picture(identity) },
      { same: false, fold, owners: [a, b] as const, left: picture(identity), right: picture(other) },
    ]
  })
}
