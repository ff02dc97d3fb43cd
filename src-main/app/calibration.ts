import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { noProfile } from '../../db/profiles.ts'
import { AppError } from '../contract/errors.ts'
import { calibrationFields, profileSchema } from '../contract/schemas.ts'
import { isOwn, type Calibration, type Profile, type ShippedProfile } from '../contract/types.ts'

const schema: z.ZodType<Calibration> = z.object({
  profile: profileSchema,
  model: z.string().min(1),
  ...calibrationFields,
})

/** Thresholds and histograms as they were measured, for the model that made an embedding. */
export type Calibrations = (profile: Profile, model: string) => Promise<Calibration>

/** The thresholds that came with a learned model; undefined for a shipped one. */
type Learned = (model: string) => Calibration | undefined

/**
 * A learned model brings its own; of a shipped one the profile's file is read once.
 * @throws AppError model-missing when the file is missing, malformed, or of another model
 */
export function createCalibrations(resources: string, learned: Learned = () => undefined): Calibrations {
  const read = new Map<ShippedProfile, Promise<Calibration>>()
  return async (profile, model) => {
    const own = learned(model)
    if (own) return own
    if (isOwn(profile)) throw noProfile()
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

async function readCalibration(resources: string, profile: ShippedProfile): Promise<Calibration> {
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
