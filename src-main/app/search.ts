import type { Gallery, StoredModel } from '../../db/gallery.ts'
import type { Match, Profile } from '../contract/types.ts'
import { createModelIndex, type ModelIndex } from './model-index.ts'

export interface Search {
  /** Brings the indexes into line with the gallery for these samples, whatever happened to them. */
  update(sampleIds: Iterable<string>): void
  /** After another model went live for a profile: its embeddings are read, those of the others let go. */
  switched(profile: Profile): void
  nearest(model: string, probe: Float32Array, k: number): Match[]
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
    return live ? live.model === id : !gallery.isLearned(id)
  }
  for (const model of gallery.models()) if (isLive(model)) open(model)

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
    nearest(model, probe, k) {
      const known = indexes.get(model)
      if (known) return known.nearest(probe, k)
      const stored = gallery.models().find(({ id }) => id === model)
      return stored ? open(stored).nearest(probe, k) : []
    },
  }
}
