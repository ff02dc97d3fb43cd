import type { Problem } from './jobs.ts'
import type { Box, Match, Profile } from './pictures.ts'

/** What a photo of a folder is, before any training. */
export const TRIAGE_KINDS = [
  'usable',
  'near-duplicate',
  'unreadable',
  'stranger', // none of your identities
  'recurring-unknown', // one of a group that looks like the same unknown
  'enrolled', // its bytes, or nearly its embedding, are a sample of the gallery
] as const
export type TriageKind = (typeof TRIAGE_KINDS)[number]

/** One face, or the object, of one photo of the folder. */
export interface TriageItem {
  readonly index: number
  /** Relative to the folder. */
  readonly path: string
  /** For `./picture/<token>`. */
  readonly token: string
  readonly kind: TriageKind
  /** What the triage itself decided; differs from `kind` once the user moves the item. */
  readonly found: TriageKind
  readonly box?: Box
  /** Index of the item that this one nearly repeats. */
  readonly of?: number
  /** Of a recurring unknown. */
  readonly group?: string
  /** Nearest identity; absent for unreadable photos and in an empty gallery. */
  readonly nearest?: Match
  /** Weight of the entropy term, 0…1, by the stated rule; 0 for what is left out. */
  readonly weight: number
  readonly leftOut: boolean
  readonly problem?: Problem
}

export interface TriageGroup {
  readonly id: string
  /** Given by the user; then the group is an identity of the gallery. */
  readonly name?: string
  readonly identityId?: string
  readonly items: number
  /** Tokens and boxes of the first few pictures. */
  readonly first: readonly { readonly token: string; readonly box?: Box }[]
  readonly leftOut: boolean
}

/** The probe run's measured change, held-out views of the references and agreement of neighbours, with its interval. */
export interface Forecast {
  readonly verdict: 'gain' | 'harm' | 'undecided'
  /** Change in percentage points of the share of neighbours that agree, corrected for chance, with a 95 % interval. */
  readonly change: number
  readonly low: number
  readonly high: number
  readonly draws: number
  /** What the figure is measured on and how strong that evidence is, in words. */
  readonly basis: string
}

export interface Triage {
  /** The id of the job that made it. */
  readonly id: string
  readonly folder: string
  readonly profile: Profile
  readonly counts: Readonly<Record<TriageKind, number>>
  readonly groups: readonly TriageGroup[]
  /** Identities of the gallery that the folder may show. */
  readonly identities: number
  /** The rule by which strangers weigh less, in words. */
  readonly rule: string
  /** Why nothing can be trained from it; the run is refused with the same words. */
  readonly refusal?: Problem
  readonly forecast?: Forecast
  /** What the app would choose, and why. */
  readonly advice?: Advice
}

/** A triage as a list of them tells it. */
export interface TriageSummary {
  readonly id: string
  readonly folder: string
  readonly profile: Profile
  readonly photos: number
  readonly madeAt: number
}

/** How a run learns. The first four fit a head on features of the frozen backbone. */
export const RECIPES = [
  'whiten', // closed form from view scatter, nearest reference
  'propagate', // whiten, then label propagation to prototypes
  'cluster', // whiten, then soft k-means from the references
  'distance-ratio', // trained linear head: distance ratio + minimum entropy + balance
  'hidden-layer', // the same with one hidden layer
  'fine-tune', // the backbone's last blocks, or all of it, at a small rate
  'scratch', // a whole network on a labelled folder
] as const
export type Recipe = (typeof RECIPES)[number]

/** A loss that a network may be trained with; engine/losses/table.ts has them. */
export interface LossFact {
  /** By which a run's configuration names it. */
  readonly name: string
  readonly title: string
  /** What it does, in one sentence. */
  readonly words: string
}

export interface Advice {
  readonly recipe: Recipe
  readonly reason: string
}

