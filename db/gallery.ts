import { dirname, join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import type { Box, Identity, OwnProfile, Profile, Sample } from '../src-main/contract/types.ts'
import { openAttributes } from './attributes.ts'
import { openBallast } from './ballast.ts'
import { openEmbeddings } from './embeddings.ts'
import { countDeleted, eraseDeleted, type Erased } from './erase.ts'
import { eraseProfile } from './erase-profile.ts'
import { openEvents, type Inverse } from './events.ts'
import { openIdentities } from './identities.ts'
import { openLinks } from './links.ts'
import { openModels } from './models.ts'
import { openNotices } from './notices.ts'
import { newId, openDatabase } from './open.ts'
import { openProfiles } from './profiles.ts'
import { openQuarantine } from './quarantine.ts'
import { openSamples, type NewSample } from './samples.ts'
import { createSeal, SealError, type Seal } from './seal.ts'
import { guarded } from './sqlite-error.ts'
import { movedBy, takeBack } from './take-back.ts'

export type { NewSample } from './samples.ts'
export type { Link } from './links.ts'
export type { StoredModel } from './embeddings.ts'
export type { ModelFacts, NewLearned, Prototype, StoredLearned } from './models.ts'

export type Target = { readonly name: string } | { readonly identityId: string }

/** A gallery file that is open but still sealed. */
export interface GalleryFile {
  readonly id: string
  /** Whether it was opened with a key before: then only that key opens it. */
  readonly keyed: boolean
  /** @throws AppError key-missing when the key is another one; nothing is written then */
  open(key: Uint8Array): Gallery
  close(): void
}

export type Gallery = ReturnType<typeof createGallery>

/** @throws AppError as `openDatabase` */
export function openGalleryFile(path: string): GalleryFile {
  const db = openDatabase(path)
  const row = db.prepare<[], { id: string; key_check: Buffer | null }>('SELECT id, key_check FROM gallery').get()
  if (!row) {
    db.close()
    throw new AppError('gallery-damaged', 'The gallery file lacks its own entry. It is left as it is: restore a copy.')
  }
  return guarded({
    id: row.id,
    keyed: row.key_check !== null,
    open(key: Uint8Array) {
      const seal = createSeal(key)
      const place = { table: 'gallery', row: row.id, column: 'key_check' }
      if (row.key_check) {
        try {
          seal.open(place, row.key_check)
        } catch (error) {
          if (!(error instanceof SealError)) throw error
          throw new AppError(
            'key-missing',
            'The key that was found does not open this gallery. Put its own key back.',
            { cause: error },
          )
        }
      } else db.prepare('UPDATE gallery SET key_check = ?').run(seal.seal(place, row.id))
      return createGallery(db, path, seal)
    },
    close: () => void db.close(),
  })
}

function createGallery(db: Database, path: string, seal: Seal) {
  const notices = openNotices()
  const identities = openIdentities(db, seal, notices)
  const samples = openSamples(db, seal, notices)
  const embeddings = openEmbeddings(db, seal, notices)
  const profiles = openProfiles(db, seal, notices)
  const models = openModels(db, seal, embeddings, profiles, notices)
  const links = openLinks(db, seal, notices)
  const attributes = openAttributes(db, seal, notices)
  const events = openEvents(db, seal, notices)
  const quarantine = openQuarantine(db, seal, notices)
  const ballast = openBallast(join(dirname(path), 'ballast'), db)
  const deleted = countDeleted(db)

  /** One transaction; what it names as changed is read again only once it is committed. */
  function commit<T extends { changed: readonly string[] }>(write: (now: number) => T): T {
    const result = db.transaction(() => write(Date.now())).immediate()
    identities.refresh(result.changed)
    return result
  }

  function resolve(to: Target, profile: Profile, now: number): { id: string; made: boolean } {
    if ('name' in to) return { id: identities.insert(to.name, profile, now), made: true }
    const identity = identities.get(to.identityId)
    if (identity.profile !== profile) throw mismatch()
    return { id: identity.id, made: false }
  }

  /** Answers only after the commit is on the disk (synchronous=FULL). */
  function enrol(
    to: Target,
    profile: Profile,
    model: string,
    vector: Float32Array,
    sample: NewSample,
  ): { identity: Identity; sample: Sample } {
    const { id, sampleId } = commit((now) => {
      profiles.mustExist(profile)
      const { id } = resolve(to, profile, now)
      const sampleId = samples.insert(id, sample, now)
      embeddings.insert(sampleId, profile, model, vector, now)
      identities.touch(id, now)
      return { id, sampleId, changed: [id] }
    })
    return { identity: identities.get(id), sample: samples.get(sampleId) }
  }

  function rename(id: string, name: string): Identity {
    const before = identities.get(id)
    if (before.name === name) return before
    commit((now) => {
      identities.setName(id, name, now)
      events.record(`rename of ${before.name} to ${name}`, { kind: 'rename', identity: id, name: before.name }, now)
      return { changed: [id] }
    })
    return identities.get(id)
  }

  function merge(from: string, into: string): { identity: Identity; samples: readonly string[] } {
    const source = identities.get(from)
    const target = identities.get(into)
    if (from === into) throw new AppError('wrong-use', 'An identity is merged with another one, not with itself.')
    if (source.profile !== target.profile) throw mismatch()
    const moved = samples.idsOf(from)
    const answers = links.idsOf(from)
    commit((now) => {
      for (const link of answers) links.setIdentity(link, into)
      models.alsoTrainedOn(from, into)
      for (const id of moved) samples.setIdentity(id, into)
      identities.setDeleted(from, now, now)
      identities.touch(into, now)
      const inverse: Inverse = { kind: 'merge', from, into, samples: moved, links: answers }
      events.record(`merge of ${source.name} into ${target.name}`, inverse, now)
      return { changed: [from, into] }
    })
    return { identity: identities.get(into), samples: moved }
  }

  function moveSample(sampleId: string, to: Target): { identity: Identity; samples: readonly string[] } {
    const sample = samples.get(sampleId)
    const from = identities.get(sample.identityId)
    if ('identityId' in to && to.identityId === from.id) return { identity: from, samples: [] }
    const { id } = commit((now) => {
      const { id, made } = resolve(to, from.profile, now)
      samples.setIdentity(sampleId, id)
      for (const touched of [id, from.id]) identities.touch(touched, now)
      const target = 'name' in to ? to.name : identities.get(id).name
      const inverse: Inverse = { kind: 'move', sample: sampleId, from: from.id, to: id, made }
      events.record(`move of a sample from ${from.name} to ${target}`, inverse, now)
      return { id, changed: [id, from.id] }
    })
    return { identity: identities.get(id), samples: [sampleId] }
  }

  function deleteSample(sampleId: string): { samples: readonly string[] } {
    const { identityId } = samples.get(sampleId)
    const { name } = identities.get(identityId)
    ballast.spend(() =>
      commit((now) => {
        samples.setDeleted(sampleId, now)
        identities.touch(identityId, now)
        const inverse: Inverse = { kind: 'delete-sample', sample: sampleId, identity: identityId }
        events.record(`deletion of a sample of ${name}`, inverse, now)
        return { changed: [identityId] }
      }),
    )
    return { samples: [sampleId] }
  }

  function deleteIdentity(id: string): { samples: readonly string[] } {
    const { name } = identities.get(id)
    const gone = samples.idsOf(id)
    ballast.spend(() =>
      commit((now) => {
        identities.setDeleted(id, now, now)
        events.record(`deletion of ${name}`, { kind: 'delete-identity', identity: id }, now)
        return { changed: [id] }
      }),
    )
    return { samples: gone }
  }

  /** "What lies in this box of this picture is this identity", or is not. @returns its id, for `removeLink` */
  function link(shows: boolean, sha256: string, box: Box, identityId: string): string {
    const { name } = identities.get(identityId)
    const id = newId()
    commit((now) => {
      links.insert({ id, sha256, box, identityId, at: now, shows })
      const answer = shows ? `answer that a picture shows ${name}` : `answer that a picture does not show ${name}`
      events.record(answer, inverseOf(id, identityId), now, id)
      return { changed: [] }
    })
    return id
  }

  function removeLink(id: string): void {
    commit((now) => {
      links.remove(id)
      events.setUndoneById(id, now)
      return { changed: [] }
    })
  }

  function undo(): { label: string; samples: readonly string[] } {
    const event = events.last()
    if (!event) throw new AppError('nothing-to-undo', 'There is nothing to take back.')
    const { changed } = commit((now) => {
      events.setUndone(event.seq, now)
      return { changed: takeBack({ identities, samples, links }, event.inverse, now) }
    })
    return { label: event.label, samples: [...movedBy(event.inverse), ...changed.flatMap((id) => samples.idsOf(id))] }
  }

  function emptyDeleted(): Erased {
    const gone = ballast.spend(() => eraseDeleted(db, path, events, models))
    ballast.make()
    return gone
  }

  return guarded({
    identities: identities.all,
    findIdentity: identities.find,
    identity: identities.get,
    sample: samples.get,
    samplesOf: samples.ofIdentity,
    samplesOfSource: samples.ofSource,
    /** The identity a sample belongs to; undefined when either is deleted or set aside. */
    ownerOf(sampleId: string): string | undefined {
      const id = samples.owner(sampleId)
      return id === undefined ? undefined : identities.find(id)?.id
    },
    thumbnail: samples.thumbnail,
    kept: samples.kept,
    storedSample: samples.stored,
    models: embeddings.models,
    eachEmbedding: embeddings.each,
    embedding: embeddings.get,
    profiles: profiles.all,
    profile: profiles.find,
    isDeletedProfile: profiles.isDeleted,
    mustHaveProfile: profiles.mustExist,
    /** For good: a profile has no undo. */
    deleteProfile: (profile: OwnProfile) =>
      ballast.spend(() => eraseProfile(db, path, profile, { events, profiles, models, identities })),
    learned: models.learned,
    learnedModel: models.learnedModel,
    isLearned: models.isLearned,
    isDiscarded: models.isDiscarded,
    thresholdsOf: (model: string) => models.thresholdsOf(model) ?? attributes.thresholdsOf(model),
    everLive: models.everLive,
    live: models.live,
    beforeLive: models.beforeLive,
    missingEmbeddings: models.missingEmbeddings,
    registerModel: models.register,
    addEmbeddings: models.addEmbeddings,
    switchModel: models.switchTo,
    keepModel: models.keepModel,
    discardModel: models.discardModel,
    prototypes: models.prototypes,
    cannotLink: (sha256: string, box: Box, identityId: string) => link(false, sha256, box, identityId),
    mustLink: (sha256: string, box: Box, identityId: string) => link(true, sha256, box, identityId),
    removeLink,
    cannotLinksOf: links.refusedOfSource,
    links: links.ofProfile,
    enrol,
    rename,
    merge,
    moveSample,
    deleteSample,
    deleteIdentity,
    undo,
    undoable: events.undoable,
    emptyDeleted,
    deletedCount: deleted,
    quarantine: guarded(quarantine),
    attributes: guarded(attributes),
    notices: notices.all,
    /** For values outside the file that must be as unreadable as those inside. */
    seal,
    close: () => void db.close(),
  })
}

const inverseOf = (link: string, identity: string): Inverse => ({ kind: 'cannot-link', link, identity })

const mismatch = () => new AppError('profile-mismatch', 'An identity belongs to one profile, and these are of two.')
