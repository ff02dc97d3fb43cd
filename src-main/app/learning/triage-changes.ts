import type { MoveRequest } from '../../contract/learning-api.ts'
import { AppError } from '../../contract/errors.ts'
import type { Triage } from '../../contract/types.ts'
import { enrol } from '../enrol.ts'
import type { Parts } from '../parts.ts'
import type { TriageStore } from './triage-store.ts'
import { madeGroupName, membersOf, type Choices } from './triage-view.ts'

/** @throws AppError wrong-use for an item that there is none of, or that cannot be looked at; not-found for a group */
export function moveItems(store: TriageStore, { triage, items, to }: MoveRequest): Triage {
  const { stored, choices, standings } = store.open(triage)
  for (const index of items) {
    const item = stored.items[index]
    if (!item) throw new AppError('wrong-use', `There is no item ${index}.`)
    if (item.kind === 'unreadable')
      throw new AppError('wrong-use', `"${item.path}" cannot be looked at, so it can be put nowhere else.`)
  }
  if ('group' in to && !standings.some(({ group }) => group === to.group))
    throw new AppError('not-found', 'This group is no longer there.')
  const made = 'newGroup' in to ? choices.made + 1 : choices.made
  const place = 'kind' in to ? to.kind : { group: 'group' in to ? to.group : madeGroupName(made) }
  const moved = { ...choices.moved, ...Object.fromEntries(items.map((index) => [index, place])) }
  store.choose(triage, { ...choices, moved, made })
  return store.show(triage)
}

export function leaveOut(
  store: TriageStore,
  request: { triage: string; group?: string | undefined; items?: readonly number[] | undefined; out: boolean },
): Triage {
  const { choices } = store.open(request.triage)
  const toggled = <T>(all: readonly T[], some: readonly T[]): T[] => {
    const set = new Set(all)
    for (const one of some) {
      if (request.out) set.add(one)
      else set.delete(one)
    }
    return [...set]
  }
  store.choose(request.triage, {
    ...choices,
    out: toggled(choices.out, request.items ?? []),
    groupsOut: toggled(choices.groupsOut, request.group === undefined ? [] : [request.group]),
  })
  return store.show(request.triage)
}

/**
 * Enrols a group's best picture under a name: one that passes every quality check, the largest such, before any other.
 * @throws AppError as `enrol`; not-found for a group that is no longer there
 */
export async function nameGroup(
  parts: Parts,
  store: TriageStore,
  request: { triage: string; group: string; name: string },
): Promise<Triage> {
  const open = store.open(request.triage)
  const members = new Map(membersOf(open.standings)).get(request.group)
  if (!members) throw new AppError('not-found', 'This group is no longer there.')
  if (open.choices.named[request.group] && parts.gallery.findIdentity(open.choices.named[request.group]!.identityId))
    throw new AppError('wrong-use', 'This group has a name already. The gallery changes it.')
  const size = (index: number) => {
    const box = open.stored.items[index]!.box
    return box ? box.width * box.height : 0
  }
  const good = (index: number) => Number(open.stored.items[index]!.good === true)
  const ranked = members.toSorted((a, b) => good(b) - good(a) || size(b) - size(a))
  const best = ranked[0]!
  const item = store.item(open, best)
  const { profile } = open.stored
  const { identity } = await enrol(parts, {
    picture: item.token,
    profile,
    to: { name: request.name },
    // The user named what is seen; a group of poor pictures has no better one.
    override: true,
    ...(profile === 'face' && item.box && { box: item.box }),
  })
  const now = store.open(request.triage).choices
  const named = { ...now.named, [request.group]: { name: identity.name, identityId: identity.id } }
  store.choose(request.triage, { ...now, named } satisfies Choices)
  return store.show(request.triage)
}
