import { trusted, type Methods } from './call.ts'
import type { Box, EngineState, Encoded, Found, Profile } from './types.ts'

/** Where a picture's bytes are. The engine opens a path itself, once, and hashes the bytes it decodes. */
export type Source = { readonly path: string } | { readonly name: string; readonly bytes: Uint8Array }

export interface LookRequest {
  readonly source: Source
  readonly profile: Profile
  /** Look at this box alone (drawn by hand, or one found before); without it the detector looks at the whole picture. */
  readonly box?: Box | undefined
  readonly drawn?: boolean | undefined
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

export interface RenderRequest {
  readonly source: Source
  readonly box?: Box | undefined
  /** Longest side in pixels of the answer; never enlarged. */
  readonly size: number
}

/** What the core may ask of the engine. The engine computes; it never writes the gallery. */
export interface EngineApi {
  state(): Promise<EngineState>
  look(request: LookRequest): Promise<Look>
  /** The upright picture, or a box of it, as WebP without metadata. */
  render(request: RenderRequest): Promise<Encoded>
}

export const ENGINE: Methods<EngineApi> = {
  state: trusted<Parameters<EngineApi['state']>>(),
  look: trusted<Parameters<EngineApi['look']>>(),
  render: trusted<Parameters<EngineApi['render']>>(),
}
