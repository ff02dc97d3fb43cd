import type { Gallery, StoredModel } from '../../db/gallery.ts'
import type { Match, Profile } from '../contract/types.ts'
import { createModelIndex, type ModelIndex } from './model-index.ts'

export interface Search {
  /** Brings the indexes into line with the gallery for these samples, whatever happened to them. */
  update(sampleIds: Iterable<string>): void
  /** After another model went live for a profile: its embeddings are read, those of the others let go. */
  switched(profile: Profile): void
  /** At most one an identity, nearest first; samples `without` are as if they were not there. */
  nearest(model: string, probe: Float32Array, k: number, without?: ReadonlySet<string>): Match[]
  /** D, unit length: what a sample is ranked by under a model; undefined for one that the model has no embedding of. */
  vector(model: string, sampleId: string): Float32Array | undefined
}

/**
 * One index a model; a model embeds for one profile. Reads every embedding of the live models at once, those of another when
 * it is asked about.
 */
export function createSearch(gallery: Gallery): Search {
  const indexes = new Map<string, ModelIndex & { readonly profile: Profile }>()

  function open(model: StoredModel): ModelIndex {
    const made = { ...createModelIndex(gallery, model), profile: model.profile }
    indexes.set(model.id, made)
    return made
  }

  function isLive({ id, profile }: StoredModel): boolean {
    const live = gallery.live(profile)
    return live ? live.model === id : !gallery.isLearned(id) && !gallery.attributes.isModel(id)
  }
  for (const model of gallery.models()) if (isLive(model)) open(model)

  function indexOf(model: string): ModelIndex | undefined {
    const stored = indexes.has(model) ? undefined : gallery.models().find(({ id }) => id === model)
    return stored ? open(stored) : indexes.get(model)
  }

  return {
    update(sampleIds) {
      const ids = [...sampleIds]
      for (const index of indexes.values()) index.update(ids)
    },
    switched(profile) {
      // Those of a profile that was removed are no longer among the gallery's models.
      for (const [id, index] of indexes) if (index.profile === profile) indexes.delete(id)
      for (const model of gallery.models()) if (model.profile === profile && isLive(model)) open(model)
    },
    nearest: (model, probe, k, without) => indexOf(model)?.nearest(probe, k, without) ?? [],
    vector: (model, sampleId) => indexOf(model)?.vector(sampleId),
  }
}
