import { computed, shallowRef } from 'vue'
import type { Comparison, ComparisonPlan, LabData } from '../../src-main/contract/lab.ts'
import type { Adopted } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { faultsOf, FIRST_PLAN, runsOfPlan } from '../lab-plan.ts'
import { paceWords } from '../lab-pace.ts'
import { useComparisons } from './useComparisons.ts'
import { useTask } from './useProblem.ts'

/** What is being put together; it outlives a look at another page. */
const plan = shallowRef<ComparisonPlan>(FIRST_PLAN)
const folder = shallowRef<Adopted>()
const data = shallowRef<LabData>()
/** Earlier ones on the same folder, by its name: by them the time is guessed. */
const before = shallowRef<readonly Comparison[]>([])
const looking = useTask()
const starting = useTask()

/** Reads what a folder holds; the plan stays as it is. */
async function take(adopted: readonly Adopted[]): Promise<void> {
  const next = adopted.find((each) => each.isFolder)
  if (!next) return
  folder.value = next
  data.value = undefined
  starting.problem.value = undefined
  const found = await looking.run(() => api.labData(next.token))
  if (!found || folder.value?.token !== next.token) return
  data.value = found
  before.value = []
  await readBefore(found.name)
}

async function readBefore(name: string): Promise<void> {
  const { comparisons, loaded, refresh } = useComparisons()
  if (!loaded.value) await refresh()
  const like = comparisons.value.filter((each) => each.data === name && each.done > 0).slice(0, 3)
  // A guess is worth no error message.
  const read = await Promise.all(like.map(({ id }) => api.comparison(id).catch(() => undefined)))
  if (data.value?.name === name) before.value = read.filter((each) => each !== undefined)
}

const change = (part: Partial<ComparisonPlan>) => (plan.value = { ...plan.value, ...part })

async function start(): Promise<Comparison | undefined> {
  const from = folder.value
  if (!from) return undefined
  const made = await starting.run(() => api.startComparison({ folder: from.token, plan: plan.value }))
  if (made) useComparisons().put(made)
  return made
}

const faults = computed(() => faultsOf(plan.value, data.value))
const isSound = computed(() => Object.keys(faults.value).length === 0)
const time = computed(() => paceWords(plan.value, before.value))
const runs = computed(() => runsOfPlan(plan.value))

export function useComparisonPlan() {
  return { plan, folder, data, looking, starting, faults, isSound, runs, time, take, change, start }
}
