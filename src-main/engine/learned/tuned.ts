import { AppError } from '../../contract/errors.ts'
import type { Crop, OwnFeatures } from '../features.ts'
import type { Tuned } from '../fine-tuning/tuned-file.ts'
import type { LoadedProfile } from '../model.ts'

/** Mean cosine of what two unlike crops give; above it the network gives the same to everything. */
const ALIKE = 0.9999

/**
 * The profile's network with the weights of a fine-tuned model, tried on two crops of noise.
 * @throws AppError model-missing when it was made from other weights, gives no numbers, or the same to both
 */
export function tunedFeatures(id: string, { parent, weights }: Tuned, profile: LoadedProfile): OwnFeatures {
  const unusable = (why: string) =>
    new AppError('model-missing', `The learned model ${id} cannot be used: ${why}. Roll back to the model before it.`)
  if (parent !== profile.model.sha256) throw unusable(`it was made from other weights than ${profile.model.id}`)
  const features = profile.tuned(weights)
  const noise = (seed: number): Crop =>
    Uint8Array.from({ length: profile.side ** 2 * 3 }, (_, i) => 127 + 127 * Math.sin(seed * (i + 1) ** 1.5))
  const [pair] = features([[noise(1), noise(2)]])
  const [a, b] = pair!
  const cosine = a.reduce((sum, value, d) => sum + value * b[d]!, 0) / (Math.hypot(...a) * Math.hypot(...b))
  if (Number.isFinite(cosine) && cosine <= ALIKE) return features
  features.dispose()
  throw unusable(Number.isFinite(cosine) ? 'its network gives the same to everything' : 'its network gives no numbers')
}
