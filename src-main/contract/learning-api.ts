import { z } from 'zod'
import type { Methods } from './call.ts'
import {
  RECIPES,
  TRIAGE_KINDS,
  type Forecast,
  type LossFact,
  type ReviewCard,
  type Run,
  type RunMap,
  type RunPoint,
  type Triage,
  type TriageItem,
  type TriageSummary,
} from './learning.ts'
import type { Job } from './jobs.ts'
import type { LearnedModel, ModelDetail, OwnProfileSummary } from './models.ts'
import type { OwnProfile } from './pictures.ts'
import { idSchema, nameSchema, ownProfileSchema, profileSchema } from './schemas.ts'

const page = { offset: z.number().int().min(0), limit: z.number().int().min(1).max(500) }
const items = z.array(z.number().int().min(0)).min(1).max(100_000)
const modelId = z.string().min(1).max(200)

export const runConfigSchema = z.strictObject({
  recipe: z.enum(RECIPES),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31),
  steps: z.number().int().min(1).max(10_000_000).optional(),
  rate: z.number().positive().max(10).optional(),
  batch: z.number().int().min(8).max(4096).optional(),
  loss: z.string().max(60).optional(),
  network: z.string().max(60).optional(),
  entropy: z.number().min(0).max(100).optional(),
  balance: z.number().min(0).max(100).optional(),
  blocks: z.union([z.literal('all'), z.number().int().min(1).max(100)]).optional(),
})

const triageRequest = z.strictObject({ folder: idSchema, profile: profileSchema })
const triageRowsRequest = z.strictObject({
  triage: idSchema,
  kind: z.enum(TRIAGE_KINDS).optional(),
  group: z.string().max(60).optional(),
  ...page,
})
const moveRequest = z.strictObject({
  triage: idSchema,
  items,
  to: z.union([
    z.strictObject({ kind: z.enum(['usable', 'stranger']) }),
    z.strictObject({ group: z.string().max(60) }),
    z.strictObject({ newGroup: z.literal(true) }),
  ]),
})
const startRunRequest = z.strictObject({
  /** A triage for the recipes that learn from unlabelled photos. */
  triage: idSchema.optional(),
  /** A folder with a sub-folder a class, for 'scratch'. */
  labelled: idSchema.optional(),
  unlabelled: idSchema.optional(),
  /** For 'scratch' an own profile, which gets a challenger; any other one makes a profile of its own. */
  profile: profileSchema,
  config: runConfigSchema,
  why: z.string().max(1000).optional(),
  /** Of the profile that a run from scratch makes; the folder's name without it. */
  name: nameSchema.optional(),
})
const answerRequest = z.strictObject({
  run: idSchema,
  item: z.number().int().min(0),
  answer: z.enum(['yes', 'no', 'skip']),
  /** With 'yes': the photo becomes a sample of the identity. */
  enrol: z.boolean().optional(),
})

export type TriageRowsRequest = z.infer<typeof triageRowsRequest>
export type MoveRequest = z.infer<typeof moveRequest>
export type StartRunRequest = z.infer<typeof startRunRequest>
export type AnswerRequest = z.infer<typeof answerRequest>

/** What the window and the command line may ask about learning. */
export interface LearningApi {
  /** Looks through a folder; a job of kind 'triage' whose id names the triage. */
  startTriage(request: { folder: string; profile: z.infer<typeof profileSchema> }): Promise<Job>
  /** Those that are kept, the newest first. */
  triages(): Promise<TriageSummary[]>
  triage(id: string): Promise<Triage>
  triageItems(request: TriageRowsRequest): Promise<{ items: TriageItem[]; total: number }>
  moveItems(request: MoveRequest): Promise<Triage>
  leaveOut(request: {
    triage: string
    group?: string | undefined
    items?: number[] | undefined
    out: boolean
  }): Promise<Triage>
  /** Makes an identity of a group's pictures; its best picture becomes the first sample. */
  nameGroup(request: { triage: string; group: string; name: string }): Promise<Triage>
  /** A short probe run with its interval. */
  forecast(triage: string): Promise<Forecast>

