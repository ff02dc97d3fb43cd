import type { Database } from 'better-sqlite3'
import { AppError } from '../src-main/contract/errors.ts'
import type { Attribute } from '../src-main/contract/attributes.ts'
import type { Calibration, Profile } from '../src-main/contract/types.ts'
import type { Notices } from './notices.ts'
import { newId } from './open.ts'
import type { Seal } from './seal.ts'

/** What is kept sealed of an attribute: its name and its values are its user's words. */
export type AttributeFacts = Omit<Attribute, 'id' | 'profile' | 'model' | 'createdAt'>

export interface NewAttribute {
  readonly profile: Profile
  readonly model: string
  readonly dimensions: number
  readonly facts: AttributeFacts
}

interface Row {
  readonly id: string
  readonly profile: Profile
  readonly model: string
  readonly facts: Buffer | null
  readonly createdAt: number
}

/** What things may be compared by besides the whole picture. */
export function openAttributes(db: Database, seal: Seal, notices: Notices) {
  const all = db.prepare<[], Row>(
    `SELECT attribute.id, profile, model_id AS model, facts, created_at AS createdAt
     FROM attribute JOIN model ON model.id = model_id WHERE facts IS NOT NULL ORDER BY attribute.rowid`,
  )
  const insertModel = db.prepare(
    'INSERT INTO model (id, profile, dimensions, added_at) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  )
  const insert = db.prepare('INSERT INTO attribute (id, model_id, facts, created_at) VALUES (?, ?, ?, ?)')
  const clear = db.prepare('UPDATE attribute SET facts = NULL WHERE id = ?')
  const kept = db
    .prepare<[string], number>('SELECT count(*) FROM attribute WHERE model_id = ? AND facts IS NOT NULL')
    .pluck()
  const known = db.prepare<[string], number>('SELECT count(*) FROM attribute WHERE model_id = ?').pluck()
  const dropEmbeddings = db.prepare('DELETE FROM embedding WHERE model_id = ?')
  const place = (id: string) => ({ table: 'attribute', row: id, column: 'facts' })

  function read({ id, profile, model, facts, createdAt }: Row): Attribute[] {
    try {
      const opened = JSON.parse(seal.openText(place(id), facts!)) as AttributeFacts
      return [{ ...opened, id, profile, model, createdAt }]
    } catch {
      notices.report('gallery-damaged', `The facts of attribute ${id} cannot be read. Train its folder again.`)
      return []
    }
  }

  const list = (): Attribute[] => all.all().flatMap(read)

  function get(id: string): Attribute {
    const found = list().find((one) => one.id === id)
    if (!found) throw new AppError('not-found', 'This attribute is not there any more. Choose another one.')
    return found
  }

  /** Its name, values and embeddings go; another attribute may have the very same model. */
  function remove({ id, model }: Pick<Attribute, 'id' | 'model'>): void {
    clear.run(id)
    if (kept.get(model) === 0) dropEmbeddings.run(model)
  }

  return {
    all: list,
    get,
    /** All of a set in one transaction; those of the same names are replaced. @returns models that nothing uses any more */
    add(set: readonly NewAttribute[]): readonly string[] {
      const now = Date.now()
      const before = list().filter((one) =>
        set.some(({ profile, facts }) => one.profile === profile && one.name === facts.name),
      )
      db.transaction(() => {
        for (const { profile, model, dimensions, facts } of set) {
          const id = newId()
          insertModel.run(model, profile, dimensions, now)
          insert.run(id, model, seal.seal(place(id), JSON.stringify(facts)), now)
        }
        before.forEach(remove)
      }).immediate()
      return before.map(({ model }) => model).filter((model) => kept.get(model) === 0)
    },
    /** @returns the model when nothing uses it any more @throws AppError not-found */
    remove(id: string): string | undefined {
      const attribute = get(id)
      db.transaction(() => remove(attribute)).immediate()
      return kept.get(attribute.model) === 0 ? attribute.model : undefined
    },
    /** Whether a model is, or was, one of an attribute. */
    isModel: (model: string) => known.get(model)! > 0,
    /** Whether a model is one of an attribute that is there. */
    isUsed: (model: string) => kept.get(model)! > 0,
    /** Whether a model was one of attributes that are all deleted. */
    isGone: (model: string) => known.get(model)! > 0 && kept.get(model) === 0,
    thresholdsOf: (model: string): Calibration | undefined => list().find((one) => one.model === model)?.calibration,
  }
}

export type Attributes = ReturnType<typeof openAttributes>
