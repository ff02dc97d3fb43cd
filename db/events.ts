import type { Database } from 'better-sqlite3'
import type { Undoable } from '../src-main/contract/types.ts'
import type { Notices } from './notices.ts'
import { newId } from './open.ts'
import type { Seal } from './seal.ts'

/** How to take a change back, in terms of the state right after it. */
export type Inverse =
  | { readonly kind: 'rename'; readonly identity: string; readonly name: string }
  | {
      readonly kind: 'move'
      readonly sample: string
      readonly from: string
      readonly to: string
      readonly made: boolean
    }
  | {
      readonly kind: 'merge'
      readonly from: string
      readonly into: string
      readonly samples: readonly string[]
      /** Answers "no" that moved along; absent in events of version 1. */
      readonly links?: readonly string[]
    }
  | { readonly kind: 'cannot-link'; readonly link: string; readonly identity: string }
  | { readonly kind: 'delete-sample'; readonly sample: string; readonly identity: string }
  | { readonly kind: 'delete-identity'; readonly identity: string }

interface Payload {
  /** In words: "rename of Ada to Ida". */
  readonly label: string
  readonly inverse: Inverse
}

interface Row {
  readonly seq: number
  readonly id: string
  readonly payload: Buffer
  readonly at: number
}

/** The log of what can be taken back, newest first; an undone event stays, marked, until its rows are erased. */
export function openEvents(db: Database, seal: Seal, notices: Notices) {
  const insert = db.prepare<[string, string, Buffer, number]>(
    'INSERT INTO event (id, kind, payload, at) VALUES (?, ?, ?, ?)',
  )
  const waiting = db.prepare<[], Row>(
    'SELECT seq, id, payload, at FROM event WHERE undone_at IS NULL ORDER BY seq DESC',
  )
  const all = db.prepare<[], Row>('SELECT seq, id, payload, at FROM event')
  const setUndone = db.prepare<[number, number]>('UPDATE event SET undone_at = ? WHERE seq = ?')
  const setUndoneById = db.prepare<[number, string]>('UPDATE event SET undone_at = ? WHERE id = ?')
  const remove = db.prepare<[number]>('DELETE FROM event WHERE seq = ?')
  const place = (id: string) => ({ table: 'event', row: id, column: 'payload' })

  function read(row: Row): Payload | undefined {
    try {
      return JSON.parse(seal.openText(place(row.id), row.payload)) as Payload
    } catch {
      notices.report('gallery-damaged', `Step ${row.seq} of the undo history cannot be read and is passed over.`)
      return undefined
    }
  }

  function last(): (Payload & { readonly seq: number; readonly at: number }) | undefined {
    for (const row of waiting.iterate()) {
      const payload = read(row)
      if (payload) return { ...payload, seq: row.seq, at: row.at }
    }
    return undefined
  }

  return {
    record(label: string, inverse: Inverse, now: number, id = newId()): void {
      insert.run(id, inverse.kind, seal.seal(place(id), JSON.stringify({ label, inverse } satisfies Payload)), now)
    },
    last,
    undoable(): Undoable | undefined {
      const event = last()
      return event && { label: event.label, at: event.at }
    },
    setUndone: (seq: number, now: number) => setUndone.run(now, seq),
    setUndoneById: (id: string, now: number) => setUndoneById.run(now, id),
    /** Removes the events that speak of a row that `exists` no longer finds; their words hold names. */
    prune(exists: (id: string) => boolean): void {
      for (const row of all.all()) {
        const payload = read(row)
        if (!payload || !concerns(payload.inverse).every(exists)) remove.run(row.seq)
      }
    },
  }
}

function concerns(inverse: Inverse): readonly string[] {
  switch (inverse.kind) {
    case 'rename':
    case 'delete-identity':
    case 'cannot-link':
      return [inverse.identity]
    case 'move':
      return [inverse.sample, inverse.from, inverse.to]
    case 'merge':
      return [inverse.from, inverse.into, ...inverse.samples]
    case 'delete-sample':
      return [inverse.sample, inverse.identity]
  }
}

export type Events = ReturnType<typeof openEvents>
