import type { AttributeNumbers, AttributeWork } from './attribute-work.ts'
import { trusted, type Methods } from './call.ts'
import type { Problem } from './jobs.ts'
import type { CellPoint, CellResult, MethodName } from './lab.ts'
import type { Advice, Forecast, RunConfig, RunMap, RunPoint, TriageKind } from './learning.ts'
import type { BackendName, Profile } from './pictures.ts'

/** Rows at the end of a table of numbers. A folder's features are some hundred megabytes; a message holds a few. */
export interface TablePart {
  readonly table: string
  readonly columns: number
  readonly values: Float32Array | Uint8Array
}

/**
 * What is asked of a triage. Tables: 'embeddings' N × D and 'reference-embeddings' R × D, of unit length; 'hashes' N × 8, the
 * bytes of each photo's difference hash.
 */
export interface TriageWork {
  /** N: number of the photo that the row was found in; two faces of one photo are no copies of each other. */
  readonly photo: Int32Array
  /** R: class of each reference, 0…classes − 1. */
  readonly labels: Int32Array
  readonly classes: number
  /** ‖a − b‖ at which the model names an identity. */
  readonly known: number
}

export interface TriageNumbers {
  /** N */
  readonly kind: readonly Exclude<TriageKind, 'unreadable'>[]
  /** N: the photo that this one nearly repeats, −1 for none. */
  readonly of: Int32Array
  /** N: number of its group of a recurring unknown, −1 for none. */
  readonly group: Int32Array
  /** N: row of the nearest reference, −1 where there is none. */
  readonly nearest: Int32Array
  /** N: ‖a − b‖ to the nearest reference, 0…2. */
  readonly distance: Float32Array
  /** N: weight of the entropy term, 0…1. */
  readonly weight: Float32Array
  readonly rule: string
  readonly advice?: Advice
}

/**
 * What is asked of a run over features. Tables: 'photos' N × F, 'photo-views' N·V × F, 'references' R × F and
 * 'reference-views' R·V × F, features; 'embeddings' N × D and 'reference-embeddings' R × D. Of a run from scratch: 'pixels' P × (height·width·channels), 0…255, labelled first.
 */
export interface TrainWork {
  readonly run: string
  /** Where checkpoints and the model's files go. */
  readonly folder: string
  readonly config: RunConfig
  readonly profile: Profile
  /** Id of the shipped model that made the features. */
  readonly base: string
  /** Identity of each class. */
  readonly identities: readonly string[]
  /** Lengths of the parts of a row of features; empty for a run from scratch. */
  readonly parts: readonly number[]
  readonly classes: number
  /** R, or as many as pixels are labelled: class of each. */
  readonly labels: Int32Array
  /** N: weight of the entropy term of each photo, 0…1. */
  readonly weights: Float32Array
  /** Random views of each photo and of each reference in the tables of views. */
  readonly views: number
  /** 2 × M: row of a photo and the class that it is not, by turns. */
  readonly cannotLink: Int32Array
  /** 2 × M: row of a photo and the class that it is, by turns. */
  readonly mustLink: Int32Array
  /**
   * Folder of the head that answers now; absent while the shipped model does. Its prototypes are the table
   * 'champion-prototypes', classes × D, a row of zeros where there is none. Of a run from scratch: the folder of the network
   * that answers now; where it takes other pictures than this run, 'champion-pixels' has the labelled ones as it takes them.
   */
  readonly champion?: string
  /** Values of one picture of 'pixels'; absent otherwise. */
  readonly picture?: { readonly width: number; readonly height: number; readonly channels: 1 | 3 }
}

/** How each photo of the folder is answered before and after; what review and the challenger's page need. */
export interface TrainAnswers {
  /** N × 2: best and second class after; −1 where there is none. */
  readonly classes: Int32Array
  /** N × 2: their probabilities, 0…1, as the distance distribution gives them. */
  readonly probabilities: Float32Array
  /** N: entropy of its distribution over the classes, 0…1 of the largest possible. */
  readonly entropy: Float32Array
  /** N: how many other photos have it among their nearest neighbours. */
  readonly hangs: Int32Array
  /** N: best class before. */
  readonly before: Int32Array
  /** N: ‖a − b‖ to the nearest before and after, 0…2. */
  readonly distanceBefore: Float32Array
  readonly distanceAfter: Float32Array
}

/**
 * What a run from scratch keeps from training to measure on: this share of each class with `from` pictures or more, compared
 * with so many references of each class.
 */
export const HELD_OUT = { share: 0.2, from: 4, references: 20 } as const

/** What was held out of training and asked of both models. */
export interface HeldOut {
  /** labelled: samples of identities that have several; gate: random views of the references. */
  readonly kind: 'labelled' | 'gate'
  /** T: true class of each trial. */
  readonly truth: Int32Array
  /** T × 2: class answered by the champion and by the challenger. */
  readonly answered: Int32Array
  /** Distances of genuine and impostor pairs under each model. */
  readonly genuine: { readonly before: Float32Array; readonly after: Float32Array }
  readonly impostor: { readonly before: Float32Array; readonly after: Float32Array }
}

