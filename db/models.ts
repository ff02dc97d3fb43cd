import type { Database } from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import {
  isOwn,
  type Calibration,
  type Comparison,
  type LearnedModel,
  type ModelDetail,
  type Profile,
} from '../src-main/contract/types.ts'
import type { Embeddings } from './embeddings.ts'
import type { Notices } from './notices.ts'
import type { Profiles } from './profiles.ts'
import type { Seal } from './seal.ts'

/** What is kept sealed of a learned model. */
export interface ModelFacts extends Pick<
  ModelDetail,
  'title' | 'parent' | 'run' | 'recipe' | 'config' | 'chosen' | 'backend' | 'data' | 'comparison' | 'bytes' | 'sha256'
> {
  /** Came from a file, not from a run of this gallery. */
  readonly imported?: true
  readonly calibration: Calibration
}

export interface StoredLearned {
  readonly id: string
  readonly profile: Profile
  readonly kind: Exclude<LearnedModel['kind'], 'shipped'>
  readonly dimensions: number
  readonly createdAt: number
  readonly keptAt: number | null
  readonly discardedAt: number | null
  readonly trainedOn: readonly string[]
  /** Identities it was trained on that have been erased since. */
  readonly erased: number
  readonly facts: ModelFacts
}

/** The direction that stands for an identity under one model, made from exactly these samples of it (and from unlabelled photos). */
export interface Prototype {
  readonly identityId: string
  /** D, unit length. */
  readonly vector: Float32Array
  readonly samples: readonly string[]
}

export type NewLearned = Pick<StoredLearned, 'id' | 'profile' | 'kind' | 'dimensions' | 'facts' | 'trainedOn'> & {
  readonly prototypes: readonly Prototype[]
  /** Of an own profile: where there is none of this id yet it is made with this name, and the model is live in it. */
  readonly profileName?: string
}

export interface Switch {
  readonly profile: Profile
  /** The model that is to be live; also the shipped one's id. */
  readonly model: string
  /** As what: a promotion is remembered, a rollback takes the last one back. */
  readonly by: 'promotion' | 'rollback'
}

interface Row extends Omit<StoredLearned, 'trainedOn' | 'facts'> {
  readonly facts: Buffer
}

const SELECT = `
  SELECT model_id AS id, profile, kind, dimensions, facts, created_at AS createdAt, kept_at AS keptAt,
    discarded_at AS discardedAt, erased
  FROM learned JOIN model ON model.id = model_id`
const SELECT_ONE = SELECT + ' WHERE model_id = ?'
const SELECT_ALL = SELECT + ' ORDER BY learned.rowid'

