import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError } from '../../contract/errors.ts'
import type { Triage, TriageGroup, TriageItem, TriageSummary } from '../../contract/types.ts'
import type { Parts } from '../parts.ts'
import { readSealed, writeSealed } from './sealed-file.ts'
import {
  countKinds,
  membersOf,
  NO_CHOICES,
  standings,
  type Choices,
  type Standing,
  type StoredTriage,
} from './triage-view.ts'

/** Pictures of a group that are shown before it is opened. */
const FIRST = 4
/** So many triages keep their files; the oldest goes. */
const KEPT = 20
/** So many are held in memory: one of a big folder is large. */
const OPEN = 3

export interface OpenTriage {
  readonly stored: StoredTriage
  readonly choices: Choices
  readonly standings: readonly Standing[]
}

export interface TriageStore {
  /** @throws AppError not-found */
  open(id: string): OpenTriage
  add(stored: StoredTriage): void
  /** The newest first. */
  list(): TriageSummary[]
  /** Writes what the user made of it. */
  choose(id: string, choices: Choices): OpenTriage
  show(id: string): Triage
  item(open: OpenTriage, index: number): TriageItem
  /** Removes those that speak of an identity that `exists` no longer finds. */
  forget(exists: (identityId: string) => boolean): void
}

const place = (id: string, column: string) => ({ table: 'triage', row: id, column })

/** Triages under `<data>/triages/<id>/`: what was found, written once, and what the user made of it, written at each change. */
export function openTriageStore(parts: Pick<Parts, 'gallery' | 'pictures' | 'dataFolder'>): TriageStore {
  const { gallery, pictures } = parts
  const folder = join(parts.dataFolder, 'triages')
  const opened = new Map<string, OpenTriage>()
  /** Of each triage: item's path → token, so that a page asked for twice shows the same names. */
  const tokens = new Map<string, Map<string, string>>()

  function read(id: string): OpenTriage {
    const stored = readSealed(gallery.seal, place(id, 'items'), join(folder, id, 'items')) as StoredTriage | undefined
    if (!stored) throw new AppError('not-found', 'This look through a folder is no longer kept. Start it again.')
    const choices = readSealed(gallery.seal, place(id, 'choices'), join(folder, id, 'choices')) as Choices | undefined
    return keep(stored, choices ?? NO_CHOICES)
  }

  function keep(stored: StoredTriage, choices: Choices): OpenTriage {
    const open = { stored, choices, standings: standings(stored, choices) }
    opened.delete(stored.id)
    opened.set(stored.id, open)
    for (const oldest of opened.keys()) {
      if (opened.size <= OPEN) break
      opened.delete(oldest)
      tokens.delete(oldest)
    }
    return open
  }

  const open = (id: string) => opened.get(id) ?? read(id)

  function tokenOf({ stored }: OpenTriage, path: string): string {
    let known = tokens.get(stored.id)
    if (!known) tokens.set(stored.id, (known = new Map()))
    const token = known.get(path) ?? pictures.addPath(join(stored.folder, path))
    known.set(path, token)
    return token
  }

  function group(of: OpenTriage, id: string, members: readonly number[]): TriageGroup {
    const { stored, choices } = of
    const named = choices.named[id]
    const still = named && gallery.findIdentity(named.identityId)
    return {
      id,
      ...(still && { name: still.name, identityId: still.id }),
      items: members.length,
      first: members.slice(0, FIRST).map((index) => {
        const { path, box } = stored.items[index]!
        return { token: tokenOf(of, path), ...(box && { box }) }
      }),
      leftOut: choices.groupsOut.includes(id),
    }
  }

  return {
    open,
    add(stored) {
      const path = join(folder, stored.id)
      mkdirSync(path, { recursive: true, mode: 0o700 })
      const { id, profile, madeAt, items } = stored
      const photos = new Set(items.map((item) => item.path)).size
      const summary: TriageSummary = { id, folder: basename(stored.folder), profile, photos, madeAt }
      writeSealed(gallery.seal, place(id, 'summary'), join(path, 'summary'), summary)
      writeSealed(gallery.seal, place(id, 'items'), join(path, 'items'), stored)
      keep(stored, NO_CHOICES)
      for (const old of oldest(folder, read)) {
        rmSync(join(folder, old), { recursive: true, force: true })
        opened.delete(old)
      }
    },
    list: () =>
      names(folder)
        .flatMap((id) => {
          // One that cannot be read is not offered; opening it would say no more.
          try {
            const path = join(folder, id, 'summary')
            return (readSealed(gallery.seal, place(id, 'summary'), path) as TriageSummary | undefined) ?? []
          } catch {
            return []
          }
        })
        .sort((a, b) => b.madeAt - a.madeAt),
    choose(id, choices) {
      const { stored } = open(id)
      writeSealed(gallery.seal, place(id, 'choices'), join(folder, id, 'choices'), choices)
      return keep(stored, choices)
    },
    show(id) {
      const now = open(id)
      const { stored, choices } = now
      const { profile, rule, identities, refusal, advice } = stored
      return {
        id,
        folder: basename(stored.folder),
        profile,
        counts: countKinds(now.standings),
        groups: membersOf(now.standings).map(([name, members]) => group(now, name, members)),
        identities,
        rule,
        ...(refusal && { refusal }),
        ...(choices.forecast && { forecast: choices.forecast }),
        ...(advice && { advice }),
      }
    },
    item(of, index) {
      const { path, kind: found, box, of: copied, nearest, problem } = of.stored.items[index]!
      const { kind, group, weight, leftOut } = of.standings[index]!
      const identity = nearest && gallery.findIdentity(nearest.identityId)
      return {
        index,
        path,
        token: tokenOf(of, path),
        kind,
        found,
        ...(box && { box }),
        ...(copied !== undefined && { of: copied }),
        ...(group !== undefined && { group }),
        ...(identity && {
          nearest: {
            identityId: identity.id,
            name: identity.name,
            sampleId: nearest.sampleId,
            distance: nearest.distance,
            similarity: 1 - nearest.distance ** 2 / 2,
          },
        }),
        weight,
        leftOut,
        ...(problem && { problem }),
      }
    },
    forget(exists) {
      for (const id of names(folder)) {
        let stale = true
        try {
          const { stored, choices } = open(id)
          const spoken = [
            ...stored.items.flatMap(({ nearest }) => (nearest ? [nearest.identityId] : [])),
            ...Object.values(choices.named).map(({ identityId }) => identityId),
          ]
          stale = !spoken.every(exists)
        } catch {
          // One that cannot be read helps nobody.
        }
        if (!stale) continue
        rmSync(join(folder, id), { recursive: true, force: true })
        opened.delete(id)
      }
    },
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function oldest(folder: string, read: (id: string) => OpenTriage): string[] {
  const all = names(folder)
  if (all.length <= KEPT) return []
  const aged = all.map((id) => {
    try {
      return { id, at: read(id).stored.madeAt }
    } catch {
      return { id, at: 0 }
    }
  })
  return aged
    .sort((a, b) => a.at - b.at)
    .slice(0, all.length - KEPT)
    .map(({ id }) => id)
}