export interface RunConfig {
  readonly recipe: Recipe
  readonly seed: number
  /** Of a trained recipe; its own default otherwise. */
  readonly steps?: number | undefined
  readonly rate?: number | undefined
  /** Unlabelled samples a step. */
  readonly batch?: number | undefined
  readonly loss?: string | undefined
  /** One of contract/networks.ts; recipe 'scratch' only. */
  readonly network?: string | undefined
  /** Weight of the entropy term and of the balance term −H(mean prediction). */
  readonly entropy?: number | undefined
  readonly balance?: number | undefined
  /** Blocks that a fine-tuning run changes; 'all' or a number counted from the end. */
  readonly blocks?: number | 'all' | undefined
}

export type RunState =
  | 'preparing' // pictures are read and their features computed
  | 'running'
  | 'pausing'
  | 'paused'
  | 'interrupted' // its process or the program ended; it can go on from its last checkpoint
  | 'evaluating'
  | 'done'
  | 'stopped' // a watch ended it: NaN, collapse, confusion; `problem` says which and why
  | 'cancelled'
  | 'failed'

export interface Run {
  readonly id: string
  /** "Run 7" */
  readonly title: string
  readonly profile: Profile
  /** What the profile is called that it makes or gives a challenger to; 'scratch' only. */
  readonly profileName?: string
  readonly folder: string
  /** The triage it learns from: its photos, groups and counts; absent for 'scratch'. */
  readonly triage?: string
  readonly config: RunConfig
  readonly why: string
  readonly state: RunState
  readonly step: number
  readonly steps: number
  /** Pictures a second over the last seconds, and seconds left; absent until measured. */
  readonly rate?: number
  readonly secondsLeft?: number
  readonly startedAt: number
  /** When the newest checkpoint was written. */
  readonly savedAt?: number
  readonly identities: number
  readonly photos: number
  readonly backend?: string
  /** What happened that the user should know: a halved batch, a slower backend, photos that went missing. */
  readonly notices: readonly Problem[]
  readonly problem?: Problem
  /** The challenger that it made, or the first model of a profile. */
  readonly model?: string
}

/** One entry of the live charts. */
export interface RunPoint {
  readonly step: number
  /** Seconds of work until here. */
  readonly seconds: number
  /** Distance ratio of the labelled samples; mean over the steps since the last point. */
  readonly labelled?: number
  readonly entropy?: number
  /** H(mean prediction) over the logarithm of the number of classes, 0…1. */
  readonly balance?: number
  /** Share of held-out views that are recognised wrongly, 0…1, with a 95 % interval. */
  readonly heldOut?: { readonly error: number; readonly low: number; readonly high: number; readonly trials: number }
  /** Entropy of each unlabelled sample's neighbour distribution, counts in 20 equal bins from 0 to log(classes). */
  readonly histogram?: readonly number[]
  readonly picturesPerSecond: number
}

/** The map of figure 1: where references and unlabelled samples lie. */
export interface RunMap {
  readonly step: number
  readonly by: 'layer' | 'pca' | 'umap'
  /** 2 × N, x then y of each point, in −1…1. */
  readonly xy: Float32Array
  /** N: place of its identity in `identities` for a reference, −1 for an unlabelled sample. */
  readonly label: Int32Array
  /** N: a triage item's index for an unlabelled sample, −1 for a reference. */
  readonly item: Int32Array
  readonly identities: readonly { readonly id: string; readonly name: string }[]
}

/** A pseudo-label that is worth a question. */
export interface ReviewCard {
  readonly item: number
  readonly token: string
  readonly path: string
  readonly box?: Box
  readonly candidate: Match
  readonly second?: Match
  /** Of the candidate, 0…1, as the challenger's distance distribution gives it. */
  readonly probability: number
  /** How many other photos hang on the answer: their labels come through this one. */
  readonly hangs: number
  /** The order of the cards: entropy × (1 + hangs). */
  readonly worth: number
  readonly answer?: 'yes' | 'no' | 'skip'
}

export type ReviewAnswer = 'yes' | 'no' | 'skip'
