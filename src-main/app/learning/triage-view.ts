import { TRIAGE_KINDS, type Advice, type Forecast, type Problem, type Profile } from '../../contract/types.ts'
import type { Box, TriageKind } from '../../contract/types.ts'

/** What was found in a photo of the folder: a line for each face, one for a thing, one for what cannot be looked at. */
export interface StoredItem {
  /** Relative to the folder, with '/'. */
  readonly path: string
  readonly kind: TriageKind
  readonly weight: number
  /** Of the bytes that were looked at, hex; absent for what could not be read. */
  readonly sha256?: string
  /** Place among what was found in its photo. */
  readonly which?: number
  readonly box?: Box
  readonly of?: number
  /** Number of the group that the triage made. */
  readonly group?: number
  readonly nearest?: { readonly identityId: string; readonly sampleId: string; readonly distance: number }
  /** Passes every quality check; of a group the best such picture is enrolled. */
  readonly good?: boolean
  readonly problem?: Problem
}

export interface StoredTriage {
  readonly id: string
  /** Absolute. */
  readonly folder: string
  readonly profile: Profile
  /** The model whose features these are. */
  readonly model: string
  readonly madeAt: number
  readonly items: readonly StoredItem[]
  readonly rule: string
  readonly identities: number
  readonly refusal?: Problem
  readonly advice?: Advice
}

/** What the user made of it. */
export interface Choices {
  /** Item → where it was put. */
  readonly moved: Readonly<Record<number, 'usable' | 'stranger' | { readonly group: string }>>
  readonly out: readonly number[]
  readonly groupsOut: readonly string[]
  readonly named: Readonly<Record<string, { readonly name: string; readonly identityId: string }>>
  /** Groups that the user made. */
  readonly made: number
  readonly forecast?: Forecast
}

export const NO_CHOICES: Choices = { moved: {}, out: [], groupsOut: [], named: {}, made: 0 }

/** An item as it counts now. */
export interface Standing {
  readonly kind: TriageKind
  readonly group?: string
  readonly weight: number
  readonly leftOut: boolean
}

export const groupName = (number: number) => `g${number}`
export const madeGroupName = (number: number) => `m${number}`

/** What the user moves by hand counts whole as one of the identities, or not at all as a stranger. */
export function standing(item: StoredItem, index: number, choices: Choices, out: ReadonlySet<number>): Standing {
  const move = choices.moved[index]
  const own = item.group === undefined ? undefined : groupName(item.group)
  const group = move === undefined ? own : typeof move === 'object' ? move.group : undefined
  const kind = move === undefined ? item.kind : typeof move === 'object' ? 'recurring-unknown' : move
  const leftOut = out.has(index) || (group !== undefined && choices.groupsOut.includes(group))
  const named = group !== undefined && choices.named[group] !== undefined
  const weight = leftOut || move === 'stranger' ? 0 : move === 'usable' || named ? 1 : item.weight
  return { kind, ...(group !== undefined && { group }), weight, leftOut }
}

export function standings(stored: StoredTriage, choices: Choices): Standing[] {
  const out = new Set(choices.out)
  return stored.items.map((item, index) => standing(item, index, choices, out))
}

export function countKinds(all: readonly Standing[]): Record<TriageKind, number> {
  const counts = Object.fromEntries(TRIAGE_KINDS.map((kind) => [kind, 0])) as Record<TriageKind, number>
  for (const { kind } of all) counts[kind]++
  return counts
}

/** Group → its items, largest group first. */
export function membersOf(all: readonly Standing[]): [string, number[]][] {
  const groups = new Map<string, number[]>()
  all.forEach(({ group }, index) => {
    if (group === undefined) return
    const members = groups.get(group)
    if (members) members.push(index)
    else groups.set(group, [index])
  })
  return [...groups].sort(([, a], [, b]) => b.length - a.length)
}

/** Items that a run may learn from: read, no copy of another, not left out. */
export function usableForRun(stored: StoredTriage, all: readonly Standing[]): number[] {
  return stored.items.flatMap((item, index) => {
    const { kind, leftOut } = all[index]!
    const learns = item.sha256 !== undefined && kind !== 'unreadable' && kind !== 'near-duplicate' && !leftOut
    return learns ? [index] : []
  })
}
