import { computed, shallowRef } from 'vue'
import type { MoveRequest, StartRunRequest } from '../../src-main/contract/learning-api.ts'
import type { Run, Triage, TriageItem, TriageKind, TriageSummary } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { problemOf, useTask } from './useProblem.ts'
import { useRuns } from './useRuns.ts'
import { useStatus } from './useStatus.ts'
import { useUndo } from './useUndo.ts'

export interface Filter {
  readonly kind: TriageKind
  readonly group?: string | undefined
}
const PAGE = 200

const id = shallowRef<string>()
const triage = shallowRef<Triage>()
const reading = useTask()
const starting = useTask()
const forecasting = useTask()
const filter = shallowRef<Filter>({ kind: 'usable' })
/** One entry a picture of the filter, filled page by page as the grid comes to it. */
const entries = shallowRef<readonly (TriageItem | undefined)[]>([])
const listing = useTask()
/** Indices of items. */
const selected = shallowRef<ReadonlySet<number>>(new Set())
/** Folders that were looked through and are kept. */
const folders = shallowRef<readonly TriageSummary[]>([])
let wanted = 0
let asked = new Set<number>()

const request = (offset: number) => ({
  triage: id.value!,
  kind: filter.value.kind,
  ...(filter.value.group ? { group: filter.value.group } : {}),
  offset,
  limit: PAGE,
})

async function list(): Promise<void> {
  const mine = ++wanted
  const page = await listing.run(() => api.triageItems(request(0)))
  if (!page || mine !== wanted) return
  asked = new Set([0])
  entries.value = Array.from({ length: page.total }, (_, i) => page.items[i])
}

/** Fetches the pages that hold the entries `from` … `to`, where they are missing. */
async function show(from: number, to: number): Promise<void> {
  const mine = wanted
  for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page++) {
    if (asked.has(page) || page * PAGE >= entries.value.length) continue
    asked.add(page)
    try {
      const { items } = await api.triageItems(request(page * PAGE))
      if (mine !== wanted) return
      entries.value = entries.value.map((entry, i) => items[i - page * PAGE] ?? entry)
    } catch (error) {
      asked.delete(page)
      listing.problem.value = problemOf(error)
    }
  }
}

function choose(next: Filter): void {
  filter.value = next
  selected.value = new Set()
  entries.value = []
  void list()
}

async function readFolders(): Promise<void> {
  try {
    folders.value = await api.triages()
  } catch (error) {
    useUndo().failed(error)
  }
}

async function open(of: string): Promise<void> {
  const isNew = id.value !== of
  id.value = of
  if (isNew) {
    triage.value = undefined
    entries.value = []
    selected.value = new Set()
    filter.value = { kind: 'usable' }
  }
  const now = await reading.run(() => api.triage(of))
  if (!now || id.value !== of) return
  triage.value = now
  if (isNew && now.counts.usable === 0) {
    const [kind] = (Object.entries(now.counts) as [TriageKind, number][]).find(([, n]) => n > 0) ?? []
    if (kind) filter.value = { kind }
  }
  await list()
}

async function change(work: (triage: string) => Promise<Triage>): Promise<Triage | undefined> {
  const of = id.value
  if (!of) return undefined
  try {
    const now = await work(of)
    if (id.value !== of) return undefined
    triage.value = now
    selected.value = new Set()
    if (filter.value.group && !now.groups.some((group) => group.id === filter.value.group))
      filter.value = { kind: filter.value.kind }
    await list()
    return now
  } catch (error) {
    useUndo().failed(error)
    return undefined
  }
}

const move = (items: readonly number[], to: MoveRequest['to']) =>
  change((of) => api.moveItems({ triage: of, items: [...items], to }))
const leaveOut = (what: { readonly items?: readonly number[]; readonly group?: string }, out: boolean) =>
  change((of) =>
    api.leaveOut({
      triage: of,
      out,
      ...(what.group === undefined ? {} : { group: what.group }),
      ...(what.items === undefined ? {} : { items: [...what.items] }),
    }),
  )
const nameGroup = (group: string, name: string) => change((of) => api.nameGroup({ triage: of, group, name }))

/** Makes a group of these pictures and gives it a name; they become an identity of the gallery. */
async function nameItems(of: string, items: readonly number[], name: string): Promise<Triage> {
  const before = new Set((await api.triage(of)).groups.map((group) => group.id))
  const moved = await api.moveItems({ triage: of, items: [...items], to: { newGroup: true } })
  const made = moved.groups.find((group) => !before.has(group.id))
  if (!made) return moved
  return api.nameGroup({ triage: of, group: made.id, name })
}

async function forecast(): Promise<void> {
  const of = id.value
  if (!of) return
  const now = await forecasting.run(() => api.forecast(of))
  if (now && id.value === of && triage.value) triage.value = { ...triage.value, forecast: now }
}

async function train(request: StartRunRequest): Promise<Run | undefined> {
  const run = await starting.run(() => api.startRun(request))
  if (run) useRuns().put(run)
  return run
}

// The names of pictures are those of the process that ended.
useStatus().onRevived(() => {
  if (id.value) void open(id.value)
})

const photos = computed(() => Object.values(triage.value?.counts ?? {}).reduce((sum, n) => sum + n, 0))

export function useTriage() {
  return {
    id,
    triage,
    folders,
    photos,
    filter,
    entries,
    selected,
    reading,
    listing,
    starting,
    forecasting,
    open,
    readFolders,
    choose,
    show,
    move,
    leaveOut,
    nameGroup,
    nameItems,
    forecast,
    train,
  }
}
