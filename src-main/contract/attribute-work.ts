import type { Profile } from './pictures.ts'

/**
 * What is asked of the process that learns: a head for one attribute. Tables: 'photos' N × F, raw features, and 'embeddings'
 * N × D, of unit length, by the shipped model; they stay filled for the next attribute.
 */
export interface AttributeWork {
  /** Of the model's files, made anew. */
  readonly folder: string
  readonly profile: Profile
  /** Id of the shipped model that made the features. */
  readonly base: string
  /** Lengths of the parts of a row of features. */
  readonly parts: readonly number[]
  /** N: value of each picture, 0…classes − 1; −1 where it is not known. */
  readonly labels: Int32Array
  readonly classes: number
  /** N: 1 for a picture that is measured on and not learned from. */
  readonly held: Uint8Array
  readonly seed: number
}

/** What was measured on the held-out pictures, by the shipped embedding and by the head. */
export interface AttributeNumbers {
  readonly dimensions: number
  /** Held-out pictures whose nearest learned picture has their value. */
  readonly right: { readonly before: number; readonly after: number }
  readonly trials: number
  /** ‖a − b‖, 0…2, of pairs of held-out pictures of one value, and of two; of very many some are drawn. */
  readonly genuine: { readonly before: Float32Array; readonly after: Float32Array }
  readonly impostor: { readonly before: Float32Array; readonly after: Float32Array }
}