/** Learned models, which of them is live, and the prototypes that some bring along. */
export function openModels(db: Database, seal: Seal, embeddings: Embeddings, profiles: Profiles, notices: Notices) {
  const all = db.prepare<[], Row>(SELECT_ALL)
  const one = db.prepare<[string], Row>(SELECT_ONE)
  const trainedOn = db.prepare<[string], string>('SELECT identity_id FROM trained_on WHERE model_id = ?').pluck()
  const insertModel = db.prepare('INSERT INTO model (id, profile, dimensions, added_at) VALUES (?, ?, ?, ?)')
  const insert = db.prepare('INSERT INTO learned (model_id, kind, facts, created_at) VALUES (?, ?, ?, ?)')
  const insertTrainedOn = db.prepare('INSERT OR IGNORE INTO trained_on (model_id, identity_id) VALUES (?, ?)')
  const copyTrainedOn = db.prepare(
    'INSERT OR IGNORE INTO trained_on (model_id, identity_id) SELECT model_id, ? FROM trained_on WHERE identity_id = ?',
  )
  const setFacts = db.prepare('UPDATE learned SET facts = ? WHERE model_id = ?')
  const setKept = db.prepare('UPDATE learned SET kept_at = ? WHERE model_id = ?')
  const setDiscarded = db.prepare('UPDATE learned SET discarded_at = ? WHERE model_id = ?')
  const dropOf = [
    db.prepare('DELETE FROM embedding WHERE model_id = ?'),
    db.prepare('DELETE FROM prototype WHERE model_id = ?'),
    db.prepare('DELETE FROM prototype_sample WHERE model_id = ?'),
  ]
  const insertPrototype = db.prepare('INSERT INTO prototype (model_id, identity_id, vector) VALUES (?, ?, ?)')
  const insertCovered = db.prepare('INSERT INTO prototype_sample (model_id, sample_id, identity_id) VALUES (?, ?, ?)')
  const prototypes = db.prepare<[string], { identity_id: string; vector: Buffer }>(
    'SELECT identity_id, vector FROM prototype WHERE model_id = ?',
  )
  const covered = db.prepare<[string], { sample_id: string; identity_id: string }>(
    'SELECT sample_id, identity_id FROM prototype_sample WHERE model_id = ?',
  )
  // Deleted ones count: taking the deletion back brings them back, embedded.
  const missing = db
    .prepare<[Profile, string], string>(
      `SELECT sample.id FROM sample JOIN identity ON identity.id = identity_id
       WHERE profile = ? AND NOT EXISTS (SELECT 1 FROM embedding WHERE model_id = ? AND sample_id = sample.id)
       ORDER BY sample.rowid`,
    )
    .pluck()
  const history = db.prepare<[Profile], { seq: number; model: string | null; at: number }>(
    `SELECT seq, live.model_id AS model, at FROM live LEFT JOIN learned ON learned.model_id = live.model_id
     WHERE profile = ? AND rolled_back_at IS NULL AND discarded_at IS NULL ORDER BY seq DESC`,
  )
  const lacks = db
    .prepare<[string, string, string], number>(
      `SELECT EXISTS (SELECT 1 FROM sample WHERE id = ?)
         AND NOT EXISTS (SELECT 1 FROM embedding WHERE model_id = ? AND sample_id = ?)`,
    )
    .pluck()
  // What a change of model that never came to its end has written.
  db.prepare(
    `DELETE FROM embedding WHERE model_id IN (SELECT model_id FROM learned)
       AND model_id NOT IN (SELECT model_id FROM live WHERE model_id IS NOT NULL)`,
  ).run()
  const everLive = db.prepare<[string], number>('SELECT EXISTS (SELECT 1 FROM live WHERE model_id = ?)').pluck()
  const insertLive = db.prepare('INSERT INTO live (profile, model_id, at) VALUES (?, ?, ?)')
  const setRolledBack = db.prepare('UPDATE live SET rolled_back_at = ? WHERE seq = ?')
  const known = new Map<Profile, { model: string; at: number } | undefined>()

  const factsPlace = (id: string) => ({ table: 'learned', row: id, column: 'facts' })
  const prototypePlace = (model: string, identity: string) => ({
    table: 'prototype',
    row: identity,
    model,
    column: 'vector',
  })

  function read(row: Row): StoredLearned | undefined {
    try {
      const facts = JSON.parse(seal.openText(factsPlace(row.id), row.facts)) as ModelFacts
      return { ...row, facts, trainedOn: trainedOn.all(row.id) }
    } catch {
      notices.report(
        'gallery-damaged',
        `The facts of model ${row.id} cannot be read. It is set aside: roll back to the model before it, or import it again.`,
      )
      return undefined
    }
  }

  function get(id: string): StoredLearned {
    const row = one.get(id)
    const model = row && read(row)
    if (!model) throw new AppError('not-found', `There is no learned model "${id}".`)
    return model
  }

  /** The learned model that is live; undefined while the shipped one is. */
  function live(profile: Profile): { readonly model: string; readonly at: number } | undefined {
    if (known.has(profile)) return known.get(profile)
    const row = history.get(profile)
    const found = row?.model ? { model: row.model, at: row.at } : undefined
    known.set(profile, found)
    return found
  }

  function register(model: NewLearned): StoredLearned {
    const now = Date.now()
    const { id, profile, kind, dimensions } = model
    db.transaction(() => {
      insertModel.run(id, profile, dimensions, now)
      insert.run(id, kind, seal.seal(factsPlace(id), JSON.stringify(model.facts)), now)
      for (const identity of model.trainedOn) insertTrainedOn.run(id, identity)
      for (const { identityId, vector, samples } of model.prototypes) {
        embeddings.mustBeUnit(vector, dimensions, id)
        const bytes = new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
        insertPrototype.run(id, identityId, seal.seal(prototypePlace(id, identityId), bytes))
        for (const sample of samples) insertCovered.run(id, sample, identityId)
      }
      if (!isOwn(profile) || profiles.find(profile)) return
      if (model.profileName === undefined) throw new Error(`The profile ${profile} is made without a name.`)
      profiles.insert(profile, model.profileName, now)
      insertLive.run(profile, id, now)
    }).immediate()
    known.clear()
    return get(id)
  }

  /** Embeddings for a change of model that is under way, in one transaction. Nothing reads them until the model is live. */
  function addEmbeddings(profile: Profile, model: string, vectors: ReadonlyMap<string, Float32Array>): void {
    const now = Date.now()
    db.transaction(() => {
      for (const [sample, vector] of vectors)
        if (lacks.get(sample, model, sample) === 1) embeddings.insert(sample, profile, model, vector, now)
    }).immediate()
  }

  /** All or nothing. @returns the samples that still lack an embedding of the model: with any, nothing is changed */
  function switchTo({ profile, model, by }: Switch, vectors: ReadonlyMap<string, Float32Array>): readonly string[] {
    const now = Date.now()
    const learned = one.get(model) !== undefined
    const lacking = db
      .transaction(() => {
        const without = missing.all(profile, model)
        const still = without.filter((sample) => !vectors.has(sample))
        if (still.length > 0) return still
        for (const sample of without) embeddings.insert(sample, profile, model, vectors.get(sample)!, now)
        if (by === 'promotion') insertLive.run(profile, learned ? model : null, now)
        else setRolledBack.run(now, history.get(profile)!.seq)
        return []
      })
      .immediate()
    known.clear()
    return lacking
  }

  return {
    learned: () => all.all().flatMap((row) => read(row) ?? []),
    learnedModel: get,
    isLearned: (id: string) => one.get(id) !== undefined,
    isDiscarded: (id: string) => typeof one.get(id)?.discardedAt === 'number',
    /** The thresholds that came with a learned model; undefined for a shipped one. */
    thresholdsOf(id: string): Calibration | undefined {
      const row = one.get(id)
      return row && read(row)?.facts.calibration
    },
    /** Whether it is or was live. */
    everLive: (id: string) => everLive.get(id) === 1,
    live,
    /** What a rollback would make live: a learned model's id, or null for the shipped one. Undefined: there is none to go back to. */
    beforeLive(profile: Profile): string | null | undefined {
      const [now, before] = history.all(profile)
      return now && (before?.model ?? (isOwn(profile) ? undefined : null))
    },
    /** After rows were changed by others: what is live is read again. */
    refresh: () => known.clear(),
    /** Samples of a profile that lack an embedding of this model. */
    missingEmbeddings: (profile: Profile, model: string) => missing.all(profile, model),
    register,
    addEmbeddings,
    switchTo,
    /** An identity that is merged into another: what was trained on the one was trained on the other. */
    alsoTrainedOn: (from: string, into: string) => void copyTrainedOn.run(into, from),
    keepModel: (id: string) => void setKept.run(Date.now(), id),
    /** Its facts stay; its embeddings and prototypes go. */
    discardModel(id: string): void {
      db.transaction(() => {
        for (const drop of dropOf) drop.run(id)
        setDiscarded.run(Date.now(), id)
      }).immediate()
      known.clear()
    },
    /** @returns prototypes that can be read, with the samples each was made from */
    prototypes(model: Pick<StoredLearned, 'id' | 'dimensions'>): Prototype[] {
      const samples = new Map<string, string[]>()
      for (const { sample_id, identity_id } of covered.all(model.id))
        samples.set(identity_id, [...(samples.get(identity_id) ?? []), sample_id])
      return prototypes.all(model.id).flatMap(({ identity_id: identityId, vector }) => {
        const opened = embeddings.open(prototypePlace(model.id, identityId), vector, model.dimensions)
        if (opened) return [{ identityId, vector: opened, samples: samples.get(identityId) ?? [] }]
        notices.report(
          'gallery-damaged',
          `A prototype of model ${model.id} cannot be read. The identity is compared by its samples.`,
        )
        return []
      })
    },
    /** Before identities are erased: their names and pictures leave every report. */
    forget(gone: ReadonlySet<string>): void {
      for (const row of all.all()) {
        const model = read(row)
        if (!model?.facts.comparison) continue
        const facts = { ...model.facts, comparison: without(model.facts.comparison, gone) }
        setFacts.run(seal.seal(factsPlace(row.id), JSON.stringify(facts)), row.id)
      }
    },
  }
}

function without(comparison: Comparison, gone: ReadonlySet<string>): Comparison {
  const names = (match: { identityId: string } | null) => match !== null && gone.has(match.identityId)
  return {
    ...comparison,
    changes: comparison.changes.filter(({ before, after }) => !names(before) && !names(after)),
    worse: comparison.worse.filter(({ identityId }) => !gone.has(identityId)),
  }
}

export type Models = ReturnType<typeof openModels>
