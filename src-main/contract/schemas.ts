import { z } from 'zod'
import { PROFILES, type OwnProfile } from './pictures.ts'

export const idSchema = z.string().regex(/^[0-9a-f]{32}$/)
export const ownProfileSchema = z.custom<OwnProfile>(
  (id) => typeof id === 'string' && /^own-[0-9a-f]{4,32}$/.test(id),
  'No profile has this id.',
)
export const profileSchema = z.union([z.enum(PROFILES), ownProfileSchema])
export const boxSchema = z.strictObject({
  x: z.number().finite(),
  y: z.number().finite(),
  width: z.number().positive(),
  height: z.number().positive(),
})

const distance = z.number().min(0).max(2)
const rates = z.object({ distance, fmr: z.number().min(0).max(1), fnmr: z.number().min(0).max(1) })
const histogram = z.object({
  low: z.number().finite(),
  width: z.number().positive(),
  counts: z.array(z.number().min(0)).max(10_000).readonly(),
})
/** A Calibration but for whose it is. */
export const calibrationFields = {
  thresholds: z
    .object({ same: distance, different: distance, known: distance })
    .refine(({ same, different }) => same <= different, 'same is at most different'),
  rates: z.object({ same: rates, different: rates, known: rates }),
  genuine: histogram,
  impostor: histogram,
  genuinePairs: z.number().int().positive(),
  impostorPairs: z.number().int().positive(),
  source: z.object({
    data: z.string().max(2000),
    identities: z.number().int().positive(),
    pictures: z.number().int().positive(),
    command: z.string().max(2000),
  }),
}
export const nameSchema = z
  .string()
  .transform((text) => text.normalize('NFC').trim())
  .pipe(z.string().min(1).max(400))
  .refine((text) => [...text].length <= 200 && !text.includes('\0'), 'A name has 1 to 200 characters.')
  // A lone half of a surrogate pair has no UTF-8, so it cannot be stored as it is.
  .refine((text) => !/\p{Surrogate}/u.test(text), 'A name is valid Unicode text.')
