import { computed, shallowRef } from 'vue'
import type { Problem, Status } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { problemOf } from './useProblem.ts'

type Core = { readonly state: 'restarting' | 'ready' | 'failed'; readonly message: string }

const status = shallowRef<Status>()
const problem = shallowRef<Problem>()
const core = shallowRef<Core>({ state: 'ready', message: '' })
/** Set once the core or the engine ended while this window was open, until it is read. */
const stopped = shallowRef<'core' | 'engine'>()
const revived = new Set<() => void>()

/** Counts the statuses that came as events: one that arrives while a request is under way is newer than its answer. */
let told = 0

async function refresh(): Promise<void> {
  try {
    const before = told
    const answer = await api.status()
    if (told === before) status.value = answer
    problem.value = undefined
  } catch (error) {
    problem.value = problemOf(error)
  }
}

listen((event) => {
  if (event.type === 'status') {
    told++
    const before = status.value?.engine.state
    status.value = event.status
    if (event.status.engine.state === 'restarting') stopped.value ??= 'engine'
    if (before === 'restarting' && event.status.engine.state === 'ready') for (const each of revived) each()
  }
  if (event.type === 'core') {
    core.value = event
    if (event.state === 'restarting') stopped.value = 'core'
    if (event.state === 'ready') void refresh().then(() => revived.forEach((each) => each()))
  }
})

const engine = computed(() => status.value?.engine)
const ready = computed(() => (engine.value?.state === 'ready' ? engine.value.is : undefined))

export function useStatus() {
  return {
    status,
    problem,
    core,
    stopped,
    engine,
    ready,
    refresh,
    /** Calls `again` when a process that had ended serves once more. */
    onRevived: (again: () => void) => revived.add(again),
  }
}
