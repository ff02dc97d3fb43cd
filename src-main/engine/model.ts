import { AppError } from '../contract/errors.ts'
import type { FeaturesRequest, LookFound, LookRequest, PictureFeatures } from '../contract/engine-api.ts'
import type { ModelFact, Profile } from '../contract/types.ts'
import type { Picture } from './picture/decode.ts'
import type { Features, OwnFeatures } from './features.ts'
import type { Measures } from './quality.ts'
import { network, type ModelFolder, type Weight } from './weights.ts'

/** Raw features (F values, as in PictureFeatures) to an embedding of unit length, in place of the profile's own. */
export type Head = (features: Float32Array) => Float32Array

/** A learned model in place of the profile's own. */
export interface Applied {
  readonly apply: Head
  /** The profile's network with other weights, as `LoadedProfile.tuned` gives it; the shipped one otherwise. */
  readonly features?: Features | undefined
}

/** A profile whose networks are in memory. */
export interface LoadedProfile {
  readonly model: ModelFact
  /** Everything found, best first; embedded by `model` where it is given. @throws AppError 'wrong-use' for a box outside the picture */
  look(picture: Picture, request: Pick<LookRequest, 'box' | 'drawn' | 'keep'>, model?: Applied): Promise<LookFound[]>
  /** Raw features of everything found, best first, and of `views` random views of each, which `key` decides. */
  features(
    picture: Picture,
    request: Pick<FeaturesRequest, 'box' | 'drawn' | 'views'> & { readonly key: string },
  ): Promise<Pick<PictureFeatures, 'parts' | 'found'>>
  /** Of the square crop that the network is given, in pixels. */
  readonly side: number
  /** What the network is given of everything found, best first: side × side × 3 each. */
  crops(picture: Picture, request: Pick<FeaturesRequest, 'box' | 'drawn'>): Promise<Uint8Array[]>
  /** The profile's network with some of its weights in other values. @throws AppError model-missing */
  tuned(changed: ReadonlyMap<string, Weight>): OwnFeatures
  /** The figures behind the quality checks, for measuring their limits. */
  measure(picture: Picture): Promise<Measures[]>
  /** Runs every network once: the first run is slow. */
  warm(): void
}

/**
 * What is known of a profile's model. Its id names profile, network, weights and preprocessing, so that embeddings made in
 * two different ways never meet.
 */
export function modelFact(profile: Profile, name: string, folder: ModelFolder, preprocessing: number): ModelFact {
  const { input, dimensions, parameters, source } = network(folder, name)
  const sha256 = folder.files.get(`${name}.bin`)
  if (!sha256 || !dimensions)
    throw new AppError(
      'model-missing',
      `The manifest of the ${profile} model is incomplete. Setting the app up again restores it.`,
    )
  return {
    id: `${profile}-${name}-${sha256.slice(0, 8)}-p${preprocessing}`,
    profile,
    network: name,
    dimensions,
    parameters,
    input: `${input.width} × ${input.height} × ${input.channels}`,
    source: `${source.upstream}, from ${source.registry} ${source.name} ${source.version}`,
    licence: source.licence,
    sha256,
  }
}
