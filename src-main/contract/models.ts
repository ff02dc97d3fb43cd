import type { Advice, Recipe, RunConfig } from './learning.ts'
import type { Box, Match, OwnProfile, Profile } from './pictures.ts'

/** A share with its 95 % interval and the counts it comes from. */
export interface Rate {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly errors: number
  readonly trials: number
}

/** How strong the evidence for a challenger is, and what it consists of. */
export interface Evidence {
  /** labelled: held-out samples of the gallery or of a labelled folder; gate: views and neighbours, without labels. */
  readonly kind: 'labelled' | 'gate'
  readonly strength: 'strong' | 'moderate' | 'weak'
  readonly words: string
  /** Set for the gate: agreement of neighbours × occupancy, before and after, and views of references recognised. */
  readonly gate?: {
    readonly agreement: { readonly before: number; readonly after: number }
    readonly occupancy: { readonly before: number; readonly after: number }
    readonly views: { readonly before: number; readonly after: number }
    readonly passes: boolean
  }
}

/** A past answer that the challenger would give differently. */
export interface AnswerChange {
  readonly token: string
  readonly path: string
  readonly box?: Box
  readonly before: Match | null
  readonly after: Match | null
}

/** A challenger beside the champion, on the same held-out evidence. */
export interface Comparison {
  readonly champion: { readonly model: string; readonly error: Rate; readonly eer: Rate; readonly msPerPicture: number }
  readonly challenger: {
    readonly model: string
    readonly error: Rate
    readonly eer: Rate
    readonly msPerPicture: number
  }
  /** Error of the challenger less that of the champion, in points of a fraction, and the exact paired test. */
  readonly difference: {
    readonly value: number
    readonly low: number
    readonly high: number
    readonly p: number
    readonly test: string
  }
  readonly evidence: Evidence
  readonly changes: readonly AnswerChange[]
  readonly worse: readonly {
    readonly identityId: string
    readonly name: string
    readonly before: number
    readonly after: number
  }[]
  readonly verdict: 'better' | 'not-better' | 'worse'
  readonly reason: string
}

export type ModelState = 'live' | 'challenger' | 'kept' | 'retired' | 'discarded'

export interface LearnedModel {
  readonly id: string
  readonly profile: Profile
  /** "object-3"; the shipped one is called by its profile. */
  readonly title: string
  readonly kind: 'shipped' | 'head' | 'fine-tuned' | 'network'
  readonly state: ModelState
  readonly dimensions: number
  /** 0 for the shipped one: it came with the program. */
  readonly createdAt: number
  readonly liveSince?: number
  readonly parent?: string
  readonly run?: string
  readonly recipe?: Recipe
  readonly verdict?: Comparison['verdict']
  /** Came from a file: nothing but the check of its files and numbers speaks for it. */
  readonly imported?: true
}

/** All that is kept of a learned model. */
export interface ModelDetail extends LearnedModel {
  readonly config?: RunConfig
  readonly chosen?: Advice
  readonly backend?: string
  readonly data?: {
    readonly folder: string
    readonly photos: number
    readonly sha256: string
    readonly references: number
  }
  /** Identities it was trained on, for erasure; those erased since are counted, not named. */
  readonly trainedOn: readonly { readonly id: string; readonly name: string }[]
  readonly trainedOnErased: number
  readonly comparison?: Comparison
  readonly bytes: number
  readonly sha256: string
}

/** A profile that a run from scratch made. */
export interface OwnProfileSummary {
  readonly id: OwnProfile
  /** As its user called it. */
  readonly name: string
  readonly createdAt: number
  readonly identities: number
  readonly samples: number
  /** The model that answers. */
  readonly model: string
}
