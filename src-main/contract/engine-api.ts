import { trusted, type Methods } from './call.ts'
import type { LossFact } from './learning.ts'
import type { Box, EngineState, Encoded, Found, ModelFact, Profile } from './types.ts'

/** Where a picture's bytes are. The engine opens a path itself, once, and hashes the bytes it decodes. */
export type Source = { readonly path: string } | { readonly name: string; readonly bytes: Uint8Array }

export interface LookRequest {
  readonly source: Source
  readonly profile: Profile
  /** Look at this box alone (drawn by hand, or one found before); without it the detector looks at the whole picture. */
  readonly box?: Box | undefined
  readonly drawn?: boolean | undefined
  /** A learned model of the profile, by its id; without it the shipped one. */
  readonly model?: string | undefined
  /** Also return what enrolment keeps. */
  readonly keep?: 'original' | 'crop' | undefined
}

export interface LookFound extends Found {
  /** Five points (left eye, right eye, nose, left and right corner of the mouth), x then y, in pixels; faces only. */
  readonly points?: readonly number[]
  /** D, unit length. */
  readonly embedding: Float32Array
  /** 192-pixel square WebP of the aligned or cropped face or object, without metadata; only when asked to keep something. */
  readonly thumbnail?: Uint8Array
  /** The crop with some margin, at most 1024 pixels, JPEG without metadata; only when asked to keep 'crop'. */
  readonly crop?: Uint8Array
}

export interface Look {
  readonly name: string
  readonly width: number
  readonly height: number
  /** Of the bytes that were decoded, hex. */
  readonly sha256: string
  /** Id of the model that made the embeddings. */
  readonly model: string
  /** Best first: faces by area less twice the squared distance to the centre; the object profile finds exactly one. */
  readonly found: readonly LookFound[]
  /** The file's bytes as they are; only when asked to keep 'original'. */
  readonly original?: Uint8Array
}

/** The crop that a sample keeps: the box grown about its centre, cut at the picture's edges, reduced to `side` pixels. */
export const KEPT_CROP = { side: 1024, faceRoom: 2 } as const

export interface RenderRequest {
  readonly source: Source
  readonly box?: Box | undefined
  /** Longest side in pixels of the answer; never enlarged. */
  readonly size: number
}

export interface FeaturesRequest {
  readonly source: Source
  readonly profile: Profile
  /** As in a look: without it the whole picture of the object profile, every face of the face profile. */
  readonly box?: Box | undefined
  readonly drawn?: boolean | undefined
  /** Random views of each thing that is found, 0 to 64. */
  readonly views: number
  /** With the picture's bytes and the box it decides the views: the same request gives the same numbers. */
  readonly seed: number
}

/** Features of the frozen backbone: what heads learn from and are applied to. */
export interface FoundFeatures extends Found {
  /** F: `parts` of PictureFeatures one after the other, as the network gives them, not normalised. */
  readonly features: Float32Array
  /** views × F, row by row. */
  readonly views: Float32Array
  /** D, unit length, as a look gives it under the shipped model. */
  readonly embedding: Float32Array
}

export interface PictureFeatures {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly sha256: string
  /** Id of the shipped model that made `embedding`, and with it `features`. */
  readonly model: string
  /** Lengths of the parts that a row of features consists of; F is their sum. Object: network, colours. Face: network. */
  readonly parts: readonly number[]
  /** 64-bit difference hash of the upright picture, 16 hex digits; near-duplicates differ in few bits. */
  readonly hash: string
  readonly found: readonly FoundFeatures[]
}

export type CropsRequest = Pick<FeaturesRequest, 'source' | 'profile' | 'box' | 'drawn'>

/** What a profile's network is given of everything found in a picture, in the order of its features. */
export interface Crops {
  readonly sha256: string
  readonly side: number
  /** side × side × 3 each, 0…255. */
  readonly crops: readonly Uint8Array[]
}

export interface PixelsRequest {
  readonly source: Source
  readonly box?: Box | undefined
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/** What the core may ask of the engine. The engine computes; it never writes the gallery. */
export interface EngineApi {
  state(): Promise<EngineState>
  look(request: LookRequest): Promise<Look>
  /** The upright picture, or a box of it, as WebP without metadata. */
  render(request: RenderRequest): Promise<Encoded>
  /** Features of everything found in a picture and of random views of it; the object profile finds exactly one. */
  features(request: FeaturesRequest): Promise<PictureFeatures>
  /** Square crops of everything found, as the network takes them: what fine-tuning learns from. */
  crops(request: CropsRequest): Promise<Crops>
  /** Width and height of the upright picture, and whether it has no colours. */
  shape(request: { readonly source: Source }): Promise<{ width: number; height: number; grey: boolean }>
  /** The upright picture, or a box of it, stretched to height × width × channels, row by row. */
  pixels(request: PixelsRequest): Promise<Uint8Array>
  /**
   * Loads a learned model: every file must be the one its manifest names, and the embeddings it makes must be finite, of unit
   * length and unlike each other. @throws AppError model-missing
   */
  model(id: string): Promise<ModelFact>
  /** Losses that a network from scratch may be trained with. */
  losses(): Promise<readonly LossFact[]>
}

export const ENGINE: Methods<EngineApi> = {
  state: trusted<Parameters<EngineApi['state']>>(),
  look: trusted<Parameters<EngineApi['look']>>(),
  render: trusted<Parameters<EngineApi['render']>>(),
  features: trusted<Parameters<EngineApi['features']>>(),
  crops: trusted<Parameters<EngineApi['crops']>>(),
  shape: trusted<Parameters<EngineApi['shape']>>(),
  pixels: trusted<Parameters<EngineApi['pixels']>>(),
  model: trusted<Parameters<EngineApi['model']>>(),
  losses: trusted<Parameters<EngineApi['losses']>>(),
}
