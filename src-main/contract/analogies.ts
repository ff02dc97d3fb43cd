import { z } from 'zod'
import type { Methods } from './call.ts'
import type { Box, Match, Picture, Profile } from './pictures.ts'
import { boxSchema, idSchema, profileSchema } from './schemas.ts'

const term = z.union([
  /** Without a box it is the only face, or the object. */
  z.strictObject({ picture: idSchema, box: boxSchema.optional() }),
  z.strictObject({ sampleId: idSchema }),
  /** The mean of what the identity is ranked by, at unit length. */
  z.strictObject({ identityId: idSchema }),
])
const analogyRequest = z.strictObject({ a: term, b: term, c: term, profile: profileSchema })

export type AnalogyTerm = z.infer<typeof term>
export type AnalogyRequest = z.infer<typeof analogyRequest>

/** What A, B or C was taken for. */
export type AnalogySide =
  | { readonly kind: 'picture'; readonly picture: Picture; readonly box: Box }
  | { readonly kind: 'sample'; readonly identityId: string; readonly name: string; readonly sampleId: string }
  | { readonly kind: 'identity'; readonly identityId: string; readonly name: string; readonly samples: number }

/**
 * `distance` is ‖t − x‖, 0…2, from the unit vector t along F(C) + F(B) − F(A), so that it lies on the scale of every other
 * distance. Order is that of the sum as it is: for unit x, ‖s − x‖² = ‖s‖² + 1 − 2 s·x, whatever the length of s.
 */
export interface AnalogyMatch extends Match {
  /** ‖F(C) − x‖, 0…2. */
  readonly fromC: number
}

export interface AnalogyAnswer {
  readonly profile: Profile
  readonly model: string
  readonly a: AnalogySide
  readonly b: AnalogySide
  readonly c: AnalogySide
  /** One to five, nearest first, at most one an identity; A, B and C are left out. */
  readonly found: readonly AnalogyMatch[]
  /** What C alone gives among the same candidates: the one nearest to F(C). */
  readonly plain: AnalogyMatch
  /** How much nearer to t the first answer is than `plain`: 0 where A and B change nothing. */
  readonly gain: number
  /** Identities that could have been the answer. */
  readonly candidates: number
}

export interface AnalogyApi {
  /** A is to B as C is to what? */
  analogy(request: AnalogyRequest): Promise<AnalogyAnswer>
}

export const ANALOGIES: Methods<AnalogyApi> = { analogy: z.tuple([analogyRequest]) }