export interface GateFigures {
  readonly agreement: { readonly before: number; readonly after: number }
  readonly occupancy: { readonly before: number; readonly after: number }
  readonly views: { readonly before: number; readonly after: number }
  readonly passes: boolean
  readonly words: string
}

export interface TrainResult {
  readonly kind: 'head' | 'fine-tuned' | 'network'
  /** The model's files, in a folder below the run's. */
  readonly files: string
  readonly dimensions: number
  /** Class → prototype, classes × dimensions, when the recipe makes them. */
  readonly prototypes?: Float32Array
  readonly answers?: TrainAnswers
  readonly heldOut: HeldOut
  readonly gate?: GateFigures
  /** Added time a picture costs with this model, milliseconds, measured. */
  readonly msPerPicture: number
  /** The same of the network that answers now, measured beside it; runs from scratch with a champion only. */
  readonly msOfChampion?: number
  readonly steps: number
}

/**
 * One run of a comparison. Table: 'pixels' P × (height·width·channels), 0…255; it stays filled for the next run. Places are rows
 * of it.
 */
export interface TrialWork {
  /** Of this run alone: its checkpoints and its curve, from which it goes on. */
  readonly folder: string
  readonly loss: string
  readonly network: string
  readonly method: MethodName
  /** Numbers of the embedding; the network's own where it is null. */
  readonly dimensions: number | null
  readonly seed: number
  readonly steps: number
  readonly batch: number
  /** Values of one picture of 'pixels'. */
  readonly picture: { readonly width: number; readonly height: number; readonly channels: 1 | 3 }
  readonly classes: number
  /** P: class of each picture, 0…classes − 1; those of `unlabelled` are not read. */
  readonly labels: Int32Array
  /** Learned from with their class; each class has one. */
  readonly labelled: Int32Array
  /** Learned from without it. */
  readonly unlabelled: Int32Array
  /** Of the test. */
  readonly asked: Int32Array
}

/** What the core asks of the process that learns. It gets numbers; no path but the run's folder, no key. */
export interface TrainerApi {
  /** Which backend computes; settles once one does. */
  ready(): Promise<{ backend: BackendName; label: string; device: string }>
  /** Takes the next rows of a table; the first part makes the table. */
  fill(part: TablePart): Promise<void>
  /** Forgets every table. */
  clear(): Promise<void>
  triage(work: TriageWork): Promise<TriageNumbers>
  /** A short probe run over the same tables as `train`. */
  forecast(work: TrainWork): Promise<Forecast>
  /** Goes on from the newest checkpoint in the folder when there is one. */
  train(work: TrainWork): Promise<TrainResult>
  /**
   * Goes on from what is in its folder. It tells 'from', 'progress', 'cell' and 'saved'. Many may be asked for, one after the other.
   * @throws AppError wrong-use where loss, network, method and pictures do not go together; training-stopped, out-of-memory
   */
  trial(work: TrialWork): Promise<CellResult>
  /** Begins again when it is interrupted: it takes seconds. Tells 'progress'. */
  attribute(work: AttributeWork): Promise<AttributeNumbers>
  pause(): Promise<void>
  resume(): Promise<void>
}

export const TRAINER: Methods<TrainerApi> = {
  ready: trusted<Parameters<TrainerApi['ready']>>(),
  fill: trusted<Parameters<TrainerApi['fill']>>(),
  clear: trusted<Parameters<TrainerApi['clear']>>(),
  triage: trusted<Parameters<TrainerApi['triage']>>(),
  forecast: trusted<Parameters<TrainerApi['forecast']>>(),
  train: trusted<Parameters<TrainerApi['train']>>(),
  trial: trusted<Parameters<TrainerApi['trial']>>(),
  attribute: trusted<Parameters<TrainerApi['attribute']>>(),
  pause: trusted<Parameters<TrainerApi['pause']>>(),
  resume: trusted<Parameters<TrainerApi['resume']>>(),
}

/** What the trainer tells unasked. */
export type TrainerEvent =
  | { readonly type: 'progress'; readonly step: number; readonly steps: number }
  /** Goes on from this step: what was told of later ones no longer holds. Told at the beginning, and when a run goes back. */
  | { readonly type: 'from'; readonly step: number }
  | { readonly type: 'point'; readonly point: RunPoint }
  /** The next entry of the curve of a trial. */
  | { readonly type: 'cell'; readonly point: CellPoint }
  /** `item` holds rows of photos; the core knows which items they are. */
  | { readonly type: 'map'; readonly map: Omit<RunMap, 'identities'> }
  | { readonly type: 'saved'; readonly step: number }
  | { readonly type: 'notice'; readonly problem: Problem }
  /** Training is over; the finished model is being measured. */
  | { readonly type: 'evaluating' }

/** A process that learns, as the core's parts see it. */
export interface Trainer {
  readonly api: TrainerApi
  pid(): number | undefined
  /** Settles with how it ended, whenever it does. */
  readonly ended: Promise<string>
  /** Ends it at once; what it saved is whole. */
  kill(): void
}

/** @param backend without it the fastest that works, or the one that the program was started with */
export type StartTrainer = (onEvent: (event: TrainerEvent) => void, backend?: BackendName) => Trainer
