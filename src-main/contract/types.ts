/** The words of the domain, as they cross between window, core, engine and command line. */

export const PROFILES = ['face', 'object'] as const
/** Detector, alignment, backbone and head that belong together. */
export type Profile = (typeof PROFILES)[number]

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

export interface Identity {
  readonly id: string
  readonly name: string
  readonly profile: Profile
  readonly samples: number
  /** The sample whose thumbnail stands for the identity. */
  readonly cover: string | null
  /** Milliseconds since 1970, UTC. */
  readonly createdAt: number
  readonly changedAt: number
}

export interface Sample {
  readonly id: string
  readonly identityId: string
  readonly profile: Profile
  readonly box: Box
  readonly drawn: boolean
  readonly quality: Quality
  /** The user enrolled it although a quality check failed. */
  readonly overridden: boolean
  readonly keeps: 'original' | 'crop'
  readonly sourceName: string
  readonly sourceSha256: string
  readonly width: number
  readonly height: number
  readonly createdAt: number
}

export interface IdentityPage {
  readonly identities: readonly Identity[]
  readonly total: number
}

export interface IdentityDetail extends Identity {
  readonly all: readonly Sample[]
}

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

export interface Problem {
  readonly code: string
  readonly message: string
}

/** One line of a folder's identification; `path` is relative to the folder that was chosen. */
export interface IdentifyRow {
  readonly index: number
  readonly path: string
  readonly token: string
  readonly answer?: IdentifyAnswer
  readonly error?: Problem
}

export interface ImportRow {
  readonly index: number
  readonly path: string
  readonly outcome: 'enrolled' | 'skipped'
  readonly identityId?: string
  readonly name?: string
  readonly reason?: Problem
}

export type ImportBy = 'folder' | 'name' | 'file'

export interface ImportGroup {
  readonly name: string
  readonly pictures: number
  /** Tokens of the first few pictures, for the preview. */
  readonly first: readonly string[]
  /** An identity of this name and profile is already in the gallery; its id. */
  readonly existing?: string
}

export interface ImportPlan {
  readonly id: string
  readonly folder: string
  readonly by: ImportBy
  readonly profile: Profile
  readonly groups: readonly ImportGroup[]
  readonly pictures: number
  readonly skipped: readonly { readonly path: string; readonly reason: Problem }[]
}

/** Long work of the core. It goes on when the window closes a page; a new page re-attaches by `jobs()`. */
export interface Job {
  readonly id: string
  readonly kind: 'import' | 'identify'
  readonly title: string
  readonly profile: Profile
  readonly state: 'running' | 'cancelling' | 'done' | 'cancelled' | 'failed'
  readonly done: number
  /** Absent while the folder is still being listed. */
  readonly total?: number
  readonly failed: number
  /** Pictures a second over the last seconds, and seconds left; absent until measured. */
  readonly rate?: number
  readonly secondsLeft?: number
  readonly startedAt: number
  readonly error?: Problem
}

export interface SelfTest {
  readonly passed: boolean
  readonly ms: number
  readonly detail: string
}

/** A backend that was tried: why it was taken, or why not and what would change it. */
export interface BackendTrial {
  readonly name: BackendName
  readonly available: boolean
  readonly reason: string
  readonly remedy?: string
  readonly selfTest?: SelfTest
}

export interface BackendState {
  readonly name: BackendName
  /** For people: "TensorFlow", "WebGPU", "WebAssembly". */
  readonly label: string
  readonly device: string
  readonly version: string
  readonly selfTest: SelfTest
  readonly reason: string
  /** Faster backends that were tried before and refused. */
  readonly refused: readonly BackendTrial[]
}

export interface ModelFact {
  readonly id: string
  readonly profile: Profile
  readonly network: string
  readonly dimensions: number
  readonly parameters: number
  readonly input: string
  readonly source: string
  readonly licence: string
  readonly sha256: string
}

export interface EngineState {
  readonly backend: BackendState
  readonly models: readonly ModelFact[]
}

export interface Undoable {
  /** What undo would take back, in words: "rename of Ada to Ida". */
  readonly label: string
  readonly at: number
}

export interface Status {
  readonly version: string
  readonly dataFolder: string
  readonly key: { readonly where: 'os-key-store' | 'key-file'; readonly detail: string }
  readonly gallery: { readonly identities: number; readonly samples: number; readonly deleted: number }
  readonly engine:
    | { readonly state: 'starting' | 'restarting' }
    | { readonly state: 'ready'; readonly is: EngineState }
    | { readonly state: 'failed'; readonly problem: Problem }
  readonly undo?: Undoable
  /** Facts the user should know: a key file instead of a key store, a damaged row that was set aside, a quarantined picture. */
  readonly notices: readonly Problem[]
}

export interface BundledSamples {
  readonly enrol: readonly { readonly name: string; readonly picture: Adopted }[]
  readonly probes: readonly Adopted[]
  readonly verify: readonly { readonly left: Adopted; readonly right: Adopted }[]
}

export interface Encoded {
  readonly bytes: Uint8Array
  readonly type: string
}
