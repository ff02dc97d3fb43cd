/** Those that come with the program. */
export const PROFILES = ['face', 'object'] as const
export type ShippedProfile = (typeof PROFILES)[number]
/** One that a run from scratch made: 'own-' and hexadecimal digits. Its name is the user's and lies sealed in the gallery. */
export type OwnProfile = `own-${string}`
/** Detector, alignment, backbone and head that belong together. */
export type Profile = ShippedProfile | OwnProfile

export const isOwn = (profile: Profile): profile is OwnProfile => profile.startsWith('own-')

export const BACKENDS = ['tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm'] as const
export type BackendName = (typeof BACKENDS)[number]

/** A rectangle in pixels of the upright picture (EXIF orientation applied), origin top left. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export type QualityAspect = 'blur' | 'size' | 'pose' | 'light'

/** One quality figure of a sample, with the limit it is held against. `passes` is the only verdict; nothing is averaged. */
export interface QualityCheck {
  readonly aspect: QualityAspect
  readonly value: number
  readonly limit: number
  /** 'at-least': value must be ≥ limit; 'at-most': value must be ≤ limit. */
  readonly bound: 'at-least' | 'at-most'
  readonly unit: string
  readonly passes: boolean
  /** What would pass, in words; for a check that passes, the finding ("sharp", "frontal"). */
  readonly words: string
}

export interface Quality {
  readonly passes: boolean
  readonly checks: readonly QualityCheck[]
}

/** A picture handed to the core: a file, or bytes pasted or taken by the camera. The window only ever holds the token. */
export interface Picture {
  readonly token: string
  readonly name: string
  readonly width: number
  readonly height: number
  readonly sha256: string
}

export interface Adopted {
  readonly token: string
  readonly name: string
  readonly isFolder: boolean
}

/** A gallery identity close to a probe. distance = ‖a − b‖ of unit embeddings, 0…2; similarity = their cosine, −1…1. */
export interface Match {
  readonly identityId: string
  readonly name: string
  readonly sampleId: string
  readonly distance: number
  readonly similarity: number
}

/** What the gallery already knows of a picture that is about to be enrolled. */
export type Duplicate =
  | { readonly kind: 'safe' }
  | { readonly kind: 'same-picture'; readonly identityId: string; readonly name: string; readonly sampleId: string }
  | { readonly kind: 'already-enrolled'; readonly match: Match }
  | { readonly kind: 'looks-like'; readonly match: Match }

/** One face, or the object, found in a picture. */
export interface Found {
  readonly box: Box
  /** Detector score 0…1; 1 for a box drawn by hand and for the object profile's own crop. */
  readonly score: number
  readonly drawn: boolean
  readonly quality: Quality
}

export interface Inspection {
  readonly picture: Picture
  readonly profile: Profile
  /** Largest and most central first. */
  readonly found: readonly (Found & { readonly duplicate: Duplicate })[]
}