  startRun(request: StartRunRequest): Promise<Run>
  /** Losses that a network from scratch may be trained with. */
  losses(): Promise<readonly LossFact[]>
  runs(): Promise<Run[]>
  runPoints(request: { run: string; from: number }): Promise<RunPoint[]>
  runMap(run: string): Promise<RunMap | null>
  pauseRun(run: string): Promise<Run>
  resumeRun(run: string): Promise<Run>
  /** Settles within 500 ms; what was saved last is removed with `deleteRun`. */
  cancelRun(run: string): Promise<Run>
  deleteRun(run: string): Promise<void>

  reviewCards(request: { run: string; offset: number; limit: number }): Promise<{ cards: ReviewCard[]; total: number }>
  answerCard(request: AnswerRequest): Promise<void>
  /** Takes back the last answer of this run's review. */
  undoAnswer(run: string): Promise<{ item: number } | null>

  /** Profiles of the user's own, by name. */
  profiles(): Promise<OwnProfileSummary[]>
  /** Removes a profile of the user's own for good: identities, samples, models and runs. */
  deleteProfile(profile: OwnProfile): Promise<{ identities: number; samples: number }>
  models(): Promise<LearnedModel[]>
  model(id: string): Promise<ModelDetail>
  /** Embeds what lacks an embedding, then switches in one transaction. @throws AppError not-better unless `anyway` */
  promote(request: { model: string; anyway?: boolean | undefined }): Promise<ModelDetail>
  keepModel(model: string): Promise<ModelDetail>
  discardModel(model: string): Promise<ModelDetail>
  /** The model that was live before is live again. */
  rollback(profile: z.infer<typeof profileSchema>): Promise<ModelDetail>
  /** A model as one file's bytes: zip with manifest and hashes. */
  exportModel(model: string): Promise<{ name: string; bytes: Uint8Array }>
  importModel(file: string): Promise<ModelDetail>
}

export const LEARNING: Methods<LearningApi> = {
  startTriage: z.tuple([triageRequest]),
  triages: z.tuple([]),
  triage: z.tuple([idSchema]),
  triageItems: z.tuple([triageRowsRequest]),
  moveItems: z.tuple([moveRequest]),
  leaveOut: z.tuple([
    z.strictObject({
      triage: idSchema,
      group: z.string().max(60).optional(),
      items: items.optional(),
      out: z.boolean(),
    }),
  ]),
  nameGroup: z.tuple([z.strictObject({ triage: idSchema, group: z.string().max(60), name: nameSchema })]),
  forecast: z.tuple([idSchema]),
  startRun: z.tuple([startRunRequest]),
  losses: z.tuple([]),
  runs: z.tuple([]),
  runPoints: z.tuple([z.strictObject({ run: idSchema, from: z.number().int().min(0) })]),
  runMap: z.tuple([idSchema]),
  pauseRun: z.tuple([idSchema]),
  resumeRun: z.tuple([idSchema]),
  cancelRun: z.tuple([idSchema]),
  deleteRun: z.tuple([idSchema]),
  reviewCards: z.tuple([z.strictObject({ run: idSchema, ...page })]),
  answerCard: z.tuple([answerRequest]),
  undoAnswer: z.tuple([idSchema]),
  profiles: z.tuple([]),
  deleteProfile: z.tuple([ownProfileSchema]),
  models: z.tuple([]),
  model: z.tuple([modelId]),
  promote: z.tuple([z.strictObject({ model: modelId, anyway: z.boolean().optional() })]),
  keepModel: z.tuple([modelId]),
  discardModel: z.tuple([modelId]),
  rollback: z.tuple([profileSchema]),
  exportModel: z.tuple([modelId]),
  importModel: z.tuple([idSchema]),
}
