import { z } from 'zod'
import { PROFILES } from './types.ts'

/** settings.json in the data folder; unknown keys are dropped, missing ones take their default. */
export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** What an enrolled sample keeps of its picture. */
  keep: z.enum(['original', 'crop']).default('crop'),
  profile: z.enum(PROFILES).default('face'),
  /** How many candidates an identification lists. */
  candidates: z.number().int().min(1).max(20).default(5),
  /** The camera is reachable only while this is on. */
  camera: z.boolean().default(false),
})
export type Settings = z.infer<typeof settingsSchema>
