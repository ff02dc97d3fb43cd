import { z } from 'zod'
import type { Calibration } from './answers.ts'
import type { Methods } from './call.ts'
import type { Job, Problem } from './jobs.ts'
import type { Rate } from './models.ts'
import type { Match, Profile } from './pictures.ts'
import { boxSchema, idSchema, profileSchema } from './schemas.ts'

/** Pictures of one value: two to learn from, two to measure on. Values with fewer are left out. */
export const FEWEST_PICTURES = 4
/** Pictures of each value that are always enough to measure on. */
export const ENOUGH_PICTURES = 12

/** One value of an attribute, or one class of numbers. */
export interface AttributeValue {
  readonly name: string
  readonly pictures: number
}

/** A column of a table, as it would be learned. */
export interface AttributeColumn {
  readonly name: string
  /** Numbers are put into classes of about equally many pictures. */
  readonly kind: 'words' | 'numbers'
  /** Most frequent first; classes of numbers from the smallest on. */
  readonly values: readonly AttributeValue[]
  /** What was made of the column: the classes of its numbers, values that are too rare to be learned. */
  readonly words: string
  /** Pictures whose cell is empty, or holds a value that is too rare. */
  readonly unknown: number
  /** Pictures that would be kept from learning, to measure on. */
  readonly heldOut: number
  /** Why it cannot be learned; the others can. */
  readonly refusal?: Problem
}

/** A folder and its table, before anything is learned. */
export interface AttributePlan {
  readonly id: string
  readonly profile: Profile
  readonly folder: string
  readonly table: string
  /** Pictures that the table names and the folder has. */
  readonly pictures: number
  /** Lines whose picture is not there, by the first few paths and in all. */
  readonly missing: { readonly count: number; readonly first: readonly string[] }
  /** Pictures of the folder that the table does not name, by the first few paths and in all. */
  readonly unlisted: { readonly count: number; readonly first: readonly string[] }
  readonly columns: readonly AttributeColumn[]
}

/** What one may compare by. */
export interface AttributeSummary {
  readonly id: string
  readonly profile: Profile
  /** As the table called its column. */
  readonly name: string
  readonly createdAt: number
}

/** Share of held-out pictures whose nearest learned picture has their value, 0…1, with the counts. */
export interface NearestShare {
  readonly value: number
  readonly right: number
  readonly trials: number
}

export interface Attribute extends AttributeSummary {
  readonly kind: AttributeColumn['kind']
  readonly values: readonly AttributeValue[]
  readonly words: string
  readonly folder: string
  readonly model: string
  /** Pictures that it learned from. */
  readonly learned: number
  /** Pictures that were kept from learning: every figure is measured on them. */
  readonly heldOut: number
  /** Column whose values were never divided between learning and measuring. */
  readonly apart?: string
  readonly nearest: {
    /** By the embedding that knows of no attribute. */
    readonly before: NearestShare
    readonly after: NearestShare
    /** Answering the most frequent value always, 0…1. */
    readonly guess: number
  }
  /** Equal error rate of "the same value or not", 0…1, over pairs of held-out pictures. */
  readonly eer: { readonly before: Rate; readonly after: Rate }
  readonly calibration: Calibration
}

/** Identities by what one compares by, nearest first, at most one match each. */
export interface SimilarAnswer {
  readonly profile: Profile
  readonly model: string
  /** Absent: by the whole picture. */
  readonly by?: AttributeSummary
  readonly thresholds: Calibration['thresholds']
  readonly matches: readonly Match[]
}

const planRequest = z.strictObject({
  folder: idSchema,
  /** The table; without it attributes.csv of the folder. */
  table: idSchema.optional(),
  profile: profileSchema,
  /** Column that says who or what a picture shows: pictures of one are then all learned from, or all measured on. */
  apart: z.string().max(200).optional(),
  /** Decides which pictures are kept from learning; 1 without it. */
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31)
    .optional(),
})
const trainRequest = z.strictObject({
  plan: idSchema,
  /** Names of the columns to learn; without them all that can be learned. */
  columns: z.array(z.string().max(200)).min(1).max(100).optional(),
})
const similarRequest = z.strictObject({
  profile: profileSchema,
  /** Id of an attribute. */
  by: idSchema.optional(),
  to: z.union([
    z.strictObject({ picture: idSchema, box: boxSchema.optional() }),
    z.strictObject({ identityId: idSchema }),
  ]),
  limit: z.number().int().min(1).max(100),
})

export type PlanAttributesRequest = z.infer<typeof planRequest>
export type TrainAttributesRequest = z.infer<typeof trainRequest>
export type SimilarRequest = z.infer<typeof similarRequest>

/** Similarity by what: one embedding for each attribute of a labelled folder. */
export interface AttributesApi {
  /** Reads a table of attributes and says what can be learned. @throws AppError bad-table, not-found, wrong-use */
  planAttributes(request: PlanAttributesRequest): Promise<AttributePlan>
  /** A job of kind 'attributes'; an attribute of the same name and profile is replaced when it is done. */
  trainAttributes(request: TrainAttributesRequest): Promise<Job>
  /** Those of every profile, by name. */
  attributes(): Promise<Attribute[]>
  deleteAttribute(id: string): Promise<void>
  /** What the gallery lacks for it is embedded first, which a job of kind 'attributes' tells of. */
  similar(request: SimilarRequest): Promise<SimilarAnswer>
}

export const ATTRIBUTES: Methods<AttributesApi> = {
  planAttributes: z.tuple([planRequest]),
  trainAttributes: z.tuple([trainRequest]),
  attributes: z.tuple([]),
  deleteAttribute: z.tuple([idSchema]),
  similar: z.tuple([similarRequest]),
}
