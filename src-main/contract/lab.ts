import { z } from 'zod'
import type { Methods } from './call.ts'
import type { Problem } from './jobs.ts'
import { idSchema } from './schemas.ts'
import type { BackendName } from './pictures.ts'

/** How a network is trained, whatever its loss; engine/methods/table.ts runs them. */
export const METHODS = [
  {
    name: 'direct',
    title: 'Directly',
    words: 'The loss on the labelled pictures, and on the others if it can use them.',
  },
  {
    name: 'noisy-student',
    title: 'Noisy Student',
    words: 'A teacher names the unlabelled pictures, a student learns from them under noise and becomes the teacher.',
  },
  {
    name: 'meta-pseudo-labels',
    title: 'Meta Pseudo Labels',
    words: 'A teacher learns to name the unlabelled pictures so that its student errs less on the labelled ones.',
  },
] as const
export type MethodName = (typeof METHODS)[number]['name']

/** What a folder holds that a comparison may be made on. */
export interface LabData {
  /** The token that it was asked by. */
  readonly folder: string
  readonly name: string
  /** 'folders': one sub-folder a class; 'parts': such folders within train/ and test/; 'idx': the four files of MNIST and its kin. */
  readonly layout: 'folders' | 'parts' | 'idx'
  readonly classes: readonly { readonly name: string; readonly pictures: number }[]
  /** Pictures to learn from, and those that the set itself keeps for the test; 0 where a share has to be held out. */
  readonly pictures: number
  readonly test: number
}

export interface ComparisonPlan {
  readonly losses: readonly string[]
  readonly networks: readonly string[]
  readonly methods: readonly MethodName[]
  /** Numbers of an embedding; the network's own where it is null. */
  readonly dimensions: readonly (number | null)[]
  /** How many: 0, 1, … */
  readonly seeds: number
  readonly steps: number
  /** Labelled pictures a step, and as many unlabelled ones. */
  readonly batch: number
  /** Of each class, drawn anew for each seed; the rest of the folder loses its names. All where it is null. */
  readonly labelled: number | null
  /** Share of each class that is held out, where the set keeps nothing for the test itself. */
  readonly heldOut: number
}

/** One entry of a learning curve. */
export interface CellPoint {
  readonly step: number
  /** Mean of the loss on the labelled pictures since the entry before. */
  readonly loss?: number
  /** Share of some of the test pictures that are named wrongly, 0…1. They choose nothing: training never sees them. */
  readonly error?: number
}

export interface CellResult {
  /** Share of the test pictures named wrongly, 0…1: by the loss's own scores where it has such, else by the nearest labelled picture. */
  readonly error: number
  /** The same by the nearest labelled picture. */
  readonly nearest: number
  /** Share of the labelled pictures themselves that are named wrongly. */
  readonly training: number
  readonly trials: number
  /** Of training. */
  readonly seconds: number
  readonly parameters: number
  /** Multiplications with an addition that one picture takes. */
  readonly macs: number
}

/** One run of the queue. */
export interface Cell {
  readonly index: number
  readonly loss: string
  readonly network: string
  readonly method: MethodName
  readonly dimensions: number | null
  readonly seed: number
  readonly state: 'waiting' | 'running' | 'done' | 'failed'
  readonly step: number
  readonly curve: readonly CellPoint[]
  /** Seconds from its beginning to what is saved or over, measuring too; what an ended process had not saved is not in it. */
  readonly took?: number
  readonly result?: CellResult
  /** Why it failed; the queue goes on with the next one. */
  readonly problem?: Problem
  /** What happened that a reader of its result should know: a halved batch. */
  readonly notices?: readonly Problem[]
}

export type ComparisonState =
  | 'waiting' // another one learns; it begins by itself
  | 'preparing' // pictures are read
  | 'running'
  | 'pausing' // a checkpoint is written
  | 'paused'
  | 'interrupted' // the program ended; it can go on where it was
  | 'done'
  | 'cancelled'
  | 'failed'

export interface ComparisonSummary {
  readonly id: string
  /** "Comparison 3" */
  readonly title: string
  /** Name of the folder, without its path. */
  readonly data: string
  readonly state: ComparisonState
  /** Of `cells`: those that are done or failed. */
  readonly done: number
  readonly cells: number
  /** Pictures read so far while it prepares. */
  readonly read?: number
  readonly secondsLeft?: number
  readonly startedAt: number
  readonly problem?: Problem
}

export interface Comparison extends ComparisonSummary {
  readonly plan: ComparisonPlan
  readonly facts?: {
    readonly classes: number
    readonly labelled: number
    readonly unlabelled: number
    readonly test: number
    readonly width: number
    readonly height: number
    readonly channels: 1 | 3
    /** Pictures that cannot be read. */
    readonly lost: number
  }
  readonly backend?: BackendName
  readonly runs: readonly Cell[]
}

const names = z.array(z.string().min(1).max(60)).min(1).max(40)
export const comparisonPlanSchema = z.strictObject({
  losses: names,
  networks: names,
  methods: z.array(z.enum(METHODS.map(({ name }) => name))).min(1),
  dimensions: z.array(z.number().int().min(2).max(1024).nullable()).min(1).max(8),
  seeds: z.number().int().min(1).max(20),
  steps: z.number().int().min(1).max(1_000_000),
  batch: z.number().int().min(8).max(1024),
  labelled: z.number().int().min(1).max(100_000).nullable(),
  heldOut: z.number().min(0.05).max(0.9),
})

/** What the window and the command line may ask of the lab. */
export interface LabApi {
  /** @throws AppError not-trainable when the folder has not two classes */
  labData(folder: string): Promise<LabData>
  /**
   * Waits while another comparison learns.
   * @throws AppError wrong-use for a loss or network that there is none of, one that takes no such pictures, or while a run of Learn is at work; not-trainable for
   * classes with too few pictures
   */
  startComparison(request: { folder: string; plan: ComparisonPlan }): Promise<Comparison>
  /** The newest first. */
  comparisons(): Promise<ComparisonSummary[]>
  comparison(id: string): Promise<Comparison>
  pauseComparison(id: string): Promise<Comparison>
  resumeComparison(id: string): Promise<Comparison>
  /** Keeps what is done. */
  cancelComparison(id: string): Promise<Comparison>
  deleteComparison(id: string): Promise<void>
  exportComparison(request: { id: string; as: 'html' | 'csv' }): Promise<{ name: string; bytes: Uint8Array }>
}

export const LAB: Methods<LabApi> = {
  labData: z.tuple([idSchema]),
  startComparison: z.tuple([z.strictObject({ folder: idSchema, plan: comparisonPlanSchema })]),
  comparisons: z.tuple([]),
  comparison: z.tuple([idSchema]),
  pauseComparison: z.tuple([idSchema]),
  resumeComparison: z.tuple([idSchema]),
  cancelComparison: z.tuple([idSchema]),
  deleteComparison: z.tuple([idSchema]),
  exportComparison: z.tuple([z.strictObject({ id: idSchema, as: z.enum(['html', 'csv']) })]),
}
