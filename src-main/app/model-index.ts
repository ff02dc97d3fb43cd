import type { Gallery, Prototype, StoredModel } from '../../db/gallery.ts'
import type { Match } from '../contract/types.ts'
import { createIndex, distanceBetween, similarityAt } from './vector-index.ts'

export interface ModelIndex {
  update(sampleIds: readonly string[]): void
  /** Samples `without` are as if they were not there; a prototype is, once all that it stands for are left out. */
  nearest(probe: Float32Array, k: number, without?: ReadonlySet<string>): Match[]
  /** D, unit length: what a sample is ranked by, its embedding or the prototype in its place. */
  vector(sampleId: string): Float32Array | undefined
}

const rowOf = ({ identityId }: Prototype) => `prototype ${identityId}`

/**
 * What a model's identities are ranked by: their samples, and where a prototype stands for samples, the prototype in their
 * place. It stands for them as long as all of them are samples of its identity; samples enrolled later count beside it.
 */
export function createModelIndex(gallery: Gallery, model: StoredModel): ModelIndex {
  const index = createIndex(model.dimensions)
  const prototypes = new Map(gallery.prototypes(model).map((prototype) => [rowOf(prototype), prototype]))
  const coveredBy = new Map<string, Prototype>()
  for (const prototype of prototypes.values()) for (const sample of prototype.samples) coveredBy.set(sample, prototype)

  function put(sampleId: string): void {
    const owner = gallery.ownerOf(sampleId)
    if (owner === undefined) index.remove(sampleId)
    else if (index.has(sampleId)) index.setOwner(sampleId, owner)
    else {
      const vector = gallery.embedding(sampleId, model)
      if (vector) index.add(sampleId, owner, vector)
    }
  }

  function place(prototype: Prototype): void {
    const { identityId, samples, vector } = prototype
    const stands = samples.length > 0 && samples.every((sample) => gallery.ownerOf(sample) === identityId)
    if (stands) {
      for (const sample of samples) index.remove(sample)
      index.add(rowOf(prototype), identityId, vector)
    } else {
      index.remove(rowOf(prototype))
      samples.forEach(put)
    }
  }

  gallery.eachEmbedding(model, (sampleId, identityId, vector) => {
    if (!coveredBy.has(sampleId) && gallery.findIdentity(identityId)) index.add(sampleId, identityId, vector)
  })
  for (const prototype of prototypes.values()) place(prototype)

  /** Of the samples that a prototype stands for, the one nearest to the probe: a match shows a picture. */
  function nearestOf(samples: readonly string[], probe: Float32Array): string {
    let best = samples[0]!
    let least = Infinity
    for (const sample of samples.length > 1 ? samples : []) {
      const vector = gallery.embedding(sample, model)
      const distance = vector ? distanceBetween(probe, vector) : Infinity
      if (distance < least) [best, least] = [sample, distance]
    }
    return best
  }

  function withPrototypes(without: ReadonlySet<string>): ReadonlySet<string> {
    const whole = [...prototypes.values()].filter(({ samples }) => samples.every((sample) => without.has(sample)))
    return new Set([...without, ...whole.map(rowOf)])
  }

  return {
    update(sampleIds) {
      const changed = new Set<Prototype>()
      for (const sampleId of sampleIds) {
        const prototype = coveredBy.get(sampleId)
        if (prototype) changed.add(prototype)
        else put(sampleId)
      }
      changed.forEach(place)
    },
    vector(sampleId) {
      const prototype = coveredBy.get(sampleId)
      return index.vector(sampleId) ?? (prototype && index.vector(rowOf(prototype)))
    },
    nearest: (probe, k, without) =>
      index.nearest(probe, k, without && withPrototypes(without)).map(({ identityId, sampleId: row }) => {
        const distance = distanceBetween(probe, index.vector(row)!)
        const { name } = gallery.identity(identityId)
        const prototype = prototypes.get(row)
        const shown = prototype?.samples.filter((sample) => !without?.has(sample))
        const sampleId = shown ? nearestOf(shown, probe) : row
        return { identityId, name, sampleId, distance, similarity: similarityAt(distance) }
      }),
  }
}
