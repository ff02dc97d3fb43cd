import type { Found, Match, Picture, Profile } from './pictures.ts'

export type Verdict = 'same' | 'uncertain' | 'different'

/** distance ≤ same: same; distance ≥ different: different; between: uncertain. distance ≤ known names a probe in identification. */
export interface Thresholds {
  readonly same: number
  readonly different: number
  readonly known: number
}

/** Equal bins from `low`, each `width` wide; counts[i] pairs fall into [low + i·width, low + (i+1)·width). */
export interface Histogram {
  readonly low: number
  readonly width: number
  readonly counts: readonly number[]
}

/** Rates at a threshold, as fractions, with the counts they come from. */
export interface RatesAt {
  readonly distance: number
  readonly fmr: number
  readonly fnmr: number
}

/** resources/models/<profile>/calibration.json: thresholds measured on named data by `npm run bench -- calibrate`. */
export interface Calibration {
  readonly profile: Profile
  readonly model: string
  readonly thresholds: Thresholds
  readonly rates: { readonly same: RatesAt; readonly different: RatesAt; readonly known: RatesAt }
  readonly genuine: Histogram
  readonly impostor: Histogram
  readonly genuinePairs: number
  readonly impostorPairs: number
  /** The data the pairs come from, in words a user understands, and the command that measured them. */
  readonly source: {
    readonly data: string
    readonly identities: number
    readonly pictures: number
    readonly command: string
  }
}

/** Error rate in words, from the gallery's own impostor pairs; absent until such pairs are measured. */
export interface ErrorRate {
  readonly oneIn: number
  readonly low: number
  readonly high: number
  readonly pairs: number
}

export interface VerifySide extends Found {
  readonly picture: Picture
  /** How many faces the picture holds, and which one this is (0-based). */
  readonly faces: number
  readonly index: number
}

export interface VerifyAnswer {
  readonly verdict: Verdict
  readonly distance: number
  readonly similarity: number
  readonly thresholds: Thresholds
  readonly profile: Profile
  readonly model: string
  readonly a: VerifySide
  readonly b: VerifySide
  readonly errorRate?: ErrorRate
  /** What was compared by; the whole picture without it. */
  readonly by?: { readonly id: string; readonly name: string }
}

export interface IdentifiedFace extends Found {
  readonly verdict: 'known' | 'unknown'
  /** Nearest first, at most one an identity. */
  readonly candidates: readonly Match[]
}

export interface IdentifyAnswer {
  readonly picture: Picture
  readonly profile: Profile
  readonly model: string
  readonly thresholds: Thresholds
  readonly found: readonly IdentifiedFace[]
}
