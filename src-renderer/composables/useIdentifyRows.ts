import { shallowRef } from 'vue'
import type { IdentifyRow, Problem } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { problemOf } from './useProblem.ts'

const job = shallowRef<string>()
/** In the order of the folder; entries that did not arrive yet are absent. */
const rows = shallowRef<readonly IdentifyRow[]>([])
const problem = shallowRef<Problem>()
const loading = shallowRef(false)
let byIndex = new Map<number, IdentifyRow>()
let waiting = false

/** Rows arrive one by one; the table is drawn again at most ten times a second. */
function put(more: readonly IdentifyRow[]): void {
  for (const row of more) byIndex.set(row.index, row)
  if (waiting) return
  waiting = true
  setTimeout(() => {
    waiting = false
    rows.value = [...byIndex.values()].sort((a, b) => a.index - b.index)
  }, 100)
}

listen((event) => {
  if (event.type === 'identify-rows' && event.job === job.value) put(event.rows)
})

const PAGE = 500
async function open(id: string): Promise<void> {
  if (job.value !== id) {
    byIndex = new Map()
    rows.value = []
  }
  job.value = id
  loading.value = true
  problem.value = undefined
  try {
    for (let offset = 0; ; offset += PAGE) {
      const page = await api.identifyRows({ job: id, offset, limit: PAGE })
      if (job.value !== id) return
      put(page.rows)
      if (offset + page.rows.length >= page.total || page.rows.length === 0) break
    }
  } catch (error) {
    if (job.value === id) problem.value = problemOf(error)
  } finally {
    if (job.value === id) loading.value = false
  }
}

export type RowKind = 'known' | 'unknown' | 'failed'

/** A picture counts as known when anybody in it is. */
export function rowKind(row: IdentifyRow): RowKind {
  if (row.error) return 'failed'
  return row.answer?.found.some((each) => each.verdict === 'known') ? 'known' : 'unknown'
}

export function useIdentifyRows() {
  return { job, rows, problem, loading, open }
}
