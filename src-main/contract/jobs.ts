import type { IdentifyAnswer } from './answers.ts'
import type { Profile } from './pictures.ts'

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
  readonly kind: 'import' | 'identify' | 'triage' | 'promote' | 'attributes'
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
