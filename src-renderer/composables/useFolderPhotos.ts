import { shallowRef } from 'vue'
import type { TriageItem } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { useStatus } from './useStatus.ts'

const PAGE = 100
const of = shallowRef<string>()
const known = shallowRef<ReadonlyMap<number, TriageItem>>(new Map())
const asked = new Set<number>()

/** Reads the page of items that holds `index`; what cannot be read stays absent and is asked for again. */
async function need(index: number): Promise<TriageItem | undefined> {
  const triage = of.value
  if (!triage || index < 0) return undefined
  const have = known.value.get(index)
  const page = Math.floor(index / PAGE)
  if (have || asked.has(page)) return have
  asked.add(page)
  try {
    const { items } = await api.triageItems({ triage, offset: page * PAGE, limit: PAGE })
    if (of.value !== triage) return undefined
    known.value = new Map([...known.value, ...items.map((item) => [item.index, item] as const)])
  } catch {
    asked.delete(page)
  }
  return known.value.get(index)
}

function from(triage: string | undefined): void {
  if (of.value === triage) return
  of.value = triage
  known.value = new Map()
  asked.clear()
}

// The names of pictures are those of the process that ended.
useStatus().onRevived(() => {
  known.value = new Map()
  asked.clear()
})

/** The photos behind the points of a map, by the index that triage gave them. */
export function useFolderPhotos() {
  return { known, need, from }
}
