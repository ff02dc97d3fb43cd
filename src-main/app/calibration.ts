import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../contract/errors.ts'
import { PROFILES, type Calibration, type Profile } from '../contract/types.ts'

const distance = z.number().min(0).max(2)
const rates = z.object({ distance, fmr: z.number().min(0).max(1), fnmr: z.number().min(0).max(1) })
const histogram = z.object({ low: z.number(), width: z.number().positive(), counts: z.array(z.number().min(0)) })
const schema: z.ZodType<Calibration> = z.object({
  profile: z.enum(PROFILES),
  model: z.string().min(1),
  thresholds: z
    .object({ same: distance, different: distance, known: distance })
    .refine(({ same, different }) => same <= different, 'same is at most different'),
  rates: z.object({ same: rates, different: rates, known: rates }),
  genuine: histogram,
  impostor: histogram,
  genuinePairs: z.number().int().positive(),
  impostorPairs: z.number().int().positive(),
  source: z.object({
    data: z.string(),
    identities: z.number().int().positive(),
    pictures: z.number().int().positive(),
    command: z.string(),
  }),
})

/** Thresholds and histograms as they were measured, for the model that made an embedding. */
export type Calibrations = (profile: Profile, model: string) => Promise<Calibration>

/** Reads each profile's file once. @throws AppError model-missing when it is missing, malformed, or of another model */
export function createCalibrations(resources: string): Calibrations {
  const read = new Map<Profile, Promise<Calibration>>()
  return async (profile, model) => {
    let reading = read.get(profile)
    if (!reading) {
      reading = readCalibration(resources, profile)
      read.set(profile, reading)
      // A file that is measured while the core runs is found at the next request.
      reading.catch(() => read.delete(profile))
    }
    const calibration = await reading
    if (calibration.model !== model || calibration.profile !== profile)
      throw unmeasured(profile, `belong to the model "${calibration.model}", and "${model}" runs`)
    return calibration
  }
}

async function readCalibration(resources: string, profile: Profile): Promise<Calibration> {
  let text: string
  try {
    text = await readFile(join(resources, 'models', profile, 'calibration.json'), 'utf8')
  } catch {
    throw unmeasured(profile, 'are not measured')
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (error) {
    throw unmeasured(profile, 'cannot be read', error)
  }
}

const unmeasured = (profile: Profile, what: string, cause?: unknown) =>
  new AppError(
    'model-missing',
    `The thresholds of the ${profile} profile ${what}. "npm run bench -- calibrate" measures them.`,
    { cause },
  )
