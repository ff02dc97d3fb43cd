import { z } from 'zod'
import { PROFILES } from './pictures.ts'

export const idSchema = z.string().regex(/^[0-9a-f]{32}$/)
export const profileSchema = z.enum(PROFILES)
export const boxSchema = z.strictObject({
  x: z.number().finite(),
  y: z.number().finite(),
  width: z.number().positive(),
  height: z.number().positive(),
})
export const nameSchema = z
  .string()
  .transform((text) => text.normalize('NFC').trim())
  .pipe(z.string().min(1).max(400))
  .refine((text) => [...text].length <= 200 && !text.includes('\0'), 'A name has 1 to 200 characters.')
  // A lone half of a surrogate pair has no UTF-8, so it cannot be stored as it is.
  .refine((text) => !/\p{Surrogate}/u.test(text), 'A name is valid Unicode text.')
