import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Gallery } from '../../db/gallery.ts'
import { enrol, newGallery } from './fixture.ts'

/** What a user sees: names, and which samples belong together. */
function seen(gallery: Gallery) {
  return [...gallery.identities()]
    .map(({ id, name, samples, cover }) => ({
      id,
      name,
      samples,
      cover,
      all: gallery.samplesOf(id).map((sample) => sample.id),
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

type Step =
  | { kind: 'rename'; at: number; name: string }
  | { kind: 'move'; at: number; to: number }
  | { kind: 'move-out'; at: number; name: string }
  | { kind: 'merge'; at: number; to: number }
  | { kind: 'delete-sample'; at: number }
  | { kind: 'delete-identity'; at: number }

const at = fc.nat(1000)
const name = fc.string({ minLength: 1, maxLength: 5 })
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('rename' as const), at, name }),
    fc.record({ kind: fc.constant('move' as const), at, to: at }),
    fc.record({ kind: fc.constant('move-out' as const), at, name }),
    fc.record({ kind: fc.constant('merge' as const), at, to: at }),
    fc.record({ kind: fc.constant('delete-sample' as const), at }),
    fc.record({ kind: fc.constant('delete-identity' as const), at }),
  ),
  { maxLength: 14 },
)

/** Takes the step if there is something to take it on. */
function take(gallery: Gallery, step: Step): void {
  const identities = [...gallery.identities()].sort((a, b) => (a.id < b.id ? -1 : 1))
  const samples = identities.flatMap(({ id }) => gallery.samplesOf(id))
  const identity = identities[step.at % identities.length]
  const sample = samples[step.at % samples.length]
  switch (step.kind) {
    case 'rename':
      if (identity) gallery.rename(identity.id, step.name)
      break
    case 'move': {
      const target = identities[step.to % identities.length]
      if (sample && target) gallery.moveSample(sample.id, { identityId: target.id })
      break
    }
    case 'move-out':
      if (sample) gallery.moveSample(sample.id, { name: step.name })
      break
    case 'merge': {
      const target = identities[step.to % identities.length]
      if (identity && target && identity.id !== target.id) gallery.merge(identity.id, target.id)
      break
    }
    case 'delete-sample':
      if (sample) gallery.deleteSample(sample.id)
      break
    case 'delete-identity':
      if (identity) gallery.deleteIdentity(identity.id)
      break
  }
}

describe('undo', () => {
  it('walks back through any sequence of changes, each step to the state before it', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const gallery = newGallery()
        const ada = enrol(gallery, { name: 'Ada' }).identity
        enrol(gallery, { identityId: ada.id })
        const bob = enrol(gallery, { name: 'Bob' }).identity
        enrol(gallery, { identityId: bob.id })
        enrol(gallery, { name: 'Eve' })
        const states = [seen(gallery)]
        for (const step of sequence) {
          const before = JSON.stringify(seen(gallery))
          take(gallery, step)
          const after = seen(gallery)
          if (JSON.stringify(after) !== before) states.push(after)
        }
        for (let back = states.length - 2; back >= 0; back--) {
          gallery.undo()
          expect(seen(gallery)).toEqual(states[back])
        }
        expect(gallery.undoable()).toBeUndefined()
      }),
      { numRuns: 40 },
    )
  })

  it('says in words what it would take back', () => {
    const gallery = newGallery()
    const ada = enrol(gallery, { name: 'Ada' })
    const bob = enrol(gallery, { name: 'Bob' })
    gallery.rename(ada.identity.id, 'Ida')
    expect(gallery.undoable()?.label).toBe('rename of Ada to Ida')
    gallery.moveSample(ada.sample.id, { identityId: bob.identity.id })
    expect(gallery.undoable()?.label).toBe('move of a sample from Ida to Bob')
    gallery.merge(ada.identity.id, bob.identity.id)
    expect(gallery.undoable()?.label).toBe('merge of Ida into Bob')
    gallery.deleteSample(ada.sample.id)
    expect(gallery.undoable()?.label).toBe('deletion of a sample of Bob')
    gallery.deleteIdentity(bob.identity.id)
    expect(gallery.undoable()?.label).toBe('deletion of Bob')
  })

  it('keeps an identity that a taken-back move had made, once something else was enrolled there', () => {
    const gallery = newGallery()
    const { sample } = enrol(gallery, { name: 'Ada' })
    const made = gallery.moveSample(sample.id, { name: 'Ida' }).identity
    const later = enrol(gallery, { identityId: made.id })
    gallery.undo()
    expect(gallery.samplesOf(made.id).map(({ id }) => id)).toEqual([later.sample.id])
  })
})
