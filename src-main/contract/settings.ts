import { z } from 'zod'
import { profileSchema } from './schemas.ts'

const fields = {
  theme: z.enum(['system', 'light', 'dark']),
  /** What an enrolled sample keeps of its picture. */
  keep: z.enum(['original', 'crop']),
  profile: profileSchema,
  /** How many candidates an identification lists. */
  candidates: z.number().int().min(1).max(20),
  /** The camera is reachable only while this is on. */
  camera: z.boolean(),
}

/** settings.json in the data folder; unknown keys are dropped, missing ones take their default. */
export const settingsSchema = z.object({
  theme: fields.theme.default('system'),
  keep: fields.keep.default('crop'),
  profile: fields.profile.default('face'),
  candidates: fields.candidates.default(5),
  camera: fields.camera.default(false),
})
export type Settings = z.infer<typeof settingsSchema>

/** Some of the settings. It has no defaults: those would reset every setting that a change leaves out. */
export const settingsChange = z.strictObject(fields).partial()
