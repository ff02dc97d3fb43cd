import { shallowRef } from 'vue'
import type { Identity, Profile } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { problemOf, useTask } from './useProblem.ts'
import { useStatus } from './useStatus.ts'

export type Order = 'name' | 'newest' | 'samples'
const PAGE = 200

const search = shallowRef('')
const only = shallowRef<Profile>()
const order = shallowRef<Order>('name')
/** One entry an identity, filled page by page as the grid comes to it. */
const entries = shallowRef<readonly (Identity | undefined)[]>([])
const loaded = shallowRef(false)
/** Counts every change of the gallery, so that a page can ask again. */
const changes = shallowRef(0)
const first = useTask()
let wanted = 0
const asked = new Set<number>()

const request = (offset: number) => ({
  offset,
  limit: PAGE,
  order: order.value,
  ...(search.value.trim() ? { search: search.value.trim() } : {}),
  ...(only.value ? { profile: only.value } : {}),
})

async function refresh(): Promise<void> {
  const mine = ++wanted
  const page = await first.run(() => api.listIdentities(request(0)))
  if (!page || mine !== wanted) return
  asked.clear()
  asked.add(0)
  entries.value = Array.from({ length: page.total }, (_, i) => page.identities[i])
  loaded.value = true
}

/** Fetches the pages that hold the entries `from` … `to`, where they are missing. */
async function show(from: number, to: number): Promise<void> {
  const mine = wanted
  for (let page = Math.floor(from / PAGE); page <= Math.floor(to / PAGE); page++) {
    if (asked.has(page) || page * PAGE >= entries.value.length) continue
    asked.add(page)
    try {
      const { identities } = await api.listIdentities(request(page * PAGE))
      if (mine !== wanted) return
      entries.value = entries.value.map((entry, i) => identities[i - page * PAGE] ?? entry)
    } catch (error) {
      asked.delete(page)
      first.problem.value = problemOf(error)
    }
  }
}

let timer: ReturnType<typeof setTimeout> | undefined
listen((event) => {
  if (event.type !== 'gallery-changed') return
  changes.value++
  // A folder import tells of every picture; the list is asked for again at most four times a second.
  timer ??= setTimeout(() => {
    timer = undefined
    if (loaded.value) void refresh()
    void useStatus().refresh()
  }, 250)
})
useStatus().onRevived(() => {
  changes.value++
  if (loaded.value || first.problem.value) void refresh()
})

/** Identities whose name holds `text`, nearest the top first. */
export async function findIdentities(text: string, profile: Profile, limit = 8): Promise<readonly Identity[]> {
  const name = text.trim()
  const page = await api.listIdentities({ ...(name ? { search: name } : {}), profile, order: 'name', offset: 0, limit })
  return page.identities
}

export function useGallery() {
  return { search, only, order, entries, loaded, changes, busy: first.busy, problem: first.problem, refresh, show }
}
