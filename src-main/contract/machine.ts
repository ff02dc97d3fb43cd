import type { Problem } from './jobs.ts'
import type { Adopted, BackendName, Profile } from './pictures.ts'

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
  /** Pictures that a network from scratch takes; absent for the others. */
  readonly takes?: { readonly width: number; readonly height: number; readonly channels: 1 | 3 }
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
