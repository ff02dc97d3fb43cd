import { computed, shallowRef } from 'vue'
import type { Run, RunState } from '../../src-main/contract/types.ts'
import { api } from '../api.ts'
import { listen } from './useEvents.ts'
import { useTask } from './useProblem.ts'
import { useStatus } from './useStatus.ts'
import { useUndo } from './useUndo.ts'

const runs = shallowRef<readonly Run[]>([])
const loaded = shallowRef(false)
const reading = useTask()

const WORKING: readonly RunState[] = ['preparing', 'running', 'pausing', 'evaluating']
export const isWorking = (run: Run) => WORKING.includes(run.state)
/** It can go on from its last checkpoint. */
export const isWaiting = (run: Run) => run.state === 'paused' || run.state === 'interrupted'

function put(run: Run): void {
  const known = runs.value.some((each) => each.id === run.id)
  runs.value = known ? runs.value.map((each) => (each.id === run.id ? run : each)) : [run, ...runs.value]
}

async function refresh(): Promise<void> {
  const all = await reading.run(() => api.runs())
  if (!all) return
  runs.value = [...all].sort((a, b) => b.startedAt - a.startedAt)
  loaded.value = true
}

async function change(work: () => Promise<Run>): Promise<void> {
  try {
    put(await work())
  } catch (error) {
    useUndo().failed(error)
  }
}
const pause = (id: string) => change(() => api.pauseRun(id))
const resume = (id: string) => change(() => api.resumeRun(id))
const cancel = (id: string) => change(() => api.cancelRun(id))

/** Removes the run with its checkpoints; what it was called is told by the caller. */
async function remove(id: string): Promise<void> {
  try {
    await api.deleteRun(id)
    runs.value = runs.value.filter((each) => each.id !== id)
  } catch (error) {
    useUndo().failed(error)
  }
}

listen((event) => {
  if (event.type === 'run') put(event.run)
})
useStatus().onRevived(() => void refresh())

const working = computed(() => runs.value.filter(isWorking))

export function useRuns() {
  return { runs, loaded, working, problem: reading.problem, refresh, put, pause, resume, cancel, remove }
}
