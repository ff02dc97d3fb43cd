import { computed, shallowRef } from 'vue'
import { METHODS, type Cell, type Comparison, type ComparisonSummary } from '../../src-main/contract/lab.ts'
import type { LossFact } from '../../src-main/contract/types.ts'
import { NETWORKS } from '../../src-main/contract/networks.ts'
import { api } from '../api.ts'
import { isAtWork } from '../lab-words.ts'
import { listen } from './useEvents.ts'
import { useTask } from './useProblem.ts'
import { useStatus } from './useStatus.ts'
import { useUndo } from './useUndo.ts'

/** The newest first. */
const comparisons = shallowRef<readonly ComparisonSummary[]>([])
const loaded = shallowRef(false)
const listing = useTask()
const reading = useTask()
const exporting = useTask()
/** The one that is looked at, with its runs. */
const comparison = shallowRef<Comparison>()
let open: string | undefined

function put(summary: ComparisonSummary): void {
  const known = comparisons.value.some(({ id }) => id === summary.id)
  comparisons.value = known
    ? comparisons.value.map((each) => (each.id === summary.id ? summary : each))
    : [summary, ...comparisons.value]
}
function putWhole(now: Comparison): void {
  put(now)
  if (now.id === open) comparison.value = now
}

async function refresh(): Promise<void> {
  const all = await listing.run(() => api.comparisons())
  if (!all) return
  comparisons.value = all
  loaded.value = true
}

async function show(id: string): Promise<void> {
  if (open !== id) {
    comparison.value = undefined
    told = new Map()
  }
  open = id
  const now = await reading.run(() => api.comparison(id))
  if (now && open === id) putWhole(now)
}

async function change(work: () => Promise<Comparison>): Promise<void> {
  try {
    putWhole(await work())
  } catch (error) {
    useUndo().failed(error)
  }
}
const pause = (id: string) => change(() => api.pauseComparison(id))
const resume = (id: string) => change(() => api.resumeComparison(id))
const cancel = (id: string) => change(() => api.cancelComparison(id))

/** @returns whether it is gone */
async function remove(id: string): Promise<boolean> {
  try {
    await api.deleteComparison(id)
  } catch (error) {
    useUndo().failed(error)
    return false
  }
  comparisons.value = comparisons.value.filter((each) => each.id !== id)
  if (open === id) comparison.value = undefined
  return true
}

const save = (id: string, as: 'html' | 'csv') =>
  exporting.run(async () => {
    const { name, bytes } = await api.exportComparison({ id, as })
    return api.saveText({ name, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) })
  })

/** Runs tell of each point; what is drawn of them changes at most twice a second. */
let told = new Map<number, Cell>()
let drawing: ReturnType<typeof setTimeout> | undefined
function tell(cell: Cell): void {
  told.set(cell.index, cell)
  drawing ??= setTimeout(() => {
    drawing = undefined
    const news = told
    told = new Map()
    const now = comparison.value
    if (now) comparison.value = { ...now, runs: now.runs.map((each) => news.get(each.index) ?? each) }
  }, 500)
}

listen((event) => {
  if (event.type === 'comparison-cell' && event.comparison === open) tell(event.cell)
  if (event.type !== 'comparison') return
  const summary = event.comparison
  put(summary)
  if (summary.id !== open || !comparison.value) return
  const before = comparison.value.state
  const { plan, facts, backend, runs } = comparison.value
  comparison.value = {
    ...summary,
    plan,
    runs,
    ...(facts ? { facts } : {}),
    ...(backend ? { backend } : {}),
  }
  // Facts, the backend and what an ended run has come to are in the whole alone.
  if (before !== summary.state || (!facts && summary.state === 'running')) void show(summary.id)
})
useStatus().onRevived(() => {
  void refresh()
  if (open) void show(open)
})

const losses = shallowRef<readonly LossFact[]>([])
const naming = useTask()
async function readLosses(): Promise<void> {
  if (losses.value.length === 0) losses.value = (await naming.run(() => api.losses())) ?? []
}
const titles = computed(() => {
  const all: readonly { readonly name: string; readonly title: string }[] = [...losses.value, ...NETWORKS, ...METHODS]
  return new Map(all.map(({ name, title }) => [name, title]))
})
const titleOf = (name: string) => titles.value.get(name) ?? name

const working = computed(() => comparisons.value.filter(isAtWork))

export function useComparisons() {
  return {
    ...{ comparisons, comparison, loaded, working, losses, listing, reading, exporting, naming },
    ...{ refresh, show, put: putWhole, pause, resume, cancel, remove, save, readLosses, titleOf },
  }
}
